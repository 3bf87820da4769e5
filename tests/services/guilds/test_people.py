"""Feedback, blocks, pins and privacy: their effect on recommendations, and deletion of personal data."""

import asyncio
import json
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from time import time

import numpy as np
import pytest

from bot.domain.charts import Chart, ChartEntry
from bot.domain.errors import BadQuery, BadSetting, NotListed, SongGone
from bot.domain.guilds import MOST_PINNED
from bot.domain.privacy import PERSONAL
from bot.domain.recommendations import Choice, Recommendation, hot_ref
from bot.domain.spelling import name_key
from bot.domain.taste import Verdict
from bot.domain.titles import artist_keys
from bot.domain.tracks import Track, distinct_songs
from bot.services.guilds.feedback import SERVER_PEOPLE
from bot.services.scope import Scope
from bot.services.use_cases import Services
from bot.storage.sqlite import SqliteDatabase
from bot.storage.state.charts import Charts
from bot.wiring import open_services
from tests.support.reading import BOHEMIAN
from tests.support.settings import settings_for
from tests.support.world import run_job

HERE, THERE = 501, 502
ME, YOU, MODERATOR = 1234567890123456789, 1234567890123456790, 77
TUNES = [ChartEntry(rank, f"Fictional Tune {rank}", f"The Imaginary {rank}") for rank in range(1, 6)]


@pytest.fixture
async def services(state: Path) -> AsyncIterator[Services]:
    async with open_services(settings_for(state), rng=np.random.default_rng(1)) as opened:
        await opened.models.load()
        yield opened


async def with_chart(state: Path, entries: list[ChartEntry]) -> None:
    database = await SqliteDatabase.open(state / "state.db")
    chart = Chart("billboard", "Billboard Hot 100", date(2026, 11, 21), tuple(entries))
    await Charts(database).replace(chart, datetime.now(UTC))
    await database.close()


def bytes_of(state: Path) -> bytes:
    """The database and its journal as they lie on the disk."""
    return b"".join(file.read_bytes() for file in state.glob("state.db*"))


async def scope(services: Services, *, guild: int | None = HERE, user: int = ME, channel: int = 9) -> Scope:
    return await services.scope(channel, guild=guild, user=user, age_restricted=False)


async def picks(services: Services, song: str, times: int = 12, **where: int | None) -> list[Track]:
    """What is recommended in a channel of its own each time, so that nothing is left out as heard."""
    found = []
    for channel in range(times):
        answer = await services.recommend.song(song, await scope(services, channel=10_000 + channel, **where))  # type: ignore[arg-type]
        assert isinstance(answer, Recommendation)
        found.append(answer.pick)
    return found


async def everything_near(services: Services, song: str, *, keep: int) -> list[Track]:
    """All songs that could be drawn for a song, but for the last few."""
    recommender = services.models.recommender
    [track] = [
        track for track in [await services.scope.nowhere.serving.tracks.by_id(song)] if track is not None
    ]
    assert track.row is not None
    seed = recommender.seed_of_row(track.row)
    assert seed is not None
    rows = [
        row for row in recommender.rows_of(seed.cluster) if recommender.artist_of_row(row) != seed.artists[0]
    ]
    return distinct_songs(await services.scope.nowhere.serving.tracks.by_rows(rows))[:-keep]


async def test_what_a_user_dislikes_is_not_recommended_to_them_anywhere(services: Services) -> None:
    disliked = await everything_near(services, BOHEMIAN, keep=2)
    for track in disliked:
        await services.guilds.feedback.press(ME, track.id, await scope(services), liked=False)
    names = {(track.title, track.artists) for track in disliked}
    for guild in (HERE, THERE, None):
        for pick in await picks(services, f"spotify:track:{BOHEMIAN}", guild=guild):
            assert (pick.title, pick.artists) not in names
    theirs = await picks(services, f"spotify:track:{BOHEMIAN}", user=YOU)
    assert any((pick.title, pick.artists) in names for pick in theirs)


async def test_what_several_people_dislike_is_not_recommended_in_their_server(services: Services) -> None:
    disliked = await everything_near(services, BOHEMIAN, keep=2)
    names = {(track.title, track.artists) for track in disliked}
    for user in range(1, SERVER_PEOPLE + 1):
        assert any(
            (pick.title, pick.artists) in names
            for pick in await picks(services, f"spotify:track:{BOHEMIAN}", user=YOU)
        )
        for track in disliked:
            await services.guilds.feedback.press(user, track.id, await scope(services), liked=False)
    here = await picks(services, f"spotify:track:{BOHEMIAN}", user=YOU)
    assert not any((pick.title, pick.artists) in names for pick in here)
    there = await picks(services, f"spotify:track:{BOHEMIAN}", user=YOU, guild=THERE)
    assert any((pick.title, pick.artists) in names for pick in there)


