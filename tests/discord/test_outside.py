"""Songs from outside services: requested once, cached, never trained on; and all failures of the services."""

import logging
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from bot.domain.errors import SamewaveError
from bot.domain.recommendations import Choice
from bot.storage.catalogue.training_rows import labelled_songs
from bot.storage.sqlite import SqliteDatabase
from bot.storage.state.retention import expire
from bot.wiring import open_services
from tests.support.catalogues import catalogue_file, in_catalogue
from tests.support.outside import TUNE, Outside, in_database, open_outside
from tests.support.reading import embed_of, is_sentence, is_unknown, picked_id, press, text_of
from tests.support.stand_ins.faults import Fault, StandIn
from tests.support.stand_ins.songs import made_up_id, made_up_song
from tests.support.world import open_world

ENOUGH = 10.0
"""Seconds for the outside world where it answers: as many as may be set, for a busy machine.

How long it is waited for is tested in `tests/sources`, on a clock that the tests turn."""

DEFERRED = 5
"""Discord's number for "thinking…"."""

LINK = f"https://open.spotify.com/track/{TUNE.id}?si=0123456789abcdef"


@pytest.fixture
async def outside(state: Path) -> AsyncIterator[Outside]:
    async with open_outside(state) as opened:
        yield opened


async def test_a_song_from_outside_is_answered_and_asked_for_once(outside: Outside) -> None:
    async with open_world(outside.settings(covers=False, outside_seconds=ENOUGH)) as world:
        answer = await world.say(world.listener, f"!recommend {TUNE.artists[0]} - {TUNE.title}")
        assert TUNE.title in (embed_of(answer).footer.text or "")
        assert (await world.services.scope.nowhere.serving.tracks.by_id(picked_id(answer))) is not None
        assert outside.spotify.asked("/v1/search")
        assert outside.reccobeats.asked("/audio-features")
        outside.forget_requests()
        for again in (TUNE.title, TUNE.title.upper(), "vapor trail polka", LINK, f"spotify:track:{TUNE.id}"):
            answer = await world.say(world.friend, f"!recommend {again}")
            assert TUNE.title in (embed_of(answer).footer.text or "")
        await press(world, world.friend, answer, "Another")
        assert outside.asked == 0
    async with open_world(outside.settings(covers=False, outside_seconds=ENOUGH)) as world:
        await world.say(world.listener, f"!recommend {TUNE.title}")
        assert outside.asked == 0
    [row] = in_database(
        outside.state, "SELECT source, title, used_at FROM fetched_songs WHERE id = ?", TUNE.id
    )
    assert row[0] in ("spotify", "reccobeats")  # both know it; the first one that answers is believed
    assert row[1] == TUNE.title
    assert row[2] == pytest.approx(time.time(), abs=600)


async def test_a_link_that_only_the_services_know_is_answered(outside: Outside) -> None:
    async with open_world(outside.settings(covers=False, outside_seconds=ENOUGH)) as world:
        answer = await world.say(world.listener, f"!recommend {LINK}")
        assert TUNE.title in (embed_of(answer).footer.text or "")
        outside.forget_requests()
        await world.say(world.listener, f"!recommend {LINK}")
        assert outside.asked == 0


async def test_without_credentials_reccobeats_finds_title_and_link(outside: Outside) -> None:
    async with open_world(outside.settings(spotify=False)) as world:
        for query in (f"{TUNE.artists[0]} - {TUNE.title}", LINK):
            answer = await world.say(world.listener, f"!recommend {query}")
            assert TUNE.title in (embed_of(answer).footer.text or "")
        assert not outside.spotify.requests
    assert in_database(outside.state, "SELECT source FROM fetched_songs WHERE id = ?", TUNE.id) == [
        ("reccobeats",)
    ]


async def test_the_same_title_by_another_artist_is_no_match(outside: Outside) -> None:
    async with open_world(outside.settings(spotify=False)) as world:
        answer = await world.say(world.listener, f"!recommend Somebody Else Entirely - {TUNE.title}")
        assert is_unknown(answer)


