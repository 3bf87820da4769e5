"""Every method of every repository gives the same results on SQLite and PostgreSQL."""

import asyncio
import inspect
import pkgutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from types import CodeType
from typing import Any

import bot.storage.state
from bot.domain.candidates import Recording
from bot.domain.charts import Chart, ChartEntry
from bot.domain.daily import DailyPlan
from bot.domain.privacy import PERSONAL
from bot.domain.recommendations import hot_ref
from bot.domain.sessions import (
    Opinion,
    Person,
    Pick,
    Played,
    QueuedSong,
    Session,
    SessionPoll,
    SessionSong,
)
from bot.domain.shards import Shards
from bot.domain.steering import Steering
from bot.domain.taste import KnownSong
from bot.domain.tracks import AudioFeatures, Track
from bot.domain.unfound import EVERYWHERE
from bot.storage.database import Database
from bot.storage.moving import move_state, state_tables
from bot.storage.opening import open_database
from bot.storage.state.charts import Charts
from bot.storage.state.daily import DailyTable
from bot.storage.state.external_cache import SourceBlocks, UnknownSongs
from bot.storage.state.feedback import FeedbackTable
from bot.storage.state.fetched_songs import FetchedSongs
from bot.storage.state.forget_marks import ForgetMarks
from bot.storage.state.guild_lists import GuildListsTable
from bot.storage.state.guilds import Guilds
from bot.storage.state.history import History, RecentPick
from bot.storage.state.hourly_counts import HourlyCounts
from bot.storage.state.metadata import Metadata
from bot.storage.state.named_songs import NamedSongs
from bot.storage.state.odd_rounds import OddRounds
from bot.storage.state.people import People
from bot.storage.state.played_together import PlayedTogetherTable
from bot.storage.state.playlists import Playlists
from bot.storage.state.processes import DEAD_SECONDS, Processes
from bot.storage.state.radios import Radios
from bot.storage.state.retention import expire
from bot.storage.state.sessions import Sessions
from bot.storage.state.source_pace import SourcePace
from bot.storage.state.unfound_songs import UnfoundSongs
from tests.support.clocks import TurnedClock

CHANNEL, GUILD, ELSEWHERE = 1234567890123456001, 1234567890123456002, 1234567890123456003
ME, YOU = 1234567890123456789, 1234567890123456790
STRANGE = 'Ünïcode\'s "quoted" ?, 💿\u0007 %s $1 \\'
SONGS = [KnownSong(f"Made0up0Song000000000{n}", f"{STRANGE} {n}", ("Zoë", "Nobody")) for n in range(4)]
HOT = ChartEntry(1, "Hot One", "Zoë", last_week=None, peak=1, weeks=9, explicit=True)
FOREVER = 4e9
TRACK = Track(
    "Made0up0Song0000000009",
    "Étude (Live)",
    ("Zoë",),
    AudioFeatures(0.1, 0.2, 0.3, 0.4, 0.5, -6.5, 0.05, 120.5, 0.75),
    album=STRANGE,
    popularity=40,
    duration_ms=200_000,
    explicit=False,
    source="spotify",
)
CHART = Chart("billboard", "Hot 100", date(2026, 11, 21), (HOT, ChartEntry(2, "Hot Two", STRANGE)))


