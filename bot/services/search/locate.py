"""Locates songs in the model's space."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import nan

import numpy as np
from numpy.typing import NDArray

from bot.domain.clips import CLIP
from bot.domain.errors import FeaturesUnknown, SourceUnavailable
from bot.domain.kinds import kinds_of
from bot.domain.recommendations import ArtistSound, Basis, SeedSong, artist_ref
from bot.domain.song_names import SongNames
from bot.domain.spelling import name_key
from bot.domain.titles import credit_keys
from bot.domain.tracks import Track
from bot.i18n.marking import marked
from bot.services.scope import Scope
from bot.services.search.external_lookup import ExternalLookup
from ml.features import AudioFeatures
from ml.serving.recommender import Recommender
from ml.serving.seeds import Seed
from ml.songs import SongColumns

_UNKNOWN_SOUND = marked("I know of “{song}”, but not how it sounds; try another song.")
_SONGS_OF_ARTIST = 200
"""The number of an artist's best known songs in the mean."""


@dataclass(frozen=True, slots=True)
class Located:
    """A song with its point, and what that is based on.

    Attributes:
        song: has an `artist_ref` if the point is the artist's.
        artist_sound: the artist whose songs it is based on, if it is not the song itself.
        own: catalogue rows of that artist's songs, guest appearances included, which are no answers.
    """

    song: SeedSong
    track: Track
    seed: Seed
    basis: Basis = "features"
    artist_sound: ArtistSound | None = None
    own: tuple[int, ...] = ()

    @property
    def rows(self) -> tuple[int, ...]:
        """Catalogue rows that are no answers: the song's own, or those of the artist it goes by."""
        return self.own if self.track.row is None else (self.track.row,)


class LocateSong:
    """Looks up the point of a trained track; computes that of any other track from its features."""

    def __init__(self, external: ExternalLookup) -> None:
        self._external = external

    async def placed(self, song: SeedSong, scope: Scope) -> Located:
        """Locate a song by its own sound, or else by its artist's.

        Raises:
            FeaturesUnknown: its features are unknown, and none of its artists is in the catalogue.
            SourceUnavailable: no source is available, and none of its artists is in the catalogue.
            ModelUnavailable: there is no model.
        """
        try:
            return await self.itself(song, scope)
        except (FeaturesUnknown, SourceUnavailable):
            if (found := self.by_artist(song, scope)) is None:
                raise
        if song.track is not None and song.artist_ref is None:
            await self._external.keep_identity(song.track)
        return found

    async def itself(self, song: SeedSong, scope: Scope) -> Located:
        """Locate a song by its own sound; any song of an artist by the artist's.

        Raises:
            FeaturesUnknown: no source has its features.
            SourceUnavailable: no source is available.
            ModelUnavailable: there is no model.
        """
        if song.artist_ref is not None and (found := self.by_artist(song, scope)) is not None:
            return found
        if song.artist_ref is not None or song.track is None:
            raise FeaturesUnknown(_UNKNOWN_SOUND, song=SongNames([song]))
        track = await self._external.heard(song.track, scope)
        known = scope.serving.recommender.seed_of_row(track.row) if track.row is not None else None
        basis: Basis = "clip" if track.id.startswith(CLIP) else "features"
        return Located(replace(song, track=track), track, known or await self._computed(track, scope), basis)

    def at_hand(self, song: SeedSong, scope: Scope) -> Located | None:
        """Locate a song, if that takes neither requests nor computation."""
        if song.artist_ref is None and song.track is not None and song.track.row is not None:
            seed = scope.serving.recommender.seed_of_row(song.track.row)
            if seed is not None:
                return Located(song, song.track, seed)
        return self.by_artist(song, scope)

    def by_artist(self, song: SeedSong, scope: Scope) -> Located | None:
        """Locate a song by the best known songs of its first artist in the catalogue: their mean.

        Guest appearances count only if there are no other songs.
        """
        recommender, names = scope.serving.recommender, scope.serving.tracks.names
        keys = credit_keys(song.artists)
        ranks = names.artists(keys) if keys else {}
        for key in keys:
            tracks = names.tracks(ranks.get(key, [])[:_SONGS_OF_ARTIST]).values()
            mine = [track for track in tracks if any(name_key(artist) == key for artist in track.artists)]
            # An artist's songs as a guest sound like their hosts.
            first = [track for track in mine if name_key(track.artists[0]) == key]
            heard, points = first, _points(first, recommender)
            if not len(points):
                heard, points = mine, _points(mine, recommender)
            if len(points):
                break
        else:
            return None
        values = [track.features.vector() for track in heard if track.features]
        features = AudioFeatures(*np.mean(values, axis=0).tolist()) if values else None
        name = next(artist for artist in mine[0].artists if name_key(artist) == key)
        seed = replace(song, artist_ref=song.artist_ref or artist_ref(mine[0], name))
        one_of_each = names.tracks([found[0] for found in ranks.values()]).values()
        artists = _numbers((key, *keys), [*mine, *one_of_each], recommender)
        return Located(
            seed,
            Track(seed.song_ref, song.title, song.artists, features=features),
            recommender.seed_at(points.mean(axis=0), artists, kinds_of(song.title, None, song.artists)),
            "artist",
            ArtistSound(seed, name, len(points)),
            own=tuple(track.row for track in mine if track.row is not None),
        )

    async def _computed(self, track: Track, scope: Scope) -> Seed:
        recommender, tracks = scope.serving.recommender, scope.serving.tracks
        others = [other for other in await tracks.by_artist(track.artists) if other.id != track.id]
        # Inference takes milliseconds: run it in a thread.
        return await asyncio.to_thread(
            recommender.seed_of,
            columns_of([track]),
            columns_of(others) if others else None,
            _numbers(credit_keys(track.artists), others, recommender),
            kinds_of(track.title, track.album, track.artists),
        )


def _points(tracks: Iterable[Track], recommender: Recommender) -> NDArray[np.float32]:
    return recommender.points_of([track.row for track in tracks if track.row is not None])


def _numbers(keys: Iterable[str], tracks: Iterable[Track], recommender: Recommender) -> tuple[int, ...]:
    """The model's numbers of those artists who are credited on the tracks, in the order of the keys."""
    numbers: dict[str, int] = {}
    for track in tracks:
        if track.row is not None:
            numbers.update(zip(credit_keys(track.artists), recommender.artists_of([track.row]), strict=False))
    return tuple(dict.fromkeys(numbers[key] for key in keys if key in numbers))


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
        numbers(track.popularity or None for track in tracks),
    )
