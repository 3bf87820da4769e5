"""Looks up single tracks in the arrays of a catalogue."""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator
from itertools import pairwise

import numpy as np

from ml.serving.catalogue_arrays import BEST, BEST_CLEAN, BEST_MILD, CatalogueArrays
from ml.serving.seeds import Excluded, Seed


class TrackLookup:
    """Finds the indices of tracks, their artists and versions, and whether they are allowed.

    Attributes:
        rows, clusters, songs, artists, kinds, popularity: as in `CatalogueArrays`.
    """

    def __init__(self, arrays: CatalogueArrays) -> None:
        # A draw reads single numbers, for which memoryviews are ten times as fast as numpy arrays.
        self.rows = arrays.rows.data
        self.clusters = arrays.clusters.data
        self.songs = arrays.songs.data
        self.artists = arrays.artists.data
        self._guests, self._guest_ends = arrays.guests.data, arrays.guest_ends.data
        self._standing, self.kinds = arrays.standing.data, arrays.kinds.data
        self.popularity = arrays.popularity.data
        self._parts = arrays.parts.tolist()
        order = np.argsort(arrays.rows)
        ascending = arrays.rows[order]
        self._places = order.astype(np.int32).data
        # Rows without gaps, as one import numbers them, need no search.
        self._first, self._last = int(ascending[0]), int(ascending[-1])
        without_gap = self._last - self._first == len(ascending) - 1
        self._ascending = None if without_gap else ascending.data

    def index(self, row: int) -> int | None:
        """The index of a row, or None if the model was not trained on it."""
        if not self._first <= row <= self._last:
            return None
        if self._ascending is None:
            return self._places[row - self._first]
        point = bisect_left(self._ascending, row)
        return self._places[point] if self._ascending[point] == row else None

    def indices(self, rows: Collection[int]) -> list[int]:
        """The indices of those of the rows that the model was trained on."""
        if self._ascending is None:  # each answer looks up a hundred recent picks
            first, last, places = self._first, self._last, self._places
            return [places[row - first] for row in rows if first <= row <= last]
        return [at for row in rows if (at := self.index(row)) is not None]

    def credits(self, at: int) -> tuple[int, ...]:
        """The numbers of a track's artists, the first one first."""
        begin, end = self._guest_ends[at], self._guest_ends[at + 1]
        return (self.artists[at], *self._guests[begin:end]) if begin < end else (self.artists[at],)

    def versions(self, at: int) -> Iterator[int]:
        """The indices of all versions of a track's song, itself included."""
        song = self.songs[at]
        for begin, end in pairwise(self._parts[self.clusters[at]]):
            found = bisect_left(self.songs, song, begin, end)
            while found < end and self.songs[found] == song:
                yield found
                found += 1

    def span(self, cluster: int, excluded: Excluded, seed: Seed) -> tuple[int, int]:
        """The indices of a cluster's tracks that are allowed by version and kind."""
        begin, ordinary, best, end = self._parts[cluster]
        if excluded.explicit or excluded.unrated:
            return begin, end
        return begin, best if excluded.kinds | seed.kinds else ordinary

    def rule(self, excluded: Excluded, seed: Seed | None = None) -> Callable[[int], bool]:
        """A predicate of an index: whether the track is allowed; at most one version of each song is."""
        song_of, artist_of, guests, ends = self.songs, self.artists, self._guests, self._guest_ends
        standing, kinds = self._standing, self.kinds
        songs = {song_of[at] for at in self.indices(excluded.rows)}
        artists = {artist_of[at] for at in self.indices(excluded.artists_of)}
        artists.update(excluded.artists)
        left_out = ~int(excluded.kinds)  # an enum's `&` costs as much as the rest of a look at a track
        if seed is not None:
            songs.update(() if seed.song is None else (seed.song,))
            artists.update(seed.artists)
            left_out &= ~seed.kinds
        best = BEST_CLEAN if excluded.unrated else BEST_MILD if excluded.explicit else BEST

        def allowed(at: int) -> bool:
            if (
                not standing[at] & best
                or kinds[at] & left_out
                or song_of[at] in songs
                or artist_of[at] in artists
            ):
                return False
            begin, end = ends[at], ends[at + 1]
            return begin == end or artists.isdisjoint(guests[begin:end])

        return allowed