async def _small_tables(database: Database) -> list[object]:
    metadata, blocks, unknown = Metadata(database), SourceBlocks(database), UnknownSongs(database)
    soon = datetime.fromtimestamp(round(datetime.now(UTC).timestamp()) + 3_600, UTC)
    await metadata.set("a", STRANGE)
    await metadata.set("a", f"{STRANGE} anew")
    secrets = [await metadata.secret("a secret") for _ in range(2)]
    sooner = soon - timedelta(minutes=30)
    await blocks.block("Spotify", soon, STRANGE, elsewhere=sooner)
    await blocks.block("Spotify", sooner - timedelta(minutes=1), "a failure", elsewhere=sooner)
    pace = [await SourcePace(database).take("Spotify", cost=3_600.0, room=7_200.0) for _ in range(3)]
    await unknown.add("a", 60)
    await unknown.add("b", -1)
    await unknown.forget_expired()
    playlists, rounds = Playlists(database), OddRounds(database)
    token = await playlists.keep("mood", STRANGE, ["a", "b"])
    game = await rounds.begin(CHANNEL, ["a", "b", STRANGE])
    votes = [await rounds.vote(game, ME, 2), await rounds.vote(game, YOU, 1), await rounds.vote(game, ME, 1)]
    played = [await rounds.recent(CHANNEL, 1.0), await rounds.songs(game), await rounds.close(game)]
    played += [await rounds.songs(game), await rounds.close(game), await rounds.triplets()]
    await expire(database, "odd rounds", FOREVER)
    found: list[object] = [
        *(votes, played, await rounds.recent(CHANNEL, 1.0)),
        *(await metadata.get("a"), await metadata.get("none"), secrets[0] == secrets[1]),
        *(await metadata.take("a"), await metadata.take("a")),
        *(
            await blocks.blocked_until("Spotify") == sooner,
            await blocks.all() == [("Spotify", soon, STRANGE)],
        ),
        [3_600 >= wait > 0 for wait in pace],
        *(await unknown.holds("a"), await unknown.holds("b")),
        await playlists.find(token),
    ]
    await unknown.forget("a")
    found.append(await unknown.holds("a"))
    await expire(database, "playlists", FOREVER)
    return [*found, await playlists.find(token), await playlists.find("no\0such")]


async def _daily(database: Database) -> list[object]:
    daily, day = DailyTable(database), date(2026, 12, 1)
    plan = DailyPlan(GUILD, "song", CHANNEL, 8, "Europe/Berlin")
    mix = replace(plan, kind="mix", weekday=0)
    for one in (plan, mix, replace(plan, hour=9)):
        await daily.keep(one, ME)
    # of two who claim a day at once, one does
    claims = await asyncio.gather(*(daily.claim(plan, day, 5.0) for _ in range(2)))
    await daily.claim(plan, date(2026, 12, 2), 6.0)
    await daily.note(plan, day, ["a", STRANGE], "forbidden")
    found: list[object] = [
        *(sorted(claims), await daily.claimed(plan, day), await daily.claimed(mix, day)),
        *(await daily.of(GUILD), await daily.of(ELSEWHERE), len(await daily.plans())),
        *(await daily.posted(plan, date(2026, 12, 2)), await daily.posted(mix, day)),
        *(await daily.remove(GUILD, "mix", ME), await daily.remove(GUILD, "mix", ME)),
    ]
    await daily.release(plan, day)
    found.append(await daily.claimed(plan, day))
    await expire(database, "daily posts", FOREVER)
    return [*found, await daily.claimed(plan, date(2026, 12, 2)), await daily.of(GUILD)]


async def _processes(database: Database) -> list[object]:
    clock = TurnedClock()
    one, half, other = (
        Processes(database, shards, clock=clock)
        for shards in (Shards((0, 1), 4), Shards((2, 3), 4), Shards((0,), 8))
    )
    found: list[object] = [await one.enter(), await half.enter(), await other.enter(), await one.alive()]
    clock.turn(DEAD_SECONDS + 1.0)
    for process in (one, other):
        await process.beat()
    found.append(await one.alive())
    await one.leave()
    return [*found, await other.enter()]