async def test_several_songs_from_outside_give_a_choice(state: Path) -> None:
    songs = [
        made_up_song(901, "Paper Moonrise", "One Nobody"),
        made_up_song(902, "Paper Moonrise", "Two Nobody"),
    ]
    async with open_outside(state, songs) as outside, open_world(outside.settings()) as world:
        question = await world.say(world.listener, "!recommend Paper Moonrise")
        await world.restart()
        answer = await world.listener.select(question, [songs[1].id])
        assert "Two Nobody" in (embed_of(answer).footer.text or "")


async def test_when_audio_features_are_open_spotify_alone_is_enough(outside: Outside) -> None:
    outside.spotify.audio_features_open = True
    async with open_world(outside.settings()) as world:
        assert embed_of(await world.say(world.listener, f"!recommend {TUNE.title}")).url
        assert not outside.reccobeats.asked("/audio-features")


async def test_closed_audio_features_are_logged_once_and_remembered(
    state: Path, caplog: pytest.LogCaptureFixture
) -> None:
    titles = ("Glass Harmonica", "Rubber Stamp Reverie", "Quicksand Lullaby", "Thimble Parade")
    songs = [made_up_song(n, title, "The Nonexistent Nine") for n, title in enumerate(titles, start=910)]
    async with open_outside(state, songs) as outside:
        with caplog.at_level(logging.WARNING):
            for start in (0, 2):  # the second time in services opened anew
                async with open_world(outside.settings()) as world:
                    for song in songs[start : start + 2]:
                        assert embed_of(await world.say(world.listener, f"!recommend {song.title}")).url
        assert len([r for r in outside.spotify.requests if "audio-features" in r.path]) == 1
        told = [r.getMessage() for r in caplog.records if "audio features" in r.getMessage()]
        assert len(told) == 1, told
        assert len(outside.spotify.asked("/v1/search")) >= len(songs)


async def test_a_service_that_asks_for_an_hour_gets_it_even_after_a_restart(outside: Outside) -> None:
    outside.spotify.fault = Fault.TOO_MANY_6_HOURS
    outside.spotify.fault_path = "/v1/"
    async with open_world(outside.settings()) as world:
        answer = await world.say(world.listener, f"!recommend {TUNE.title}")
        assert embed_of(answer).url  # the other service knew it
    outside.spotify.fault = None
    asked = len(outside.spotify.requests)
    for _ in range(2):
        async with open_world(outside.settings()) as world:
            for number in (930, 931):
                await world.say(world.listener, f"!recommend {made_up_id(number)} never heard of {number}")
    assert len(outside.spotify.requests) == asked
    [(until,)] = in_database(outside.state, "SELECT until FROM source_blocks WHERE source = 'Spotify'")
    assert until == pytest.approx(time.time() + 6 * 3600, abs=120)


async def test_an_unknown_song_is_not_requested_again(outside: Outside) -> None:
    unheard = f"https://open.spotify.com/track/{made_up_id(940)}"
    async with open_world(outside.settings()) as world:
        for query in ("The Song That Is Not There", unheard):
            answer = await world.say(world.listener, f"!recommend {query}")
            assert is_unknown(answer), text_of(answer)
        assert outside.asked > 0
        outside.forget_requests()
    async with open_world(outside.settings()) as world:
        for query in ("The Song That Is Not There", "the song that is not THERE!", unheard):
            assert is_unknown(await world.say(world.listener, f"!recommend {query}"))
        assert outside.asked == 0


async def test_a_song_without_features_is_reported_and_not_stored(state: Path) -> None:
    song = made_up_song(950, "Silent Movie Overture", "The Nonexistent Nine")
    mute = type(song)(
        **{**{name: getattr(song, name) for name in song.__dataclass_fields__}, "features": None}
    )
    async with open_outside(state, [mute]) as outside, open_world(outside.settings()) as world:
        answer = await world.say(world.listener, "!recommend Silent Movie Overture")
        assert is_sentence(answer)
        assert "Silent Movie Overture" in text_of(answer)
        assert "sounds" in text_of(answer)
        asked = len(outside.reccobeats.asked("/audio-features"))
        await world.say(world.listener, "!recommend Silent Movie Overture")
        assert len(outside.reccobeats.asked("/audio-features")) == asked
    assert not in_database(state, "SELECT 1 FROM fetched_songs WHERE id = ?", mute.id)


