import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest
from aiohttp import web

from bot.domain.errors import SourceUnavailable
from bot.domain.tracks import Track
from bot.sources.features.reccobeats import ReccoBeats
from bot.sources.guard import Guard
from bot.sources.http import Http
from tests.sources.conftest import ENOUGH, SECONDS
from tests.support.shared_data import SHARED
from tests.support.stand_ins.faults import Fault, StandIn
from tests.support.stand_ins.reccobeats import ReccoBeatsStandIn
from tests.support.stand_ins.songs import made_up_id, made_up_song

SONG = made_up_song(1, "Bohemian Nocturne", "The Imaginary Queens")
REMASTER = made_up_song(2, "Bohemian Nocturne - Remastered 2011", "The Imaginary Queens")
NAMESAKE = made_up_song(3, "Bohemian Nocturne", "Somebody Else")
UNHEARD = replace(made_up_song(4, "Unheard"), features=None)
TRACK = Track(SONG.id, SONG.title, SONG.artists)


@pytest.fixture
async def stand_in() -> AsyncIterator[ReccoBeatsStandIn]:
    async with ReccoBeatsStandIn(songs=[REMASTER, SONG, NAMESAKE, UNHEARD]) as server:
        yield server


@pytest.fixture
def source(stand_in: ReccoBeatsStandIn, http: Http, guard: Callable[[str], Guard]) -> ReccoBeats:
    return ReccoBeats(http, guard("ReccoBeats"), base_url=stand_in.api_url, seconds=ENOUGH)


async def test_features_by_id(source: ReccoBeats, stand_in: ReccoBeatsStandIn) -> None:
    features = await source.features_of(TRACK)
    assert features is not None
    assert SONG.features is not None
    assert features.tempo == SONG.features["tempo"]
    assert stand_in.requests[0].headers["User-Agent"].startswith("Samewave/")


async def test_features_by_any_id_of_the_song_in_one_request(
    source: ReccoBeats, stand_in: ReccoBeatsStandIn
) -> None:
    features = await source.features_of(TRACK)
    stand_in.requests.clear()
    other = replace(TRACK, id=made_up_id(78), isrc=None, other_ids=(made_up_id(79), SONG.id))
    assert await source.features_of(other) == features
    assert len(stand_in.requests) == 1


async def test_features_by_isrc_where_the_id_gives_nothing(
    source: ReccoBeats, stand_in: ReccoBeatsStandIn
) -> None:
    other_id = Track(made_up_id(77), SONG.title, SONG.artists, isrc=str(SONG.isrc).lower())
    assert await source.features_of(other_id) is None  # ISRCs are upper case there
    other_id = replace(other_id, isrc=SONG.isrc)
    assert await source.features_of(other_id) == await source.features_of(TRACK)
    local = replace(other_id, id="local:7")
    assert await source.features_of(local) == await source.features_of(TRACK)
    stand_in.isrc_lookup = False
    assert await source.features_of(other_id) is None


async def test_features_by_isrc_of_a_song_without_a_spotify_id(
    source: ReccoBeats, stand_in: ReccoBeatsStandIn
) -> None:
    track = replace(TRACK, id="local:7", isrc=SONG.isrc)
    assert await source.features_of(track) == await source.features_of(TRACK)
    assert stand_in.requests[0].query == {"ids": SONG.isrc}
    unknown = replace(track, isrc="ZZZ990000099")
    assert await source.features_of(unknown) is None
    stand_in.unasked = [NAMESAKE]
    assert await source.features_of(unknown) is None


async def test_candidates_come_unmatched(source: ReccoBeats) -> None:
    found = await source.candidates("bohemian nocturne", "the imaginary queens")
    assert {one.track_id for one in found} == {SONG.id, REMASTER.id, NAMESAKE.id}
    assert {one.source for one in found} == {"reccobeats"}
    assert next(one for one in found if one.track_id == SONG.id).isrc == SONG.isrc
    assert await source.candidates("÷", None) == []


