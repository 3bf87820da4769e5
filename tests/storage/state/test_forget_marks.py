"""Whoever is forgotten while a request is under way is not written down by it, on either database."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.guilds import Change
from bot.domain.privacy import FORGET_MARK_SECONDS, FORGET_WRITE_SECONDS
from bot.domain.sessions import Opinion, Person, Pick, Played, QueuedSong, Session, SessionSong
from bot.domain.taste import KnownSong, Verdict
from bot.storage.copies import copy_database
from bot.storage.database import Database
from bot.storage.opening import open_database
from bot.storage.state.feedback import FeedbackTable
from bot.storage.state.forget_marks import ForgetMarks
from bot.storage.state.guild_lists import GuildListsTable
from bot.storage.state.guilds import Guilds
from bot.storage.state.history import History, RecentPick
from bot.storage.state.named_songs import NamedSongs
from bot.storage.state.odd_rounds import OddRounds
from bot.storage.state.people import People
from bot.storage.state.sessions import Sessions
from bot.storage.state.unfound_songs import UnfoundSongs
from tests.support.clocks import TurnedClock

CHANNEL, GUILD = 1234567890123456001, 1234567890123456002
ME, YOU = 1234567890123456789, 1234567890123456790
SONG = KnownSong("Made0up0Song0000000001", "A Title", ("Nobody",))
QUEUED = SessionSong("Made0up0Song0000000002", "Another", ("Nobody",), 200.0)
Write = Callable[[Database, int], Awaitable[object]]


async def press(database: Database, began: int) -> None:
    for user in (ME, YOU):
        await FeedbackTable(database).press(user, GUILD, SONG, liked=True, began=began)


async def pick(database: Database, began: int) -> None:
    history = History(database, remembered=9)
    for user in (ME, YOU):
        await history.add(CHANNEL, RecentPick("a", None), user, began=began)
    await history.flush()


async def pin(database: Database, began: int) -> None:
    for user, kind in ((ME, "pinned"), (YOU, "blocked")):
        await GuildListsTable(database).add(GUILD, user, SONG, kind, began=began)  # type: ignore[arg-type]


async def name(database: Database, began: int) -> None:
    for user in (ME, YOU):
        await NamedSongs(database).name(GUILD, user, "a key", "words", SONG, 1.0, began=began)


async def change_session(database: Database, began: int) -> None:
    sessions = Sessions(database)
    session = await sessions.begin(Session(0, CHANNEL, GUILD, "fair", 1.0, 1.0))
    assert session is not None
    people = tuple(Person(user, place, 0, None, 1.0) for place, user in enumerate((ME, YOU)))
    picks = [Pick(user, "asked", "", QUEUED) for user in (ME, YOU)]
    changed = replace(
        session,
        people=people,
        queue=tuple(QueuedSong(n, user, QUEUED) for n, user in enumerate((ME, YOU))),
        songs=tuple(Played(n, pick, 1.0, skipped=False) for n, pick in enumerate(picks, 1)),
        upcoming=tuple(picks),
        skips=frozenset({ME, YOU}),
        opinions=frozenset(Opinion(1, user, liked=True) for user in (ME, YOU)),
    )
    assert await sessions.save(session, changed, began=began)
    read = await sessions.open_in(CHANNEL)
    assert read is not None
    assert [played.song for played in read.songs] == [QUEUED] * 2, "what was played stays, without the person"


async def rows(database: Database, user: int) -> int:
    return sum((await People(database).rows(user)).values())


@pytest.mark.parametrize("write", [press, pick, pin, name, change_session])
async def test_a_request_that_began_before_somebody_was_forgotten_does_not_write_them(
    database: Database, write: Write
) -> None:
    began = database.forgettings
    await People(database).forget(ME)
    await write(database, began)
    assert await rows(database, ME) == 0
    assert await rows(database, YOU) > 0


@pytest.mark.parametrize("write", [press, pick, pin, name, change_session])
async def test_a_request_that_began_afterwards_does(database: Database, write: Write) -> None:
    await People(database).forget(ME)
    await write(database, database.forgettings)
    assert await rows(database, ME) > 0


async def test_what_another_process_does_not_know_of_yet_counts_too(database: Database) -> None:
    """Its requests begin with the number that it has heard of."""
    await People(database).forget(ME)
    database.forgettings = 0
    game = await OddRounds(database).begin(CHANNEL, ["a", "b", "c"])
    assert await OddRounds(database).vote(game, ME, 1) == 0
    assert await OddRounds(database).vote(game, YOU, 1) == 1
    assert await FeedbackTable(database).press(ME, None, SONG, liked=True) is Verdict.WITHDRAWN
    await Guilds(database).change(GUILD, ME, {"quiet": True})
    [logged], _ = await Guilds(database).log(GUILD, limit=9, skip=0)
    assert isinstance(logged, Change)
    assert (logged.moderator, logged.what) == (None, "quiet")
    unfound = UnfoundSongs(database)
    await unfound.note("a key", "words", ME, 1.0)
    await unfound.note("a key", "words", YOU, 1.0)
    assert await database.fetch("SELECT count(*) FROM unfound_marks") == [(1,)]
    assert await rows(database, ME) == 0


async def test_a_pick_that_waited_for_the_database_longer_than_marks_live_is_nobodys(
    database: Database,
) -> None:
    clock = TurnedClock()
    history = History(database, remembered=9, clock=clock)
    await history.add(CHANNEL, RecentPick("late", None), ME)
    clock.turn(FORGET_WRITE_SECONDS + 1)
    await history.add(CHANNEL, RecentPick("fresh", None), ME)
    await history.flush()
    assert [pick.track_id for pick in await history.of_user(ME, limit=9)] == ["fresh"]
    assert {pick.track_id for pick in await history.recent(CHANNEL, since=0)} == {"late", "fresh"}


async def test_marks_say_nothing_after_some_minutes_and_numbers_go_on(database: Database) -> None:
    await People(database).forget(ME)
    await People(database).forget(YOU)
    [(made,)] = await database.fetch("SELECT max(at) FROM forget_marks")
    texts = await database.fetch("SELECT mark FROM forget_marks")
    assert all(len(mark) == 32 for (mark,) in texts)
    await ForgetMarks(database, clock=lambda: made + FORGET_MARK_SECONDS - 60).tidy()
    assert await database.fetch("SELECT mark FROM forget_marks") == texts
    await ForgetMarks(database, clock=lambda: made + FORGET_MARK_SECONDS + 60).tidy()
    assert await database.fetch("SELECT mark FROM forget_marks") == [("",)]
    known = database.forgettings
    await People(database).forget(ME)
    assert database.forgettings == known + 1


async def test_a_backup_has_no_marks(tmp_path: Path) -> None:
    database = await open_database(tmp_path / "state.db", None)
    await People(database).forget(ME)
    [(mark,)] = await database.fetch("SELECT mark FROM forget_marks")
    copy = tmp_path / "copy.db"
    copy_database(tmp_path / "state.db", copy, lambda share: None)
    await database.close()
    assert mark.encode() in (tmp_path / "state.db").read_bytes()
    assert mark.encode() not in copy.read_bytes()
