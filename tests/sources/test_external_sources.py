"""Which sources are opened by which settings."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from bot.domain.candidates import MediaHosts
from bot.domain.tracks import Track
from bot.external_sources import ExternalSources, open_sources
from bot.sources.guard import Guards
from bot.sources.http import Http
from tests.sources.conftest import Memory
from tests.support.outside import TUNE, Outside, open_outside
from tests.support.settings import settings_for


@pytest.fixture
async def opened(tmp_path: Path, http: Http) -> AsyncIterator[Callable[..., tuple[ExternalSources, Guards]]]:
    async with AsyncExitStack() as stack:

        def open_with(**changes: Any) -> tuple[ExternalSources, Guards]:
            guards = Guards(Memory())
            return open_sources(settings_for(tmp_path, **changes), http, guards, stack), guards

        yield open_with


def test_without_credentials_and_with_the_defaults(
    opened: Callable[..., tuple[ExternalSources, Guards]],
) -> None:
    sources, guards = opened()
    assert [one.name for one in sources.candidates] == ["Deezer", "ReccoBeats"]
    assert [one.name for one in sources.media] == ["Deezer", "Spotify oEmbed"]
    assert [one.name for one in sources.charts] == ["Billboard", "Apple Music", "Deezer"]
    assert sources.listeners is None, "its terms are for whoever hosts the bot to agree to"
    assert len({guard.name for guard in guards.all}) == len(guards.all)


def test_each_source_has_a_switch(opened: Callable[..., tuple[ExternalSources, Guards]]) -> None:
    sources, guards = opened(
        deezer=False, reccobeats=False, covers=False, listenbrainz=False, hotlist_sources=()
    )
    assert (sources.candidates, sources.lookups, sources.features, sources.media) == ([], [], [], [])
    assert (sources.details, sources.listeners) == (None, None)
    assert (sources.previews, sources.media_hosts, sources.clips) == (None, MediaHosts(), None)
    assert guards.all == []
    without_covers, _ = opened(covers=False)
    assert without_covers.previews is None
    assert without_covers.details is not None
    with_listeners, _ = opened(listenbrainz=True)
    assert with_listeners.listeners is not None
    assert [one.name for one in with_listeners.media] == ["Deezer", "Spotify oEmbed", "Cover Art Archive"]


def test_pictures_may_come_from_an_address_that_was_set(
    opened: Callable[..., tuple[ExternalSources, Guards]],
) -> None:
    usual, _ = opened(deezer_url="https://api.deezer.com", oembed_url="https://open.spotify.com/")
    assert usual.media_hosts.sounds == ("https://*.dzcdn.net",)
    assert usual.media_hosts.images == (
        *("https://*.dzcdn.net", "https://api.deezer.com"),
        *("https://*.spotifycdn.com", "https://i.scdn.co"),
    )
    moved, _ = opened(deezer_url="http://127.0.0.1:9/api", oembed_url="https://mirror.example:8443")
    assert moved.media_hosts.sounds == ("https://*.dzcdn.net", "http://127.0.0.1:9")
    assert {"http://127.0.0.1:9", "https://mirror.example:8443"} <= {*moved.media_hosts.images}


async def test_a_title_leads_to_features_without_any_credentials(tmp_path: Path, http: Http) -> None:
    """The whole of the keyless chain against the stand-ins: title, ISRC, features; cover and preview."""
    async with AsyncExitStack() as stack, open_outside(tmp_path) as outside:
        sources = open_sources(keyless(outside), http, Guards(Memory()), stack)
        [found] = await sources.candidates[0].candidates(TUNE.title, TUNE.artists[0])
        assert sources.details is not None
        details = await sources.details.details(found.source_id)
        assert details is not None
        assert details.isrc is not None
        track = Track("local:7", TUNE.title, TUNE.artists, isrc=details.isrc)
        features = await sources.features[0].features_of(track)
        assert features is not None
        assert TUNE.features is not None
        assert features.tempo == TUNE.features["tempo"]
        assert sources.listeners is not None
        [recording] = await sources.listeners.recordings(TUNE.title, TUNE.artists[0])
        assert recording.title == TUNE.title


def keyless(outside: Outside) -> Any:
    return outside.settings(spotify=False, listenbrainz=True)