async def test_unrequested_rows_are_ignored(source: ReccoBeats, stand_in: ReccoBeatsStandIn) -> None:
    stand_in.unasked = [NAMESAKE]
    features, track = await source.features_of(TRACK), await source.track(SONG.id)
    assert features is not None
    assert SONG.features is not None
    assert features.energy == SONG.features["energy"]
    assert track is not None
    assert track.id == SONG.id
    unheard = Track(made_up_id(99), "A", ("B",), isrc="ZZZ990000099")
    assert await source.features_of(unheard) is None
    assert await source.track(unheard.id) is None


async def test_unknown_songs_and_songs_without_features(source: ReccoBeats) -> None:
    assert await source.features_of(Track(made_up_id(99), "A", ("B",))) is None
    assert await source.features_of(Track(UNHEARD.id, "Unheard", ("B",))) is None
    assert await source.features_of(Track("local:7", "A", ("B",))) is None


@pytest.mark.parametrize("wrong", [7.0, -0.1, None, "much", True, float("nan"), [0.5], "missing"])
async def test_invalid_features_count_as_none(
    source: ReccoBeats, stand_in: ReccoBeatsStandIn, wrong: object, caplog: pytest.LogCaptureFixture
) -> None:
    features: dict[str, object] = dict(SONG.features or {})
    features["energy"] = wrong
    if wrong == "missing":
        del features["energy"]
    stand_in.songs = [replace(SONG, features=features)]  # type: ignore[arg-type]
    assert await source.features_of(TRACK) is None
    assert "energy" in caplog.text


async def test_a_title_too_short_to_search_is_not_sent(
    source: ReccoBeats, stand_in: ReccoBeatsStandIn
) -> None:
    assert await source.candidates(" ÷ ", None) == []
    assert stand_in.requests == []
    await source.candidates("la " * 900, None)
    assert len(stand_in.requests[0].query["searchText"]) <= 1000


async def test_a_track_by_id(source: ReccoBeats) -> None:
    track = await source.track(SONG.id)
    assert track is not None
    assert (track.title, track.artists, track.isrc) == (SONG.title, SONG.artists, SONG.isrc)
    assert await source.track(made_up_id(99)) is None
    assert await source.track("local:7") is None


ASKS: list[Callable[[ReccoBeats], Awaitable[object]]] = [
    lambda source: source.features_of(replace(TRACK, isrc=SONG.isrc)),
    lambda source: source.candidates(SONG.title, None),
    lambda source: source.track(SONG.id),
]


@pytest.mark.parametrize("fault", Fault)
async def test_every_fault_is_one_typed_error_in_time(
    stand_in: ReccoBeatsStandIn, fault: Fault, guard: Callable[[str], Guard], http: Http
) -> None:
    stand_in.fault = fault
    for number, ask in enumerate(ASKS):
        source = ReccoBeats(http, guard(f"ReccoBeats {number}"), base_url=stand_in.api_url, seconds=SECONDS)
        with pytest.raises(SourceUnavailable) as caught:
            await ask(source)
        assert caught.value.source == "ReccoBeats"


class Recorded(StandIn):
    """The answers that were once recorded from the service itself."""

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/v1/audio-features", self._features), web.get("/v1/track", self._track)]

    async def _features(self, request: web.Request) -> web.Response:
        known = "01K4zKU104LyJ8gMb7227B" in request.query["ids"]
        return self._file("audio-features.json" if known else "audio-features-miss.json")

    async def _track(self, request: web.Request) -> web.Response:
        return self._file("track.json")

    def _file(self, name: str) -> web.Response:
        text = (SHARED.parent / "apis" / "examples" / f"reccobeats-{name}").read_text(encoding="utf-8")
        return web.json_response(json.loads(text))


@pytest.mark.skipif(
    not (SHARED.parent / "apis" / "examples").is_dir(), reason="needs the recorded answers beside the project"
)
async def test_answers_recorded_from_the_service(http: Http, guard: Callable[[str], Guard]) -> None:
    async with Recorded() as recorded:
        source = ReccoBeats(http, guard("ReccoBeats"), base_url=f"{recorded.url}/v1", seconds=ENOUGH)
        track = await source.track("01K4zKU104LyJ8gMb7227B")
        assert track is not None
        assert track.artists == ("Taylor Swift", "Phoebe Bridgers")
        features = await source.features_of(track)
        assert features is not None
        assert features.loudness == -9.455
        assert await source.features_of(Track(made_up_id(1), "A", ("B",))) is None
