"""A song's place in the model's space."""

import asyncio
from collections.abc import Iterable, Sequence
from math import nan

import numpy as np
from numpy.typing import NDArray

from bot.domain.errors import FeaturesUnknown
from bot.domain.recommendations import SeedSong
from bot.domain.titles import artist_keys
from bot.domain.tracks import Track
from bot.services.search.external_lookup import LookOutside, Wait
from bot.storage.catalogue.tracks import Tracks
from ml.serving.recommender import Recommender, Seed
from ml.songs import SongColumns


class LocateSong:
    """Looks a trained-on track up; computes the place of any other from its features."""

    def __init__(self, tracks: Tracks, outside: LookOutside) -> None:
        self._tracks = tracks
        self._outside = outside

    async def __call__(self, song: SeedSong, recommender: Recommender, wait: Wait) -> tuple[Track, Seed]:
        """The track with its features, and where it stands.

        Args:
            wait: called before an outside service is asked.

        Raises:
            FeaturesUnknown: nobody knows how it sounds.
            SourceUnavailable: nobody could be asked.
        """
        if song.track is None:
            raise FeaturesUnknown(
                "I know of “{song}”, but not how it sounds; try another song.", song=song.name
            )
        track = await self._outside.heard(song.track, wait)
        known = recommender.seed_of_row(track.row) if track.row is not None else None
        return track, known or await self._computed(track, recommender)

    async def _computed(self, track: Track, recommender: Recommender) -> Seed:
        others = [other for other in await self._tracks.by_artist(track.artists) if other.id != track.id]
        lead = artist_keys(track.artists[:1])
        artist = next(
            (
                number
                for other in others
                if other.row is not None and artist_keys(other.artists[:1]) == lead
                if (number := recommender.artist_of_row(other.row)) is not None
            ),
            None,
        )
        # Running the networks takes milliseconds: not on the event loop.
        return await asyncio.to_thread(
            recommender.seed_of, columns_of([track]), columns_of(others) if others else None, artist
        )


def columns_of(tracks: Sequence[Track]) -> SongColumns:
    """What the model looks at, of tracks with features."""

    def numbers(values: Iterable[float | None]) -> NDArray[np.float64]:
        return np.array([nan if value is None else float(value) for value in values])

    return SongColumns(
        np.array([track.features.vector() for track in tracks if track.features]),
        numbers(track.duration_ms for track in tracks),
        numbers(track.release_year for track in tracks),
        numbers(track.key for track in tracks),
        numbers(track.mode for track in tracks),
        numbers(track.popularity for track in tracks),
    )
