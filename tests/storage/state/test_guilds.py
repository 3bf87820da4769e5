"""Settings, pins, blocks and feedback: values, change log, scope."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.errors import StorageFailed
from bot.domain.guilds import GuildLists, GuildSettings
from bot.domain.taste import KnownSong, Verdict
from bot.storage.database import Database
from bot.storage.sqlite import SqliteDatabase
from bot.storage.state.feedback import FeedbackTable
from bot.storage.state.guild_lists import GuildListsTable
from bot.storage.state.guilds import Guilds
from bot.storage.state.retention import expire

HERE, THERE, SOMEBODY = 101, 202, 7
SONG = KnownSong("4u7EnebtmKWzUH433cf5Qv", "Bohemian Rhapsody", ("Queen",))
OTHER = KnownSong("hot:0123456789abcdef", "Fictional Tune", ("The Imaginary",))


def test_a_server_answers_everywhere_until_channels_are_chosen() -> None:
    assert GuildSettings().answers_in(1)
    chosen = GuildSettings(channels=frozenset({1, 2}))
    assert chosen.answers_in(1)
    assert not chosen.answers_in(3)
    assert chosen.answers_in(3, parent=2)  # a thread


async def test_settings_are_kept_by_server_and_each_difference_is_logged(database: Database) -> None:
    guilds = Guilds(database)
    assert await guilds.settings(HERE) == GuildSettings()
    changed = replace(
        GuildSettings(), prefix="?", channels=frozenset({5, 3}), explicit="never", player=True, dj_role=9
    )
    before, after = await guilds.change(
        HERE,
        SOMEBODY,
        {"prefix": "?", "channels": frozenset({3, 5}), "explicit": "never", "player": True, "dj_role": 9},
    )
    assert (before, after) == (GuildSettings(), changed)
    assert await guilds.settings(HERE) == changed
    assert await guilds.settings(THERE) == GuildSettings()
    await guilds.change(HERE, SOMEBODY, {"prefix": "?", "quiet": True})
    assert await guilds.settings(HERE) == replace(changed, quiet=True)
    log, total = await guilds.log(HERE, limit=10, skip=0)
    assert total == 6
    assert [(line.what, line.before, line.after, line.moderator) for line in log][:2] == [
        ("quiet", False, True, SOMEBODY),
        ("dj_role", None, 9, SOMEBODY),
    ]
    assert ("channels", [], [3, 5]) in [(line.what, line.before, line.after) for line in log]
    assert await guilds.log(THERE, limit=10, skip=0) == ([], 0)


async def test_changes_made_at_once_lose_nothing(database: Database) -> None:
    guilds = Guilds(database)
    await asyncio.gather(
        guilds.change(HERE, 1, {"prefix": "?"}),
        guilds.change(HERE, 2, {"quiet": True}),
        guilds.change(HERE, 3, {"explicit": "always"}),
        guilds.change(HERE, 4, {"player": True}),
    )
    assert await guilds.settings(HERE) == GuildSettings(
        prefix="?", quiet=True, explicit="always", player=True
    )
    _, total = await guilds.log(HERE, limit=1, skip=0)
    assert total == 4


async def test_an_invalid_change_is_neither_made_nor_logged(database: Database) -> None:
    guilds = Guilds(database)
    with pytest.raises(StorageFailed):
        await guilds.change(HERE, SOMEBODY, {"prefix": "?", "explicit": "sometimes"})
    assert await guilds.settings(HERE) == GuildSettings()
    assert await guilds.log(HERE, limit=10, skip=0) == ([], 0)


async def test_a_song_is_pinned_or_blocked_never_both(database: Database) -> None:
    guild_lists = GuildListsTable(database)
    assert await guild_lists.add(HERE, SOMEBODY, SONG, "pinned") is None
    assert await guild_lists.add(HERE, SOMEBODY, SONG, "pinned") == "pinned"
    assert (await guild_lists.of(HERE)).pinned == (SONG,)
    assert (await guild_lists.of(THERE)).pinned == ()
    remastered = KnownSong("other", "Bohemian Rhapsody - Remastered 2011", ("Queen",))
    assert await guild_lists.add(HERE, SOMEBODY, remastered, "blocked") == "pinned"
    found = await guild_lists.of(HERE)
    assert (found.pinned, found.blocked) == ((), (remastered,))
    assert not await guild_lists.remove(THERE, SOMEBODY, SONG, "blocked")
    assert not await guild_lists.remove(HERE, SOMEBODY, SONG, "pinned")
    assert await guild_lists.remove(HERE, SOMEBODY, SONG, "blocked")
    log, _ = await Guilds(database).log(HERE, limit=10, skip=0)
    assert [line.what for line in log] == ["unblocked", "blocked", "pinned"]
    assert log[-1].after == ["Bohemian Rhapsody", ["Queen"]]


async def test_an_artist_is_blocked_under_any_spelling(database: Database) -> None:
    guild_lists = GuildListsTable(database)
    assert await guild_lists.block_artist(HERE, SOMEBODY, "Beyoncé")
    assert not await guild_lists.block_artist(HERE, SOMEBODY, "BEYONCE")
    assert (await guild_lists.of(HERE)).artists == ("Beyoncé",)
    assert await guild_lists.block_artist(HERE, SOMEBODY, "beyonce", blocked=False)
    assert (await guild_lists.of(HERE)).artists == ()


async def test_a_second_press_withdraws_and_the_other_button_switches(database: Database) -> None:
    table = FeedbackTable(database)
    assert await table.press(1, HERE, SONG, liked=True) is Verdict.LIKED
    assert await table.press(1, HERE, SONG, liked=False) is Verdict.DISLIKED
    assert [(o.song, o.liked) for o in await table.of_user(1)] == [(SONG, False)]
    assert await table.press(1, HERE, SONG, liked=False) is Verdict.WITHDRAWN
    assert await table.of_user(1) == []
    assert await table.press(1, None, SONG, liked=True) is Verdict.LIKED
    assert await table.press(1, HERE, SONG, liked=True) is Verdict.LIKED  # another place, another word
    assert await table.of_user(2) == []


async def test_many_pressing_at_once_lose_nothing(database: Database) -> None:
    table = FeedbackTable(database)
    verdicts = await asyncio.gather(
        *(table.press(user, HERE, song, liked=False) for user in range(1, 41) for song in (SONG, OTHER))
    )
    assert set(verdicts) == {Verdict.DISLIKED}
    [(count,)] = await database.fetch("SELECT count(*) FROM feedback")
    assert count == 80


async def test_a_server_dislikes_what_several_of_its_people_dislike(database: Database) -> None:
    table = FeedbackTable(database)
    for user in (1, 2):
        await table.press(user, HERE, SONG, liked=False)
    for user in (1, 2, 3):
        await table.press(user, THERE, OTHER, liked=False)
    await table.press(3, THERE, SONG, liked=False)
    assert await table.disliked_in(HERE, people=3) == []
    assert await table.disliked_in(THERE, people=3) == [OTHER]
    await table.press(3, HERE, SONG, liked=False)
    assert await table.disliked_in(HERE, people=3) == [SONG]
    await table.press(3, HERE, SONG, liked=True)
    assert await table.disliked_in(HERE, people=3) == []


_titles = st.text(max_size=60)
_presses = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from([None, HERE, THERE]), _titles, st.booleans()), max_size=20
)


@given(presses=_presses)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_songs_are_called_the_last_presses_count(
    tmp_path: Path, presses: list[tuple[int, int | None, str, bool]]
) -> None:
    """Against the rule in plain Python."""

    async def replay() -> dict[tuple[int, int | None, str], bool]:
        opened = await SqliteDatabase.open(tmp_path / "properties.db", readers=1)
        await opened.execute("DELETE FROM feedback")
        table = FeedbackTable(opened)
        for user, guild, title, liked in presses:
            await table.press(user, guild, KnownSong("a", title, (title,)), liked=liked)
        rows = await opened.fetch('SELECT "user", guild, song, liked FROM feedback')
        for user in {user for user, *_ in presses}:
            newest = await table.of_user(user)
            assert {o.song.key for o in newest} == {song for u, _, song, _ in rows if u == user}
        await opened.close()
        return {(user, guild, song): bool(liked) for user, guild, song, liked in rows}

    expected: dict[tuple[int, int | None, str], bool] = {}
    for user, guild, title, liked in presses:
        place = (user, guild, KnownSong("a", title, (title,)).key)
        if expected.get(place) == liked:
            del expected[place]
        else:
            expected[place] = liked
    assert asyncio.run(replay()) == expected


async def test_what_has_expired_is_gone(database: Database) -> None:
    table, guilds = FeedbackTable(database), Guilds(database)
    await table.press(1, HERE, SONG, liked=True)
    await guilds.change(HERE, 1, {"quiet": True})
    await database.execute("UPDATE feedback SET at = 1000")
    await database.execute("UPDATE guild_log SET at = 1000")
    await table.press(1, HERE, OTHER, liked=True)
    await guilds.change(HERE, 1, {"quiet": False})
    await expire(database, "feedback", 2000)
    await expire(database, "logs", 2000)
    assert [o.song for o in await table.of_user(1)] == [OTHER]
    log, total = await guilds.log(HERE, limit=9, skip=0)
    assert (total, log[0].after) == (1, False)
    assert await guilds.settings(HERE) == GuildSettings()


async def test_a_server_that_was_left_is_forgotten(database: Database) -> None:
    guilds, guild_lists = Guilds(database), GuildListsTable(database)
    for guild in (HERE, THERE):
        await guilds.change(guild, SOMEBODY, {"quiet": True})
        await guild_lists.add(guild, SOMEBODY, SONG, "pinned")
        await guild_lists.block_artist(guild, SOMEBODY, "Queen")
    await guilds.forget(HERE)
    assert await guilds.settings(HERE) == GuildSettings()
    assert await guild_lists.of(HERE) == GuildLists()
    assert await guilds.log(HERE, limit=9, skip=0) == ([], 0)
    assert (await guilds.settings(THERE)).quiet
    assert (await guild_lists.of(THERE)).artists == ("Queen",)
