"""Looks up songs and features in outside services and stores the results."""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import replace

from cachetools import TTLCache

from bot.domain.errors import FeaturesUnknown, SourceUnavailable, StorageFailed
from bot.domain.recommendations import deezer_id_of
from bot.domain.spelling import name_key
from bot.domain.tracks import Track
from bot.services.scope import Scope
from bot.services.search.external_search import ExternalSearch, tracks_of
from bot.services.search.find import Finding, judge_beside
from bot.services.search.query import Query
from bot.services.search.readings import readings_of
from bot.services.search.unfound import unknown_name
from bot.sources.protocols import FeatureSource, RecordingDetails, TrackLookup
from bot.storage.state.external_cache import UnknownSongs
from bot.storage.state.fetched_songs import FetchedSongs

log = logging.getLogger(__name__)

UNKNOWN_SECONDS = 24 * 3600.0
"""How long a song that no source knows is not requested again."""
KEEP_SECONDS = 0.5
NAMESAKE_SECONDS = 1.0
"""How long a bare title of the catalogue waits for outside songs of that name."""
_TITLES, _UNREACHABLE_SECONDS = 10_000, 60.0
"""Titles cached whose best known song is in the catalogue; the pause after no service has answered."""
_ANYBODY = ""


class ExternalLookup:
    """Queries the sources; stores their answers and, for a day, which songs none of them knows.

    Args:
        names: by name. search: by Spotify id. details: of Deezer's songs.
        seconds: the time for what a song needs before its features can be asked for.
    """

    def __init__(
        self,
        fetched: FetchedSongs,
        unknown: UnknownSongs,
        names: ExternalSearch | None,
        lookup: TrackLookup | None,
        features: FeatureSource | None,
        details: RecordingDetails | None,
        *,
        seconds: float,
    ) -> None:
        self._fetched = fetched
        self._unknown = unknown
        self._names = names
        self._lookup = lookup
        self._features = features
        self._details = details
        self._seconds = seconds
        self._best_known: TTLCache[str, bool] = TTLCache(_TITLES, UNKNOWN_SECONDS)
        self._unreachable: TTLCache[str, bool] = TTLCache(1, _UNREACHABLE_SECONDS)

    async def search(self, query: Query, artists: Iterable[str], scope: Scope) -> Finding | None:
        """Resolve a query among the results of the services; None if no service is enabled.

        Args:
            artists: keys of known artists that stand in the query.

        Raises:
            SourceUnavailable: nothing was found, and a service could not be asked.
        """
        readings = readings_of(query, artists)
        key = unknown_name(query.text)
        if self._names is None or not readings or await self._unknown.holds(key):
            return None
        await scope.show_waiting()
        found, missed = await self._names(query, readings)
        if found.outcome == "unknown":
            if missed:
                raise SourceUnavailable(" and ".join(missed), "could not be asked")
            await self._unknown.add(key, UNKNOWN_SECONDS)
        return found

    async def namesakes(self, found: Finding) -> Finding:
        """Resolve a bare title among the catalogue's songs and the services' songs of that name.

        Unchanged if no service answers in time, and for a day after a search without effect. It shows no
        waiting indicator, because it takes a second at most.
        """
        key = name_key(found.query.text)
        readings = [reading for reading in readings_of(found.query) if reading[1] is None]
        if self._names is None or not readings or key in self._best_known or _ANYBODY in self._unreachable:
            return found
        outside, missed = await self._names(found.query, readings, seconds=NAMESAKE_SECONDS)
        if len(missed) == len(self._names.services):
            self._unreachable[_ANYBODY] = True
        decided = judge_beside(found, outside) if outside.sure else found
        same = decided.outcome == found.outcome and decided.songs[0].song == found.songs[0].song
        if same and not missed:
            self._best_known[key] = True
        return decided

    async def track(self, track_id: str, scope: Scope) -> Track | None:
        """The track of a Spotify id or of a `deezer_ref`, or None if no source knows it.

        Raises:
            SourceUnavailable: no source is available.
        """
        if (number := deezer_id_of(track_id)) is not None:
            await scope.show_waiting()
            return await self._of_deezer(number)
        key = f"id:{track_id}"
        if self._lookup is None or await self._unknown.holds(key):
            return None
        await scope.show_waiting()
        track = await self._lookup.track(track_id)
        if track is None:
            await self._unknown.add(key, UNKNOWN_SECONDS)
        return track

    async def _of_deezer(self, number: str) -> Track | None:
        if self._details is None:
            return None
        try:
            async with asyncio.timeout(self._seconds):
                told = await self._details.details(number)
        except TimeoutError as error:
            raise SourceUnavailable(self._details.name, "too slow") from error
        return tracks_of([told])[0] if told else None

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
            track = await self._identified(track)
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

    async def _identified(self, track: Track) -> Track:
        """The track with its ISRC, which Deezer gives for single songs only."""
        number = deezer_id_of(track.id)
        if number is None or track.isrc:
            return track
        told = await self._of_deezer(number)
        return track if told is None else replace(told, popularity=told.popularity or track.popularity)

    async def keep_identity(self, track: Track) -> None:
        """Store a song without features, so that it is not searched again."""
        if track.source != "import" and track.row is None and track.features is None:
            await self._keep(track)

    async def _keep(self, track: Track) -> None:
        """Store a song in the background, so that the answer does not wait for a busy database."""
        try:
            async with asyncio.timeout(KEEP_SECONDS):
                await self._fetched.keep(track)
        except (TimeoutError, StorageFailed) as error:
            log.warning("could not store %s: %s", track.id, error)
