"""Looks up songs and features in outside services and stores the results."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.errors import FeaturesUnknown, StorageFailed
from bot.domain.spelling import name_key
from bot.domain.tracks import Track, distinct_songs
from bot.services.scope import Scope
from bot.sources.protocols import FeatureSource, TrackSearch
from bot.storage.state.external_cache import UnknownSongs
from bot.storage.state.fetched_songs import FetchedSongs

log = logging.getLogger(__name__)

UNKNOWN_SECONDS = 24 * 3600.0
"""How long a song that nobody knows is not asked for again."""
KEEP_SECONDS = 0.5


class ExternalLookup:
    """Queries the sources, stores their results and, for a day, which songs are unknown to all of them."""

    def __init__(
        self,
        fetched: FetchedSongs,
        unknown: UnknownSongs,
        search: TrackSearch | None,
        features: FeatureSource | None,
    ) -> None:
        self._fetched = fetched
        self._unknown = unknown
        self._search = search
        self._features = features

    async def search(self, text: str, scope: Scope) -> Sequence[Track]:
        """Songs with that name, each once, best match first; empty if none is found.

        Raises:
            SourceUnavailable: no source is available.
        """
        key = f"name:{name_key(text)}"
        if self._search is None or await self._unknown.holds(key):
            return []
        await scope.show_waiting()
        artist, dash, title = text.partition(" - ")
        found = await self._search.search(title if dash else text, artist if dash else None)
        if not found:
            await self._unknown.add(key, UNKNOWN_SECONDS)
        return distinct_songs(found)

    async def track(self, track_id: str, scope: Scope) -> Track | None:
        """The track with a Spotify id, or None if it is unknown.

        Raises:
            SourceUnavailable: no source is available.
        """
        key = f"id:{track_id}"
        if self._search is None or await self._unknown.holds(key):
            return None
        await scope.show_waiting()
        track = await self._search.track(track_id)
        if track is None:
            await self._unknown.add(key, UNKNOWN_SECONDS)
        return track

    async def heard(self, track: Track, scope: Scope) -> Track:
        """The track with features: its own, or those of the first source that has them.

        Raises:
            FeaturesUnknown: no source has its features.
            SourceUnavailable: no source is available.
        """
        if track.features is not None:
            if track.source != "import":
                await self._fetched.touch(track.id)
            return track
        key = f"features:{track.id}"
        features = None
        if self._features is not None and not await self._unknown.holds(key):
            await scope.show_waiting()
            features = await self._features.features_of(track)
            if features is None:
                await self._unknown.add(key, UNKNOWN_SECONDS)
        if features is None:
            raise FeaturesUnknown(
                "I found “{song}”, but nobody I can ask knows how it sounds; try another song.",
                song=track.name,
            )
        heard = replace(track, features=features)
        await self._keep(heard)
        return heard

    async def _keep(self, track: Track) -> None:
        """Store a song in the background, so that the answer does not wait for a busy database."""
        try:
            async with asyncio.timeout(KEEP_SECONDS):
                await self._fetched.keep(track)
        except (TimeoutError, StorageFailed) as error:
            log.warning("could not store %s: %s", track.id, error)