async def _songs(database: Database) -> list[object]:
    charts, fetched = Charts(database), FetchedSongs(database)
    at = datetime(2026, 11, 21, tzinfo=UTC)
    for title in ("Old", "New"):
        await charts.replace(replace(CHART, title=title), at)
    await fetched.keep(TRACK)
    await fetched.keep(replace(TRACK, features=None, source="reccobeats"))
    await fetched.touch(TRACK.id)
    found: list[object] = [
        *(await charts.current(), await charts.newest()),
        *(await charts.titled("hot two"), await charts.titled("none")),
        await charts.formerly([hot_ref(HOT), "hot:none"]),
        *(await charts.newest(), await charts.before(0.0), await charts.before(FOREVER)),
        *(await fetched.by_id(TRACK.id), await fetched.by_id("none")),
        *(await fetched.titled(["etude", "none"]), await fetched.titled([])),
        *(await fetched.one_typo_away("etdue"), await expire(database, "fetched songs", 1.0)),
    ]
    return [*found, await expire(database, "fetched songs", FOREVER), await fetched.by_id(TRACK.id)]


async def _not_found(database: Database) -> list[object]:
    unfound, named = UnfoundSongs(database), NamedSongs(database)
    sounds, counts = PlayedTogetherTable(database), HourlyCounts(database)
    for user in (ME, YOU, 3, 4):
        await unfound.note("a key", STRANGE, user, 10.0)
    await unfound.note("another", STRANGE, ME, 11.0)
    await unfound.forget(ME)
    for guild, moderator in ((GUILD, ME), (EVERYWHERE, None)):
        await named.name(guild, moderator, "a key", STRANGE, SONGS[0], 10.0)
    await named.name(GUILD, ME, "a key", STRANGE, SONGS[1], 11.0)
    await sounds.keep("A Title", ("Zoë",), [Recording("mbid", STRANGE, "Zoë", 0.5)], "ListenBrainz")
    for _ in range(2):
        await counts.add(5, {("asked", "Deezer"): 2, ("answer", "features"): 1})
    found: list[object] = [
        *(await unfound.shown(12.0), await named.meant("a key", GUILD), await named.meant("a key", None)),
        *(await named.meant("another", GUILD), [replace(one, entry=0) for one in await named.of(GUILD)]),
        *(await sounds.played_with("A Title", ("Zoë",)), await sounds.played_with("None", ())),
        *(await counts.since(5), await counts.since(6)),
        await database.fetch("SELECT song, asked, shown FROM unfound_songs ORDER BY song"),
        await database.fetch("SELECT song FROM unfound_marks"),
    ]
    for one in await named.of(GUILD):
        await named.remove(GUILD, ME, one)
    await unfound.remove("a key")
    for rows in ("unfound songs", "songs played together", "counts"):
        await expire(database, rows, FOREVER)
    left = await unfound.shown(12.0), await named.of(GUILD), await counts.since(0)
    await database.execute("DELETE FROM guild_log")
    return [*found, left, await sounds.played_with("A Title", ("Zoë",))]


async def _servers(database: Database) -> list[object]:
    guilds, lists = Guilds(database), GuildListsTable(database)
    changed = await guilds.change(
        GUILD, ME, {"prefix": "?", "channels": frozenset({CHANNEL, 5}), "quiet": True, "explicit": "never"}
    )
    added = [await lists.add(GUILD, ME, SONGS[0], kind) for kind in ("pinned", "blocked", "blocked")]
    artists = [await lists.block_artist(GUILD, ME, name) for name in ("Zoë", "zoe", "Queen")]
    log, total = await guilds.log(GUILD, limit=3, skip=1)
    found: list[object] = [
        *(changed, added, artists, await guilds.settings(GUILD), await guilds.settings(ELSEWHERE)),
        *(await lists.of(GUILD), total, [(one.moderator, one.what, one.before, one.after) for one in log]),
        [await lists.block_artist(GUILD, ME, name, blocked=False) for name in ("Zoë", "zoe")],
        [await lists.remove(GUILD, ME, SONGS[0], kind) for kind in ("pinned", "blocked")],
    ]
    await expire(database, "logs", 1.0)
    found.append((await guilds.log(GUILD, limit=9, skip=0))[1])
    await guilds.forget(GUILD)
    return [
        *found,
        await guilds.settings(GUILD),
        await lists.of(GUILD),
        await guilds.log(GUILD, limit=9, skip=0),
    ]


