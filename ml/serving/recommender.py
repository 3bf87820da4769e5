"""The draw and the neighbours: from a place in the scaled space to songs."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ml.features import FEATURE_RANGES, AudioFeatures
from ml.serving.bundle import Bundle
from ml.serving.draw import nearest_songs
from ml.serving.nearby import Nearby
from ml.serving.profiles import ClusterProfile, shared_features
from ml.songs import SongColumns

_PAIRS = 2_000


@dataclass(frozen=True, slots=True)
class Seed:
    """The song asked about, as the model sees it.

    Attributes:
        cluster: its cluster.
        point: (d,) float32, its point in the scaled space.
        song: its song number, None for a song outside the trained catalogue.
        artist: its first artist's number, None for one without songs in the trained catalogue.
    """

    cluster: int
    point: NDArray[np.float32]
    song: int | None
    artist: int | None


def at_point(point: NDArray[np.float32]) -> Seed:
    """A point of the space that is no song, as a seed for `Recommender.nearest`."""
    return Seed(-1, point, None, None)


@dataclass(frozen=True, slots=True)
class Excluded:
    """What must not be drawn.

    Attributes:
        rows: catalogue rows (all versions of their songs go too).
        artists_of: catalogue rows whose first artist has had enough.
        explicit: whether explicit songs are left out.
        unrated: whether songs are too of which nobody knows whether they are explicit.
    """

    rows: Collection[int] = ()
    artists_of: Collection[int] = ()
    explicit: bool = False
    unrated: bool = False


class Recommender:
    """Serves picks from a loaded bundle; every answer takes microseconds and no lock.

    The draw is uniform over the ten songs of a cluster that are nearest to the seed and not excluded:
    what was heard lately is, so that one press after another leads outward. Versions of the seed and other
    songs by its first artist are always excluded: whoever names a song knows its artist.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        arrays = bundle.arrays
        offsets = arrays.offsets
        # A draw looks at single numbers, which memoryviews give ten times as fast as numpy arrays.
        self._rows = arrays.rows.data
        self._clusters = arrays.clusters.data
        self._songs = arrays.songs.data
        self._artists = arrays.artists.data
        self._explicit = arrays.explicit.data
        self._unrated = arrays.unrated.data
        self._offsets = offsets.tolist()
        order = np.argsort(arrays.rows)
        ascending = arrays.rows[order]
        self._places = order.astype(np.int32).data
        # Rows without a gap, as one import lays them down, need no search.
        self._first, self._last = int(ascending[0]), int(ascending[-1])
        without_gap = self._last - self._first == len(ascending) - 1
        self._ascending = None if without_gap else ascending.data
        self._scaled, self._halves = arrays.scaled.view(np.ndarray), arrays.squares / np.float32(2.0)
        self._nearby = Nearby(self._scaled, arrays.squares, offsets, bundle.model.centers, arrays.radii)
        self._means, self._scales = bundle.mean.tolist(), bundle.scale.tolist()

    @property
    def name(self) -> str:
        return self.bundle.name

    @property
    def tracks(self) -> int:
        """How many tracks it draws from."""
        return len(self._rows)

    def profile(self, cluster: int) -> ClusterProfile:
        """What a cluster is like."""
        return self.bundle.profiles[cluster]

    def seed_of_row(self, row: int) -> Seed | None:
        """A catalogue track as a seed, or None when the model was trained before it was imported."""
        at = self._index(row)
        if at is None:
            return None
        return Seed(self._clusters[at], self._scaled[at], self._songs[at], self._artists[at])

    def artist_of_row(self, row: int) -> int | None:
        """A number for the track's first artist, or None for a row the model was not trained on."""
        at = self._index(row)
        return None if at is None else self._artists[at]

    def points_of(self, rows: Collection[int]) -> NDArray[np.float32]:
        """The places of those of the rows that the model was trained on, shape (k, d), in the order given."""
        points: NDArray[np.float32] = self._scaled[self._indices(rows)]
        return points

    def busy(self, rows: Collection[int], most: int) -> list[int]:
        """One row for each artist who has `most` or more of these tracks."""
        if len(rows) < most:
            return []
        row_of: dict[int, int] = {}
        counts: Counter[int] = Counter()
        for at in self._indices(rows):
            row_of[self._artists[at]] = self._rows[at]
            counts[self._artists[at]] += 1
        return [row_of[artist] for artist, count in counts.items() if count >= most]

    def seed_of(self, columns: SongColumns, others: SongColumns | None, artist: int | None) -> Seed:
        """A track known only by its numbers as a seed.

        Args:
            columns: of the track, one row.
            others: of the catalogue's tracks by the same artists; None where there are none.
            artist: the number of its first artist (see `artist_of_row`).
        """
        model = self.bundle.model
        context = None if others is None else model.feature_step.context_of(others)
        point = model.transform(columns, context)
        return Seed(int(model.kmeans.predict(point)[0]), point[0], None, artist)

    def seed_at(self, point: NDArray[np.float32], artist: int | None) -> Seed:
        """A point of the space that is no song, with its cluster.

        Args:
            point: shape (d,). artist: the number of the artist whose songs are not drawn.
        """
        return Seed(int(self.bundle.model.kmeans.predict(point[None])[0]), point, None, artist)

    def draw(self, seed: Seed, excluded: Excluded, rng: np.random.Generator) -> tuple[int, int] | None:
        """One of the nearest tracks of the seed's cluster, or of the nearest cluster that has one left.

        Returns:
            the track's row and its cluster, or None when the whole catalogue is excluded.
        """
        allowed = self._rule(excluded, seed)
        for cluster in self._nearest_clusters(seed):
            start, end = self._offsets[cluster], self._offsets[cluster + 1]
            left = nearest_songs(self._scaled, self._halves, seed.point, self._songs, allowed, start, end)
            if left:
                return self._rows[left[int(rng.random() * len(left))]], cluster
        return None

    def nearest(
        self, seed: Seed, count: int, excluded: Excluded, *, one_an_artist: bool = False
    ) -> list[tuple[int, float]]:
        """The exact nearest songs in the scaled space, each song once.

        Args:
            seed: where to look.
            count: how many songs.
            excluded: what must not be among them.
            one_an_artist: whether each artist is answered with once.

        Returns:
            rows with their Euclidean distances, nearest first; fewer than `count` in a small catalogue.
        """
        allowed = self._rule(excluded, seed)
        key = self._artists if one_an_artist else self._songs

        def chosen(near: list[int]) -> list[int]:
            found: dict[int, int] = {}
            for at in near:
                if allowed(at):
                    found.setdefault(key[at], at)
            return list(found.values())

        return [(self._rows[at], away) for at, away in self._nearby(seed.point, count, chosen)]

    def any_clean(self, *, unrated: bool) -> bool:
        """Whether there is a song that is not explicit.

        Args:
            unrated: whether songs of which that is unknown count.
        """
        arrays = self.bundle.arrays
        return not np.all(arrays.explicit if unrated else arrays.explicit | arrays.unrated)

    def allowed(self, rows: Collection[int], excluded: Excluded) -> list[int]:
        """Those of the rows that are trained on and not excluded, in their order, each song once."""
        allowed = self._rule(excluded)
        found: dict[int, int] = {}
        for at in self._indices(rows):
            if allowed(at):
                found.setdefault(self._songs[at], at)
        return [self._rows[at] for at in found.values()]

    def rows_of(self, cluster: int) -> list[int]:
        return self._rows[self._offsets[cluster] : self._offsets[cluster + 1]].tolist()

    def nearness(self, distance: float) -> int:
        """A distance in the scaled space as a percentage.

        100 is the same place; 0 is as far as two random songs of the catalogue are (the median), or further.
        """
        return round(100 * max(0.0, 1.0 - distance / self.usual_distance)) if self.usual_distance else 100

    def in_common(self, first: AudioFeatures, second: AudioFeatures) -> tuple[str, ...]:
        """Words for what two songs share, most telling first; may be empty."""
        return shared_features(first.vector(), second.vector(), self._means, self._scales)

    @cached_property
    def usual_distance(self) -> float:
        """The median distance of two random songs of the catalogue."""
        pairs = np.random.default_rng(0).integers(len(self._rows), size=(2, _PAIRS))
        first, second = (self._scaled[np.sort(rows)] for rows in pairs)
        return float(np.median(np.linalg.norm(first - np.random.default_rng(1).permutation(second), axis=1)))

    def sound_of(self, z: Sequence[float]) -> AudioFeatures:
        """The feature values of z-scores against the catalogue, held to what a feature may be."""
        values = (
            min(max(mean + scale * score, low), high)
            for mean, scale, score, (low, high) in zip(
                self._means, self._scales, z, FEATURE_RANGES.values(), strict=True
            )
        )
        return AudioFeatures(*values)

    def z_scores(self, features: AudioFeatures) -> list[float]:
        """How many standard deviations each feature is off the catalogue's mean."""
        return [
            (value - mean) / scale
            for value, mean, scale in zip(features.vector(), self._means, self._scales, strict=True)
        ]

    def _index(self, row: int) -> int | None:
        if not self._first <= row <= self._last:
            return None
        if self._ascending is None:
            return self._places[row - self._first]
        point = bisect_left(self._ascending, row)
        return self._places[point] if self._ascending[point] == row else None

    def _indices(self, rows: Collection[int]) -> list[int]:
        """Where those of the rows stand that the model was trained on."""
        return [at for row in rows if (at := self._index(row)) is not None]

    def _rule(self, excluded: Excluded, seed: Seed | None = None) -> Callable[[int], bool]:
        """Whether the track at a place may be answered."""
        song_of, artist_of, explicit, unrated = self._songs, self._artists, self._explicit, self._unrated
        songs = {song_of[at] for at in self._indices(excluded.rows)}
        artists = {artist_of[at] for at in self._indices(excluded.artists_of)}
        if seed is not None:
            songs.update(() if seed.song is None else (seed.song,))
            artists.update(() if seed.artist is None else (seed.artist,))
        no_explicit, no_unrated = excluded.explicit, excluded.unrated

        def allowed(at: int) -> bool:
            return not (
                song_of[at] in songs
                or artist_of[at] in artists
                or (no_explicit and explicit[at])
                or (no_unrated and unrated[at])
            )

        return allowed

    def _nearest_clusters(self, seed: Seed) -> Iterator[int]:
        yield seed.cluster
        away = self.bundle.model.centers - seed.point
        yield from (int(c) for c in np.argsort(np.einsum("ij,ij->i", away, away)) if c != seed.cluster)