async def test_a_blocked_artist_is_recommended_nowhere_in_the_server(services: Services) -> None:
    [artist] = {pick.artists[0] for pick in await picks(services, f"spotify:track:{BOHEMIAN}", times=1)}
    name, new, tracks = await services.guilds.moderation.block_artist(HERE, MODERATOR, f" {artist.upper()} ")
    assert (name, new) == (artist.upper(), True)
    assert tracks > 0
    excluded = (await scope(services)).excluded()
    recommender = services.models.recommender
    numbers = {recommender.artist_of_row(row) for row in excluded.artists_of}
    for row in recommender.bundle.arrays.rows.tolist():
        [track] = await services.scope.nowhere.serving.tracks.by_rows([row])
        if name_key(artist) in artist_keys(track.artists):
            assert recommender.artist_of_row(row) in numbers or row in excluded.rows
    assert not (await scope(services, guild=THERE)).excluded().artists_of
    with pytest.raises(NotListed):
        await services.guilds.moderation.unblock_artist(THERE, MODERATOR, artist)
    assert await services.guilds.moderation.unblock_artist(HERE, MODERATOR, artist) == artist.upper()
    assert not (await scope(services)).excluded().artists_of


async def test_hot_picks_honour_blocks_dislikes_and_pins(services: Services, state: Path) -> None:
    await with_chart(state, TUNES)
    moderation, query = services.guilds.moderation, "Fictional Tune 1"
    await moderation.add(HERE, MODERATOR, "Fictional Tune 2", "blocked", await scope(services))
    await moderation.block_artist(HERE, MODERATOR, "The Imaginary 3")
    await services.guilds.feedback.press(ME, hot_ref(TUNES[3]), await scope(services), liked=False)
    assert {pick.title for pick in await picks(services, query)} == {"Fictional Tune 5"}
    assert {pick.title for pick in await picks(services, query, user=YOU, times=30)} == {
        "Fictional Tune 4",
        "Fictional Tune 5",
    }
    marked = await moderation.add(HERE, MODERATOR, BOHEMIAN, "pinned", await scope(services))
    assert not isinstance(marked, Choice)
    queen = marked[0]
    assert {pick.title for pick in await picks(services, query, times=30)} == {
        "Fictional Tune 5",
        queen.title,
    }
    pinned = await services.recommend.song(f"spotify:track:{BOHEMIAN}", await scope(services))
    assert isinstance(pinned, Recommendation)
    assert pinned.hot
    elsewhere = await services.recommend.song(f"spotify:track:{BOHEMIAN}", await scope(services, guild=THERE))
    assert isinstance(elsewhere, Recommendation)
    assert not elsewhere.hot
    assert (await moderation.remove(HERE, MODERATOR, "bohemian rhapsody", "pinned")).title == queen.title
    unpinned = await services.recommend.song(f"spotify:track:{BOHEMIAN}", await scope(services))
    assert isinstance(unpinned, Recommendation)
    assert not unpinned.hot


async def test_a_song_that_left_the_hot_list_can_still_be_liked(services: Services, state: Path) -> None:
    await with_chart(state, TUNES)
    song_ref = hot_ref(TUNES[0])
    await with_chart(state, TUNES[2:])
    verdict, song = await services.guilds.feedback.press(ME, song_ref, await scope(services), liked=True)
    assert verdict is Verdict.LIKED
    assert (song.title, song.song_ref) == ("Fictional Tune 1", song_ref)
    with pytest.raises(SongGone):
        await services.guilds.feedback.press(ME, "hot:0000000000000000", await scope(services), liked=True)


async def test_pins_and_blocks_are_found_by_any_name_and_are_limited(services: Services) -> None:
    moderation = services.guilds.moderation
    for name in (BOHEMIAN, f"spotify:track:{BOHEMIAN}", "BOHEMIAN rhapsody", "Queen - Bohemian Rhapsody"):
        await moderation.add(HERE, MODERATOR, BOHEMIAN, "blocked", await scope(services))
        assert (await moderation.remove(HERE, MODERATOR, name, "blocked")).song_ref == BOHEMIAN
    with pytest.raises(NotListed):
        await moderation.remove(HERE, MODERATOR, "bohemian rhapsody", "blocked")
    with pytest.raises(BadQuery):
        await moderation.block_artist(HERE, MODERATOR, "  ")
    [first, *others] = distinct_songs(await services.scope.nowhere.serving.tracks.popular(3 * MOST_PINNED))[
        : MOST_PINNED + 1
    ]
    for track in others:
        await moderation.add(HERE, MODERATOR, track.id, "pinned", await scope(services))
    with pytest.raises(BadSetting):
        await moderation.add(HERE, MODERATOR, first.id, "pinned", await scope(services))