async def _people(database: Database) -> list[object]:
    feedback, history, people = FeedbackTable(database), History(database, remembered=3), People(database)
    radios = Radios(database, remembered=3)
    presses = [
        await feedback.press(user, guild, song, liked=liked)
        for user, guild, song, liked in [
            *((ME, GUILD, SONGS[0], True), (ME, GUILD, SONGS[0], True), (ME, GUILD, SONGS[0], False)),
            *((YOU, GUILD, SONGS[0], False), (ME, None, SONGS[1], True), (ME, None, SONGS[1], False)),
        ]
    ]
    for song in SONGS:
        await history.add(CHANNEL, RecentPick(song.song_ref, None), ME)
    await history.add(CHANNEL, RecentPick(None, "hot:0123456789abcdef"))
    await history.flush()
    again = History(database, remembered=3)
    await radios.begin(CHANNEL, SONGS[2].song_ref, STRANGE, ("Zoë",), "34", SONGS[0].song_ref)
    for song in SONGS:
        await radios.play(CHANNEL, song.song_ref)
    found: list[object] = [
        presses,
        [(one.song, one.liked) for one in await feedback.of_user(ME)],
        *(await feedback.disliked_in(GUILD, people=2), await feedback.disliked_in(GUILD, people=3)),
        await feedback.liked_in(GUILD),
        *(await feedback.named(SONGS[0].song_ref), await feedback.named("none")),
        [(pick.track_id, pick.hot_song) for pick in await again.recent(CHANNEL, since=0)],
        [pick.track_id for pick in await again.of_user(ME, limit=2)],
        *(await radios.of(CHANNEL, guild=GUILD, user=ME), await radios.of(CHANNEL, guild=None, user=ME)),
        *(await radios.of(7, guild=None, user=None), await people.rows(ME)),
    ]
    await radios.straighten(CHANNEL)
    found.append(await radios.of(CHANNEL, guild=GUILD, user=ME))
    await people.forget(ME)
    history.drop(ME)
    await ForgetMarks(database, clock=lambda: FOREVER).tidy()
    await database.remove_traces()
    found += [await people.rows(ME), await people.rows(YOU), await radios.stop(CHANNEL), await radios.stop(7)]
    await radios.begin(CHANNEL, SONGS[2].song_ref, STRANGE, ())
    await radios.begin(CHANNEL, SONGS[1].song_ref, STRANGE, ())
    for rows in ("radios", "history", "feedback"):
        await expire(database, rows, FOREVER)
    return [*found, await radios.of(CHANNEL, guild=None, user=None), await people.rows(YOU)]


def _eventful(session: Session) -> Session:
    song = SessionSong(SONGS[0].song_ref, STRANGE, ("Zoë",), 200.5)
    silent = SessionSong(SONGS[1].song_ref, "Later", ("Zoë",), None)
    return replace(
        session,
        voice=9,
        auto=True,
        steering=Steering(("calmer",)),
        panel=1234,
        people=(Person(ME, 0, 1), Person(YOU, 1, 0, away_since=5.0, asked_at=6.5)),
        queue=(QueuedSong(1, YOU, silent),),
        songs=(
            Played(1, Pick(ME, "asked", "", song), 1.0),
            Played(2, Pick(None, "hot", STRANGE, silent), 2.0),
        ),
        upcoming=(Pick(None, "blend", "Calm", song), Pick(YOU, "taste", "", silent)),
        skips=frozenset({ME}),
        opinions=frozenset({Opinion(1, YOU, liked=True)}),
        poll=SessionPoll(None, 9.0, (song, silent)),
    )


