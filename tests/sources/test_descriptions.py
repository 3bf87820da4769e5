"""Requests, validated against the services' own descriptions where these are available."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest

from bot.domain.tracks import Track
from bot.sources.features.reccobeats import ReccoBeats
from bot.sources.guard import Guard
from bot.sources.http import Http
from tests.sources.conftest import ENOUGH, Clock, Memory
from tests.sources.test_spotify import spotify_against
from tests.support.shared_data import SHARED
from tests.support.stand_ins.faults import Asked
from tests.support.stand_ins.reccobeats import ReccoBeatsStandIn
from tests.support.stand_ins.songs import made_up_song
from tests.support.stand_ins.spotify import SpotifyStandIn

yaml = pytest.importorskip("yaml")
SONG = made_up_song(1, "Bohemian Nocturne", "The Imaginary Queens")
TRACK = Track(SONG.id, SONG.title, SONG.artists, isrc=SONG.isrc)


def description(name: str) -> Mapping[str, Any]:
    file = SHARED.parent / "apis" / f"{name}.openapi.yml"
    if not file.is_file():
        pytest.skip("needs the services' own descriptions beside the project")
    read: Mapping[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return read


def faults(described: Mapping[str, Any], asked: Sequence[Asked], *, base: str) -> Iterator[str]:
    for request in asked:
        path = request.path.removeprefix(base)
        operation = next(
            (
                operations[request.method.lower()]
                for template, operations in described["paths"].items()
                if re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", template.removeprefix(base)), path)
                and request.method.lower() in operations
            ),
            None,
        )
        if operation is None:
            yield f"{request.method} {path} is not described"
            continue
        known = {resolved(described, one)["name"] for one in operation.get("parameters", [])}
        yield from (f"{path}: {name} is no parameter" for name in request.query if name not in known)


def resolved(described: Mapping[str, Any], value: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Any = value
    if "$ref" in value:
        found = described
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part]
    resolved_value: Mapping[str, Any] = found
    return resolved_value


async def test_spotify_is_asked_as_it_describes(memory: Memory, clock: Clock) -> None:
    described = description("spotify-web-api")
    async with (
        SpotifyStandIn(songs=[SONG], audio_features_open=True) as stand_in,
        spotify_against(stand_in, memory, clock) as spotify,
    ):
        assert await spotify.search.candidates(SONG.title, SONG.artists[0])
        assert await spotify.search.track(SONG.id)
        assert await spotify.features.features_of(TRACK)
    asked = [request for request in stand_in.requests if request.path.startswith("/v1/")]
    assert len(asked) == 3
    assert list(faults(described, asked, base="/v1")) == []


async def test_reccobeats_is_asked_as_it_describes(http: Http, guard: Callable[[str], Guard]) -> None:
    """Its description lacks `/audio-features?ids=` and the title search, which exist."""
    described = description("reccobeats")
    async with ReccoBeatsStandIn(songs=[SONG]) as stand_in:
        source = ReccoBeats(http, guard("ReccoBeats"), base_url=stand_in.api_url, seconds=ENOUGH)
        assert await source.track(SONG.id)
        assert await source.analyse("clip.ogg", SONG.id.encode())
    assert len(stand_in.requests) == 2
    assert list(faults(described, stand_in.requests, base="/v1")) == []
