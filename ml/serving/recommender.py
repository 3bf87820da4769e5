"""The draw and the neighbours: from a place in the scaled space to songs."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ml.features import FEATURE_RANGES, AudioFeatures
from ml.serving.bundle import Bundle
from ml.serving.catalogue_arrays import BEST_CLEAN, BEST_MILD
from ml.serving.draw import FEWEST, LOOKED_AT, Familiarity, most_familiar, nearest_songs, rank_for
from ml.serving.nearby import Nearby
from ml.serving.profiles import ClusterProfile, shared_features
from ml.serving.seeds import Excluded, Seed
from ml.serving.track_lookup import TrackLookup
from ml.songs import SongColumns

_PAIRS = 2_000


class Recommender:
    """Serves picks from a loaded bundle; every answer takes microseconds and no lock.

    A pick is drawn from the songs of the seed's cluster that are not excluded, the nearer the likelier: what
    was heard lately is excluded, so that one press after another leads outward. Versions of the seed and
    songs that credit any of its artists are always excluded: whoever names a song knows its artists. Of each
    song the best version is answered, and none of a kind (of a season, sped up, …) that the seed is not of.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        arrays = bundle.arrays
        offsets = arrays.offsets
        self._offsets = offsets.tolist()
        self._tracks = TrackLookup(arrays)
        self._scaled, self._halves = arrays.scaled.view(np.ndarray), arrays.squares / np.float32(2.0)
        self._nearby = Nearby(self._scaled, arrays.squares, offsets, bundle.model.centers, arrays.radii)
        self._means, self._scales = bundle.mean.tolist(), bundle.scale.tolist()

    @property
    def name(self) -> str:
        return self.bundle.name

    @property
    def tracks(self) -> int:
        """How many tracks it draws from."""
        return len(self._tracks.rows)

    def profile(self, cluster: int) -> ClusterProfile:
        """What a cluster is like."""
        return self.bundle.profiles[cluster]

    def seed_of_row(self, row: int) -> Seed | None:
        """A catalogue track as a seed, or None when the model was trained before it was imported."""
        at = self._tracks.index(row)
        if at is None:
            return None
        return Seed(
            self._tracks.clusters[at],
            self._scaled[at],
            self._tracks.songs[at],
            self._tracks.credits(at),
            self._tracks.kinds[at],
        )

    def artist_of_row(self, row: int) -> int | None:
        """A number for the track's first artist, or None for a row the model was not trained on."""
        at = self._tracks.index(row)
        return None if at is None else self._tracks.artists[at]

    def artists_of(self, rows: Collection[int]) -> list[int]:
        """The numbers of all artists credited on those of the rows that the model was trained on.

        Those of one row are in the order of its credits.
        """
        return list(
            dict.fromkeys(artist for at in self._tracks.indices(rows) for artist in self._tracks.credits(at))
        )

    def points_of(self, rows: Collection[int]) -> NDArray[np.float32]:
        """The points of those of the rows that the model was trained on, shape (k, d), in the order given."""
        points: NDArray[np.float32] = self._scaled[self._tracks.indices(rows)]
        return points

    def busy(self, rows: Collection[int], most: int) -> list[int]:
        """The numbers of the artists who are credited on `most` or more of these tracks."""
        if len(rows) < most:
            return []
        counts = Counter(artist for at in self._tracks.indices(rows) for artist in self._tracks.credits(at))
        return [artist for artist, count in counts.items() if count >= most]

    def seed_of(
        self, columns: SongColumns, others: SongColumns | None, artists: tuple[int, ...], kinds: int = 0
    ) -> Seed:
        """A track known only by its numbers as a seed.

        Args:
            columns: of the track, one row.
            others: of the catalogue's tracks by the same artists; None where there are none.
            artists, kinds: as in `Seed`.
        """
        model = self.bundle.model
        profiles = (self.bundle.arrays.profiles[artist] for artist in artists)
        known = next((profile for profile in profiles if not np.isnan(profile).all()), None)
        context = None if others is None else model.feature_step.context_of(others, known)
        point = model.transform(columns, context)
        return Seed(int(model.kmeans.predict(point)[0]), point[0], None, artists, kinds)

    def seed_at(self, point: NDArray[np.float32], artists: tuple[int, ...], kinds: int = 0) -> Seed:
        """A point of the space that is no song, with its cluster.

        Args:
            point: shape (d,). artists, kinds: as in `Seed`.
        """
        return Seed(int(self.bundle.model.kmeans.predict(point[None])[0]), point, None, artists, kinds)

    def draw(
        self,
        seed: Seed,
        excluded: Excluded,
        rng: np.random.Generator,
        *,
        familiarity: Familiarity | None = None,
    ) -> tuple[int, int] | None:
        """One of the nearest tracks of the seed's cluster; where few are left, of the nearest others as well.

        Args:
            familiarity: whether well known or hidden songs among the nearest are preferred; None is neither.

        Returns:
            the track's row and its cluster, or None when the whole catalogue is excluded.
        """
        allowed = self._tracks.rule(excluded, seed)
        # Search no further than the rank that is drawn.
        rank = rank_for(rng.random()) if familiarity is None else LOOKED_AT - 1
        left: list[int] = []
        for cluster in self._nearest_clusters(seed):
            start, end = self._tracks.span(cluster, excluded, seed)
            left += nearest_songs(
                *(self._scaled, self._halves, seed.point, allowed, start, end), count=rank + 1 - len(left)
            )
            if len(left) > rank or len(left) >= FEWEST:
                break
        if not left:
            return None
        if familiarity is not None:
            left = most_familiar(left, self._tracks.popularity, familiarity)
        chosen = left[rank if rank < len(left) else rank_for(rng.random(), len(left))]
        return self._tracks.rows[chosen], self._tracks.clusters[chosen]

    def nearest(
        self, seed: Seed, count: int, excluded: Excluded, *, one_an_artist: bool = False
    ) -> list[tuple[int, float]]:
        """The exact nearest songs in the scaled space, each song once.

        Args:
            seed: where to look.
            count: how many songs.
            excluded: what must not be among them.
            one_an_artist: whether each artist may occur only once, as a guest too.

        Returns:
            rows with their Euclidean distances, nearest first; fewer than `count` in a small catalogue.
        """
        allowed = self._tracks.rule(excluded, seed)

        def chosen(near: list[int]) -> list[int]:
            found: list[int] = []
            heard: set[int] = set()
            for at in near:
                if allowed(at) and (not one_an_artist or heard.isdisjoint(self._tracks.credits(at))):
                    found.append(at)
                    if one_an_artist:
                        heard.update(self._tracks.credits(at))
            return found

        return [(self._tracks.rows[at], away) for at, away in self._nearby(seed.point, count, chosen)]

    def any_clean(self, *, unrated: bool) -> bool:
        """Whether there is a song that is not explicit.

        Args:
            unrated: whether songs of which that is unknown count.
        """
        return bool((self.bundle.arrays.standing & (BEST_MILD if unrated else BEST_CLEAN)).any())

    def allowed_versions(self, rows: Collection[int], excluded: Excluded) -> dict[int, int]:
        """The best version that is trained on and not excluded, by the first row of each song."""
        allowed, tracks = self._tracks.rule(excluded), self._tracks
        found: dict[int, int] = {}
        seen: set[int] = set()
        for row in rows:
            if (at := tracks.index(row)) is not None and tracks.songs[at] not in seen:
                seen.add(tracks.songs[at])
                if (best := next(filter(allowed, tracks.versions(at)), None)) is not None:
                    found[row] = tracks.rows[best]
        return found

    def allowed(self, rows: Collection[int], excluded: Excluded) -> list[int]:
        """Of each song of the rows, in their order, the best version that is trained on and not excluded."""
        return list(self.allowed_versions(rows, excluded).values())

    def kinds_of(self, cluster: int) -> int:
        """The kinds that at least half of a cluster's tracks are of, as bits."""
        kinds = self.bundle.arrays.kinds[self._offsets[cluster] : self._offsets[cluster + 1]]
        return sum(
            bit for bit in (1 << at for at in range(16)) if 2 * np.count_nonzero(kinds & bit) > len(kinds)
        )

    def rows_of(self, cluster: int) -> list[int]:
        return self._tracks.rows[self._offsets[cluster] : self._offsets[cluster + 1]].tolist()

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
        pairs = np.random.default_rng(0).integers(len(self._tracks.rows), size=(2, _PAIRS))
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

    def _nearest_clusters(self, seed: Seed) -> Iterator[int]:
        yield seed.cluster
        away = self.bundle.model.centers - seed.point
        yield from (int(c) for c in np.argsort(np.einsum("ij,ij->i", away, away)) if c != seed.cluster)