async def _listening(database: Database) -> list[object]:
    sessions = Sessions(database)
    begun = await sessions.begin(Session(0, CHANNEL, GUILD, "fair", 1.0, 1.0))
    assert begun is not None
    second = await sessions.begin(Session(0, CHANNEL, GUILD, "fair", 2.0, 2.0))
    full = _eventful(begun)
    await sessions.save(begun, full)
    full = await sessions.open_in(CHANNEL) or full
    found: list[object] = [
        *(begun, second, await sessions.open_in(CHANNEL), await sessions.by_number(begun.session)),
        *(await sessions.due(FOREVER), await sessions.all_open(), await sessions.with_voice(9)),
    ]
    ended = replace(full, people=full.people[:1], queue=(), upcoming=full.upcoming[1:], skips=frozenset(),
                    poll=None, ended_at=9.0)  # fmt: skip
    await sessions.save(full, ended)
    found += [await sessions.open_in(CHANNEL), await sessions.last_in(CHANNEL), await sessions.due(FOREVER)]
    await expire(database, "sessions", 1.0)
    other = await sessions.begin(Session(0, ELSEWHERE, GUILD, "hot", 3.0, 3.0))
    await expire(database, "sessions", FOREVER)
    assert other == await sessions.last_in(ELSEWHERE)  # its number is each database's own affair
    found += [await sessions.last_in(CHANNEL)]
    await sessions.forget_guild(GUILD)
    return [*found, await sessions.last_in(ELSEWHERE)]


PARTS = (_small_tables, _daily, _processes, _songs, _not_found, _servers, _people, _listening)


@contextmanager
def called() -> Iterator[set[CodeType]]:
    """Collect the functions that are called inside."""
    codes: set[CodeType] = set()
    sys.setprofile(lambda frame, event, _: codes.add(frame.f_code) if event == "call" else None)
    try:
        yield codes
    finally:
        sys.setprofile(None)


def repository_methods() -> dict[str, CodeType]:
    """Of every class in `bot.storage.state` that is made with a database."""
    found: dict[str, CodeType] = {}
    for module in pkgutil.iter_modules(bot.storage.state.__path__, "bot.storage.state."):
        for name, kind in inspect.getmembers(import_module(module.name), inspect.isclass):
            if kind.__module__ == module.name and "database" in inspect.signature(kind).parameters:
                methods: dict[str, Callable[..., Any]] = dict(inspect.getmembers(kind, inspect.isfunction))
                found |= {
                    f"{name}.{method}": inspect.unwrap(function).__code__
                    for method, function in methods.items()
                    if not method.startswith("_")
                }
    return found


def test_every_method_of_every_repository_answers_the_same_on_both(tmp_path: Path, postgres_url: str) -> None:
    """Fails for SQL that only one of them understands, and for methods that are not called here."""

    async def answers(url: str | None) -> list[list[object]]:
        database = await open_database(tmp_path / "state.db", url)
        try:
            return [await part(database) for part in PARTS]
        finally:
            await database.close()

    with called() as codes:
        on_postgres = asyncio.run(answers(postgres_url))
    on_sqlite = asyncio.run(answers(None))
    for part, one, other in zip(PARTS, on_sqlite, on_postgres, strict=True):
        assert one == other, part.__name__
    assert {name for name, code in repository_methods().items() if code not in codes} == set()


def test_a_state_is_moved_to_postgres_and_back_row_by_row(tmp_path: Path, postgres_url: str) -> None:
    async def move() -> None:
        source = await open_database(tmp_path / "state.db", None)
        for repository_part in (_fill, _listening_open):
            await repository_part(source)
        there = await open_database(tmp_path / "unused.db", postgres_url)
        back = await open_database(tmp_path / "back.db", None)
        moved = await move_state(source, there, lambda *_: None)
        assert moved == await move_state(there, back, lambda *_: None) > 20
        for table in state_tables():
            sql = f"SELECT {table.listed} FROM {table.name} ORDER BY {table.order}"
            rows = await source.fetch(sql)
            assert rows, table.name
            assert rows == await there.fetch(sql) == await back.fetch(sql), table.name
        for moved_to in (there, back):  # new rows are numbered after the old ones
            await Guilds(moved_to).change(GUILD, ME, {"quiet": False})
            assert await Sessions(moved_to).begin(Session(0, 77, GUILD, "fair", 1.0, 1.0))
            assert await Sessions(moved_to).begin(Session(0, CHANNEL, GUILD, "fair", 1.0, 1.0)) is None
        for opened in (source, there, back):
            await opened.close()

    asyncio.run(move())