async def test_impossible_features_are_rejected(state: Path) -> None:
    song = made_up_song(951, "Impossible Staircase", "The Nonexistent Nine")
    assert song.features is not None
    song.features["energy"] = 7.5
    async with open_outside(state, [song]) as outside, open_world(outside.settings()) as world:
        assert is_sentence(await world.say(world.listener, "!recommend Impossible Staircase"))
    assert not in_database(state, "SELECT 1 FROM fetched_songs WHERE id = ?", song.id)


def make_old(outside: Outside) -> None:
    """Make the fetched song older than its retention time."""
    with closing(sqlite3.connect(outside.state / "state.db")) as connection, connection:
        connection.execute("UPDATE fetched_songs SET used_at = used_at - 31 * 86400 WHERE id = ?", [TUNE.id])


async def expired(outside: Outside, unused_since: float | None = None) -> int:
    """Run the daily cleanup; returns how many songs it deleted."""
    database = await SqliteDatabase.open(outside.state / "state.db")
    before = time.time() - 30 * 86_400 if unused_since is None else unused_since
    gone = await expire(database, "fetched songs", before)
    await database.close()
    return gone


async def test_what_was_fetched_is_never_trained_on_and_expires(outside: Outside) -> None:
    async with open_world(outside.settings()) as world:
        await world.say(world.listener, f"!recommend {TUNE.title}")
        songs, _ = await labelled_songs(catalogue_file(outside.state))
        assert in_database(outside.state, "SELECT id FROM fetched_songs") == [(TUNE.id,)]
        assert TUNE.id not in songs.ids
        assert in_catalogue(outside.state, "SELECT count(*) FROM tracks") == [(len(songs),)]
        assert await expired(outside) == 0
        make_old(outside)
        assert await expired(outside) == 1
        assert await world.services.scope.nowhere.serving.tracks.by_id(TUNE.id) is None
        outside.forget_requests()
        answer = await world.say(world.listener, f"!recommend {TUNE.title}")
        assert embed_of(answer).url
        assert outside.asked > 0


async def test_a_use_keeps_a_fetched_song_from_expiring(outside: Outside) -> None:
    async with open_world(outside.settings()) as world:
        await world.say(world.listener, f"!recommend {TUNE.title}")
        make_old(outside)
        await world.say(world.listener, f"!recommend {TUNE.title}")
        assert await expired(outside) == 0