@pytest.mark.parametrize("prefix", ["", "  ", "toolong", "a b", "/", "@x", "<", "#", "`", "a\n", "\u200b"])
async def test_a_prefix_that_cannot_be_is_refused(services: Services, prefix: str) -> None:
    if prefix.strip() == prefix and prefix != "":
        with pytest.raises(BadSetting):
            await services.guilds.settings.change(HERE, MODERATOR, prefix=prefix)
    assert (await services.guilds.settings.of(HERE)).prefix is None


async def test_a_server_has_its_own_rule_for_explicit_songs(services: Services) -> None:
    assert (await scope(services)).explicit
    await services.guilds.settings.change(HERE, MODERATOR, explicit="never")
    assert not (await scope(services)).explicit
    assert (await scope(services, guild=THERE)).explicit
    await services.guilds.settings.change(HERE, MODERATOR, explicit="age-restricted")
    assert not (await scope(services)).explicit
    grown_up = await services.scope(9, guild=HERE, user=ME, age_restricted=True)
    assert grown_up.explicit


async def test_every_table_with_a_persons_id_is_named(state: Path) -> None:
    """By the columns' names: whoever stores people calls the column by what they are."""
    people = re.compile(r"user|moderator|member|author|person|host|dj|who\b|asker|listener")
    with closing(sqlite3.connect(state / "state.db")) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        found = {
            (table, column[1])
            for (table,) in tables
            for column in connection.execute(f"PRAGMA table_info({table})")
            if people.search(column[1]) and column[1] != "dj_role"
        }
    assert found == {(personal.table, personal.column) for personal in PERSONAL}


async def test_a_forgotten_person_leaves_no_bytes_behind(services: Services, state: Path) -> None:
    await with_chart(state, TUNES)
    for user in (ME, YOU):
        await services.recommend.song("Fictional Tune 1", await scope(services, user=user, channel=user))
        await services.recommend.song(
            f"spotify:track:{BOHEMIAN}", await scope(services, user=user, channel=user)
        )
        await services.guilds.feedback.press(user, BOHEMIAN, await scope(services), liked=True)
        await services.guilds.feedback.press(
            user, hot_ref(TUNES[1]), await scope(services, guild=None), liked=False
        )
        await services.guilds.settings.change(HERE, user, quiet=user == ME)
    mine = await services.guilds.privacy.about(ME)
    assert [song.title for song in mine.likes] == ["Bohemian Rhapsody - Remastered 2011"]
    assert [song.title for song in mine.dislikes] == ["Fictional Tune 2"]
    assert len(mine.recent) == 2
    assert all(mine.recent)
    assert mine.changes == 1
    await services.recommend.song(
        f"spotify:track:{BOHEMIAN}", await scope(services, channel=44)
    )  # not yet written
    await services.guilds.privacy.forget(ME)
    assert (await services.guilds.privacy.about(ME)).nothing
    assert not (await services.guilds.privacy.about(YOU)).nothing
    assert (await scope(services)).unwanted == (await scope(services, user=3)).unwanted
    assert [change.moderator for change in (await services.guilds.settings.log(HERE, 0)).items] == [YOU, None]
    await run_job(services, "write history")
    assert (await services.guilds.privacy.about(ME)).nothing
    stored = bytes_of(state)
    assert ME.to_bytes(8, "big") not in stored
    assert YOU.to_bytes(8, "big") in stored


async def test_twenty_presses_at_once_count(services: Services) -> None:
    here = await scope(services)
    await asyncio.gather(
        *(services.guilds.feedback.press(u, BOHEMIAN, here, liked=u % 2 == 0) for u in range(1, 21))
    )
    assert {u for u in range(1, 21) if (await services.guilds.privacy.about(u)).likes} == set(range(2, 21, 2))
    assert json.dumps(sorted((await scope(services)).unwanted.songs)) == '["bohemianrhapsody"]'


async def test_the_daily_tidying_keeps_the_promised_times(services: Services, state: Path) -> None:
    """A day before its retention time everything is there; a day after it nothing is."""
    await services.guilds.feedback.press(ME, BOHEMIAN, await scope(services), liked=True)
    await services.recommend.song(f"spotify:track:{BOHEMIAN}", await scope(services))
    await services.guilds.settings.change(HERE, ME, quiet=True)
    await run_job(services, "write history")
    tables = ("feedback", "recommendations", "guild_log")
    for days_over, left in ((-1, 1), (1, 0)):
        with closing(sqlite3.connect(state / "state.db")) as connection, connection:
            for personal in PERSONAL:
                if personal.table in tables:
                    made = time() - (personal.days + days_over) * 86_400
                    connection.execute(f"UPDATE {personal.table} SET at = ?", [made])
        for job in services.jobs:
            if job.name.startswith("expire"):
                assert await job.attempt()
        with closing(sqlite3.connect(state / "state.db")) as connection:
            counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in tables]
        assert counts == [(left,)] * 3
    assert (await services.guilds.settings.of(HERE)).quiet