async def _fill(database: Database) -> None:
    await People(database).forget(YOU)
    await Charts(database).replace(CHART, datetime(2026, 11, 21, tzinfo=UTC))
    await FetchedSongs(database).keep(TRACK)
    await Metadata(database).set("a", STRANGE)
    end = datetime(2030, 1, 1, tzinfo=UTC)
    await SourceBlocks(database).block("Spotify", end, "asked too much", elsewhere=end)
    await SourcePace(database).take("Spotify", cost=1.0, room=2.0)
    await UnknownSongs(database).add("a", 60)
    await Playlists(database).keep("mood", STRANGE, ["a", "b"])
    await Guilds(database).change(GUILD, ME, {"quiet": True})
    await GuildListsTable(database).add(GUILD, ME, SONGS[0], "pinned")
    await GuildListsTable(database).block_artist(GUILD, ME, "Zoë")
    for user, guild in ((ME, GUILD), (ME, None), (YOU, None)):
        await FeedbackTable(database).press(user, guild, SONGS[0], liked=True)
    await Processes(database, Shards((0, 1), 4)).enter()
    plan = DailyPlan(GUILD, "song", CHANNEL, 8, "Europe/Berlin")
    await DailyTable(database).keep(plan, ME)
    await DailyTable(database).claim(plan, date(2026, 12, 1), 5.0)
    history = History(database, remembered=3)
    await history.add(CHANNEL, RecentPick("a", None), ME)
    await history.add(CHANNEL, RecentPick(None, "hot:0123456789abcdef"))
    await history.flush()
    await Radios(database, remembered=3).begin(CHANNEL, SONGS[2].song_ref, STRANGE, ("Zoë",))
    await Radios(database, remembered=3).play(CHANNEL, SONGS[2].song_ref)
    await UnfoundSongs(database).note("a key", STRANGE, ME, 10.0)
    await NamedSongs(database).name(GUILD, ME, "a key", STRANGE, SONGS[0], 10.0)
    await PlayedTogetherTable(database).keep(
        "A Title", ("Zoë",), [Recording("mbid", STRANGE, "Zoë", 0.5)], "Labs"
    )
    await HourlyCounts(database).add(5, {("asked", "Deezer"): 2})
    rounds = OddRounds(database)
    for judged in (True, False):
        game = await rounds.begin(CHANNEL, ["a", "b", STRANGE])
        await rounds.vote(game, ME, 2)
        if judged:
            await rounds.close(game)


async def _listening_open(database: Database) -> None:
    begun = await Sessions(database).begin(Session(0, CHANNEL, GUILD, "fair", 1.0, 1.0))
    assert begun is not None
    await Sessions(database).save(begun, _eventful(begun))


async def test_a_change_of_a_session_is_not_written_over_a_newer_one(database: Database) -> None:
    sessions = Sessions(database)
    begun = await sessions.begin(Session(0, CHANNEL, GUILD, "fair", 1.0, 1.0))
    assert begun is not None
    assert await sessions.save(begun, _eventful(begun))
    assert not await sessions.save(begun, replace(begun, panel=5))
    read = await sessions.open_in(CHANNEL)
    assert read == _eventful(begun)
    await People(database).forget(YOU)
    served = tuple(replace(person, served=7) for person in read.people)
    assert not await sessions.save(read, replace(read, people=served)), (
        "it would bring back who was forgotten"
    )
    assert await People(database).rows(YOU) == dict.fromkeys((one.table for one in PERSONAL), 0)
