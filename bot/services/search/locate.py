"""Locates songs in the model's space."""

import asyncio
from collections.abc import Iterable, Sequence
from math import nan

import numpy as np
from numpy.typing import NDArray

from bot.domain.errors import FeaturesUnknown
from bot.domain.recommendations import SeedSong
from bot.domain.spelling import name_key
from bot.domain.titles import artist_keys
from bot.domain.tracks import Track
from bot.services.scope import Scope
from bot.services.search.external_lookup import ExternalLookup
from ml.features import AudioFeatures
from ml.serving.recommender import Seed
from ml.songs import SongColumns

_SONGS_OF_ARTIST = 200
"""The best known songs of an artist that tell how the artist sounds."""


class LocateSong:
    """Looks up the point of a trained track; computes that of any other track from its features."""

    def __init__(self, external: ExternalLookup) -> None:
        self._external = external

    async def __call__(self, song: SeedSong, scope: Scope) -> tuple[Track, Seed]:
        """Return the track with its features, and its seed.

        Raises:
            FeaturesUnknown: no source has its features.
            SourceUnavailable: no source is available.
            ModelUnavailable: there is no model.
        """
        recommender = scope.serving.recommender
        if song.artist_ref is not None:
            return _sound_of_artist(song, scope)
        if song.track is None:
            raise FeaturesUnknown(
                "I know of “{song}”, but not how it sounds; try another song.", song=song.name
            )
        track = await self._external.heard(song.track, scope)
        known = recommender.seed_of_row(track.row) if track.row is not None else None
        return track, known or await self._computed(track, scope)

    async def _computed(self, track: Track, scope: Scope) -> Seed:
        recommender, tracks = scope.serving.recommender, scope.serving.tracks
        others = [other for other in await tracks.by_artist(track.artists) if other.id != track.id]
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
        # Inference takes milliseconds: run it in a thread.
        return await asyncio.to_thread(
            recommender.seed_of, columns_of([track]), columns_of(others) if others else None, artist
        )


def _sound_of_artist(song: SeedSong, scope: Scope) -> tuple[Track, Seed]:
    """The mean features of the artist's most popular songs."""
    recommender, names = scope.serving.recommender, scope.serving.tracks.names
    key = name_key(song.artists[0])
    tracks = names.tracks(names.artists([key]).get(key, [])[:_SONGS_OF_ARTIST]).values()
    mine = [track for track in tracks if any(name_key(artist) == key for artist in track.artists)]
    rows = [track.row for track in mine if track.row is not None]
    points = recommender.points_of(rows)
    if not len(points):
        raise FeaturesUnknown("I know of “{song}”, but not how it sounds; try another song.", song=song.name)
    first = (track.row for track in mine if track.row is not None and name_key(track.artists[0]) == key)
    numbers = (recommender.artist_of_row(row) for row in first)
    heard = [track.features.vector() for track in mine if track.features]
    features = AudioFeatures(*np.mean(heard, axis=0).tolist()) if heard else None
    track = Track(song.song_ref, song.title, song.artists, features=features)
    artist = next((number for number in numbers if number is not None), None)
    return track, recommender.seed_at(points.mean(axis=0), artist)


def columns_of(tracks: Sequence[Track]) -> SongColumns:
    """The model's input columns for tracks with features."""

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
