"""Every fault of every service at every step: an answer by the best basis left, and nothing wrong stored."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from bot.domain.recommendations import Basis, Recommendation
from bot.wiring import open_services
from tests.support.outside import Outside, in_database, open_outside
from tests.support.stand_ins.faults import Fault, StandIn
from tests.support.stand_ins.songs import Song, made_up_song

SONG = replace(made_up_song(980, "Lantern Weather", "Queen"), popularity=70)
KNOWN = Song("0" * 22, "Paranoid", ("Black Sabbath",))
FAULTS = (
    Fault.HANG,
    Fault.FORBIDDEN,
    Fault.NOT_FOUND,
    Fault.TOO_MANY_6_HOURS,
    Fault.TOO_MANY_GARBAGE,
    Fault.SERVER_ERROR,
    Fault.BAD_GATEWAY_HTML,
    Fault.TRUNCATED,
    Fault.WRONG_SHAPE,
    Fault.ERROR_OBJECT,
    Fault.NOT_UTF8,
    Fault.DROPPED,
)
MAY_BE_WORSE = {Fault.HANG, Fault.TOO_MANY_6_HOURS}
"""On a busy machine a healthy service may be late too; who asks for six hours is asked nothing more."""
BASES: Sequence[Basis] = ("features", "listeners", "artist")

Step = tuple[Callable[[Outside], StandIn], str]
SPOTIFY_TOKEN: Step = (lambda outside: outside.spotify, "/api/token")
SPOTIFY_SEARCH: Step = (lambda outside: outside.spotify, "/v1/search")
DEEZER_SEARCH: Step = (lambda outside: outside.charts, "/search")
DEEZER_TRACK: Step = (lambda outside: outside.charts, "/track/")
RECCOBEATS_SEARCH: Step = (lambda outside: outside.reccobeats, "/v1/track/search")
RECCOBEATS_FEATURES: Step = (lambda outside: outside.reccobeats, "/v1/audio-features")
RECORDINGS: Step = (lambda outside: outside.listenbrainz, "/recording-search")
TOGETHER: Step = (lambda outside: outside.listenbrainz, "/similar-recordings")


@dataclass(frozen=True)
class Case:
    """What fails, and by what the song is then answered."""

    failing: tuple[Step, ...]
    basis: Basis
    spotify: bool = True


GRID = {
    "nothing": Case((), "features"),
    "spotify token": Case((SPOTIFY_TOKEN,), "features"),
    "spotify search": Case((SPOTIFY_SEARCH,), "features"),
    "deezer search": Case((DEEZER_SEARCH,), "features"),
    "deezer track": Case((DEEZER_TRACK,), "features"),
    "reccobeats search": Case((RECCOBEATS_SEARCH,), "features"),
    "reccobeats features": Case((RECCOBEATS_FEATURES,), "listeners"),
    "listeners' recordings": Case((RECCOBEATS_FEATURES, RECORDINGS), "artist"),
    "listeners' songs": Case((RECCOBEATS_FEATURES, TOGETHER), "artist"),
    "all names": Case((SPOTIFY_SEARCH, DEEZER_SEARCH, RECCOBEATS_SEARCH), "listeners"),
    "keyless, deezer search": Case((DEEZER_SEARCH,), "features", spotify=False),
    "keyless, reccobeats search": Case((RECCOBEATS_SEARCH,), "features", spotify=False),
    "keyless, no ISRC": Case((RECCOBEATS_SEARCH, DEEZER_TRACK), "listeners", spotify=False),
    "everything": Case((SPOTIFY_TOKEN, DEEZER_SEARCH, RECCOBEATS_SEARCH, RECORDINGS), "artist"),
}


@pytest.mark.parametrize("case", GRID.values(), ids=GRID)
async def test_every_fault_at_every_step(case: Case, state: Path) -> None:
    for fault in FAULTS if case.failing else FAULTS[:1]:
        async with open_outside(state, [SONG]) as outside:
            outside.listenbrainz.together = {SONG.id: [(KNOWN, 90)]}
            for stand_in, path in case.failing:
                stand_in(outside).fault, stand_in(outside).fault_path = fault, path
            answer = await answered(outside, spotify=case.spotify, hangs=fault is Fault.HANG)
            assert answer.seed.artists == ("Queen",), fault
            worse = BASES.index(answer.basis) - BASES.index(case.basis)
            assert worse == 0 or (worse > 0 and fault in MAY_BE_WORSE), f"{fault}: {answer.basis}"
            check_stored(state, answer, fault)
        for table in ("fetched_songs", "unknown_songs", "source_blocks", "outside_sounds"):
            forget(state, table)


async def answered(outside: Outside, *, spotify: bool, hangs: bool) -> Recommendation:
    settings = outside.settings(
        spotify=spotify, listenbrainz=True, covers=False, outside_seconds=0.6 if hangs else 10.0
    )
    async with open_services(settings, rng=np.random.default_rng(1)) as services:
        await services.models.load()
        answer = await services.recommend.song("Queen - Lantern Weather", services.scope.nowhere)
    assert isinstance(answer, Recommendation)
    return answer


def check_stored(state: Path, answer: Recommendation, fault: Fault) -> None:
    songs = in_database(state, "SELECT title, basis, energy FROM fetched_songs")
    energy = (SONG.features or {})["energy"]
    assert songs in ([], [("Lantern Weather", "artist", None)], [("Lantern Weather", "features", energy)])
    assert (answer.basis == "features") == (songs[:1] == [("Lantern Weather", "features", energy)])
    assert not in_database(state, "SELECT 1 FROM unknown_songs"), f"{fault} proves nothing"
    together = in_database(state, "SELECT source FROM outside_sounds")
    assert together in ([], [("ListenBrainz",)])
    assert together or answer.basis != "listeners"


def forget(state: Path, table: str) -> None:
    with closing(sqlite3.connect(state / "state.db")) as connection, connection:
        connection.execute(f"DELETE FROM {table}")