def tracebacks(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was logged with one; the stand-ins' own web server is not ours."""
    return [r.getMessage() for r in caplog.records if r.exc_info and not r.name.startswith("aiohttp.server")]


WAITING = {Fault.HANG, Fault.SLOW, Fault.SLOW_HEADERS}
SEEN_IN_DISCORD = (
    Fault.FORBIDDEN_PLAIN,
    Fault.NOT_FOUND,
    Fault.TOO_MANY_UNTIL_A_DATE,
    Fault.SERVER_ERROR,
    Fault.WRONG_TYPE,
    Fault.DEEP_JSON,
    Fault.CUT_OFF,
)
"""All others are tried at each source and at each step of the chain."""
ONE_FAILS: dict[str, Callable[[Outside], StandIn]] = {
    "spotify": lambda outside: outside.spotify,
    "reccobeats": lambda outside: outside.reccobeats,
    "deezer": lambda outside: outside.charts,
}


@pytest.mark.parametrize("name", ONE_FAILS)
@pytest.mark.parametrize("fault", SEEN_IN_DISCORD, ids=lambda fault: fault.name)
async def test_one_service_fails_in_any_way(
    outside: Outside, name: str, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    ONE_FAILS[name](outside).fault = fault
    async with open_world(outside.settings(outside_seconds=ENOUGH)) as world:
        answer = await world.say(world.listener, f"!recommend {TUNE.title}")
        answered = not is_unknown(answer)
        if answered:
            assert TUNE.title in (embed_of(answer).footer.text or "")
        assert answered == bool(
            in_database(outside.state, "SELECT 1 FROM fetched_songs WHERE id = ?", TUNE.id)
        )
        if name != "reccobeats":
            assert answered, text_of(answer)  # the others know all that is needed
        assert embed_of(await world.say(world.listener, "!recommend Bohemian Rhapsody")).url
    assert not tracebacks(caplog)


@pytest.mark.parametrize("fault", SEEN_IN_DISCORD, ids=lambda fault: fault.name)
async def test_everything_outside_fails_in_any_way(
    outside: Outside, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    outside.spotify.fault = outside.reccobeats.fault = outside.charts.fault = fault
    before = in_database(outside.state, "SELECT count(*) FROM fetched_songs")
    async with open_world(outside.settings()) as world:
        for query in (TUNE.title, LINK):
            answer = await world.say(world.listener, f"!recommend {query}")
            assert is_unknown(answer), text_of(answer)
        outside.spotify.fault = outside.reccobeats.fault = outside.charts.fault = None
    assert in_database(outside.state, "SELECT count(*) FROM fetched_songs") == before
    remembered = in_database(outside.state, "SELECT song FROM unknown_songs")
    assert not remembered, f"{fault.name} is no proof that nobody knows the song: {remembered}"
    assert not tracebacks(caplog)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("failing", "fault"),
    [
        ("spotify", Fault.HANG),
        ("reccobeats", Fault.HANG),
        *(("both", fault) for fault in sorted(WAITING, key=lambda fault: fault.name)),
    ],
)
async def test_a_hanging_service_does_not_delay_the_answer(
    outside: Outside, failing: str, fault: Fault
) -> None:
    """It answers while the service still holds the request: the stand-in lets go of it at the very end.

    On the event loop as it is: the simulator's clock stands still while something is read.
    """
    for name, one in ONE_FAILS.items():
        if failing in (name, "both"):
            one(outside).fault = fault
    settings = outside.settings(outside_seconds=ENOUGH if failing == "spotify" else 1.0)
    async with open_services(settings, rng=np.random.default_rng(1)) as services:
        await services.models.load()
        scope = services.scope.nowhere
        for query in (TUNE.title, LINK):
            try:
                found = await services.recommend.song(query, scope)
                said = f"{found.query} is unknown." if isinstance(found, Choice) else found.seed.title
            except SamewaveError as refused:
                said = str(refused)
            assert said == TUNE.title or said.endswith(".")
            if failing == "spotify" and query == TUNE.title:
                assert said == TUNE.title  # the other service knows all that is needed
    stored = in_database(outside.state, "SELECT 1 FROM fetched_songs WHERE id = ?", TUNE.id)
    assert not (stored and failing == "both")
    assert not in_database(outside.state, "SELECT song FROM unknown_songs")


async def test_a_slow_answer_shows_a_waiting_indicator_first(outside: Outside) -> None:
    outside.spotify.delay = 0.7
    async with open_world(outside.settings()) as world:
        await world.say(world.listener, f"!recommend {TUNE.title}")
        assert any("typing" in request.path for request in world.env.http_requests), world.env.transcript()


async def test_a_slow_slash_command_is_acknowledged_first(outside: Outside) -> None:
    outside.spotify.delay = 0.7
    async with open_world(outside.settings()) as world:
        answer = await world.listener.slash(world.music, "recommend", song=TUNE.title)
        assert TUNE.title in (embed_of(answer).footer.text or "")
        [callback] = [r for r in world.env.http_requests if r.path.endswith("/callback")]
        assert callback.json["type"] == DEFERRED


async def test_a_slow_failure_of_a_slash_command_is_told(outside: Outside) -> None:
    outside.spotify.delay = 0.7
    async with open_world(outside.settings()) as world:
        answer = await world.listener.slash(world.music, "recommend", song="The Song That Is Not There")
        assert is_unknown(answer)


async def test_a_slow_failure_of_a_button_is_told(outside: Outside) -> None:
    async with open_world(outside.settings()) as world:
        answer = await world.say(world.listener, f"!recommend {TUNE.title}")
        await expired(outside, unused_since=time.time() + 1)
        outside.spotify.songs.clear()
        outside.reccobeats.songs.clear()
        outside.spotify.delay = 0.7
        assert is_sentence(await press(world, world.listener, answer, "Another"))
