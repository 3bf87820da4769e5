import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest

from bot.domain.errors import SourceUnavailable
from bot.sources.guard import Guard
from bot.sources.http import Http
from bot.sources.listeners.listenbrainz import ListenBrainz
from tests.sources.conftest import ENOUGH, SECONDS
from tests.support.stand_ins.faults import Fault
from tests.support.stand_ins.listenbrainz import ALGORITHM, ListenBrainzStandIn, recording_mbid
from tests.support.stand_ins.songs import made_up_song

SEED = made_up_song(1, "Bohemian Nocturne", "The Imaginary Queens")
OFTEN = made_up_song(2, "Played Often", "Somebody")
SELDOM = made_up_song(3, "Played Seldom", "Somebody Else")
NEVER = made_up_song(4, "Never Together", "Nobody")
LONG = replace(made_up_song(5), title="x" * 301)
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
async def stand_in() -> AsyncIterator[ListenBrainzStandIn]:
    together = {SEED.id: [(OFTEN, 900), (SEED, 5_000), (SELDOM, 40), (NEVER, 0), (LONG, 7)]}
    async with ListenBrainzStandIn(songs=[SEED, OFTEN, SELDOM, NEVER], together=together) as server:
        yield server


@pytest.fixture
def source(stand_in: ListenBrainzStandIn, http: Http, guard: Callable[[str], Guard]) -> ListenBrainz:
    return ListenBrainz(http, guard("ListenBrainz"), base_url=stand_in.url, seconds=ENOUGH)


async def test_recordings_by_words(source: ListenBrainz, stand_in: ListenBrainzStandIn) -> None:
    [found] = await source.recordings("Bohemian Nocturne", "The Imaginary Queens")
    assert (found.mbid, found.title, found.artist) == (recording_mbid(SEED), SEED.title, SEED.artists[0])
    assert json.loads(stand_in.requests[0].body) == [{"query": "Bohemian Nocturne The Imaginary Queens"}]
    assert stand_in.requests[0].headers["User-Agent"].startswith("Samewave/")
    assert await source.recordings("Unheard Of", None) == []
    assert await source.recordings("", None) == []


async def test_what_people_play_together_with_it(source: ListenBrainz, stand_in: ListenBrainzStandIn) -> None:
    found = await source.similar(recording_mbid(SEED))
    assert [(one.title, one.score) for one in found] == [(OFTEN.title, 900), (SELDOM.title, 40)]
    assert found[0].release is not None
    assert json.loads(stand_in.requests[0].body) == [
        {"recording_mbids": [recording_mbid(SEED)], "algorithm": ALGORITHM}
    ]
    assert await source.similar(UNKNOWN) == []


@pytest.mark.parametrize("mbid", ["", "no id", recording_mbid(SEED).upper(), recording_mbid(SEED) + "/json"])
async def test_invalid_ids_are_not_requested(
    source: ListenBrainz, stand_in: ListenBrainzStandIn, mbid: str
) -> None:
    assert await source.similar(mbid) == []
    assert stand_in.requests == []


ASKS: list[Callable[[ListenBrainz], Awaitable[object]]] = [
    lambda source: source.recordings("Bohemian Nocturne", None),
    lambda source: source.similar(recording_mbid(SEED)),
]


@pytest.mark.parametrize("fault", Fault)
async def test_every_fault_is_one_typed_error(
    stand_in: ListenBrainzStandIn, fault: Fault, guard: Callable[[str], Guard], http: Http
) -> None:
    stand_in.fault = fault
    for number, ask in enumerate(ASKS):
        source = ListenBrainz(http, guard(f"labs {number}"), base_url=stand_in.url, seconds=SECONDS)
        with pytest.raises(SourceUnavailable) as caught:
            await ask(source)
        assert caught.value.source == "ListenBrainz"
