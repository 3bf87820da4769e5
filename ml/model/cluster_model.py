"""The cluster model: feature step, scikit-learn scaler and scikit-learn KMeans, fitted together."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans, kmeans_plusplus
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from ml.model.artist_context import ArtistContext
from ml.model.embedding import Embedding
from ml.model.identity import song_numbers
from ml.songs import LabelledSongs, SongColumns

Progress = Callable[[str, float], None]
Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Songs = NDArray[np.intp]

KMEANS_ROWS = 100_000
"""KMeans is fitted on a sample of so many tracks at most."""
FIRST_ROWS = 20_000
"""Its first centroids are then chosen among so many."""
SETTLING_ROUNDS = 3
"""Then come so many rounds over all tracks: they bring the inertia within 3 % of a fit to all of them."""
MOST_CLUSTERS = 2_000
SONGS_PER_CLUSTER = 16
FEWEST_SONGS = 8
"""Who asks for another and another is to hear a few before the next cluster takes over."""
FEWEST_KNOWN = 4
"""The same once the catalogue's own labels have moved some songs elsewhere."""
DISSOLVING_ROUNDS = 3
CHUNK = 1_024
PATIENCE = 20_000
"""Among more tracks KMeans is told again and again to go on, so that one sees it go on."""
ROUNDS, ROUNDS_AT_ONCE = 300, 20


def default_clusters(songs: int) -> int:
    """How many clusters a catalogue of so many songs gets: one for every sixteen, 2,000 at most."""
    return max(1, min(MOST_CLUSTERS, songs // SONGS_PER_CLUSTER))


class ClusterModel:
    """A song's cluster and its place in the scaled space.

    Attributes:
        embedding: the feature step.
        scaler: the fitted `sklearn.preprocessing.StandardScaler`.
        kmeans: the fitted `sklearn.cluster.KMeans`.
        labels_: shape (n,), int32, the cluster of each training row.
        scaled_: shape (n, d), float32, the places of the training rows, labels and all; not pickled.
        inertia_: sum of squared distances of the training rows to their centroids, in the scaled space.
    """

    embedding: Embedding
    scaler: StandardScaler
    kmeans: KMeans
    labels_: NDArray[np.int32]
    scaled_: Floats32
    inertia_: float

    def fit(
        self,
        songs: LabelledSongs,
        *,
        clusters: int | None = None,
        seed: int,
        progress: Progress | None = None,
    ) -> "ClusterModel":
        """Learn feature space, scaler and clusters from a catalogue.

        Args:
            songs: n tracks; labels, years and durations where known.
            clusters: how many clusters; None chooses `default_clusters(n)`.
            seed: of every random choice; the same seed gives the same model to the last digit.
            progress: told a stage in plain words and the fraction done, 0 to 1.
        """
        furthest = 0.0

        def tell(stage: str, done: float) -> None:  # what is fitted anew does not set it back
            nonlocal furthest
            furthest = max(furthest, done)
            if progress is not None:
                progress(stage, furthest)

        with threadpool_limits(limits=1):  # threads add up in any order, and the last digit would vary
            self._fit(songs, clusters, seed, tell)
        return self

    def _fit(self, songs: LabelledSongs, clusters: int | None, seed: int, tell: Progress) -> None:
        tell("Learning the feature space", 0.0)
        self.embedding = Embedding().fit(
            songs, seed=seed, tick=lambda done: tell("Learning the feature space", 0.7 * done)
        )
        points = self.embedding.transform_catalogue(songs, own_labels=False)
        tell("Scaling", 0.7)
        self.scaler = StandardScaler(with_std=False)
        for start in range(0, len(points), KMEANS_ROWS):  # it makes a copy of what it is given
            self.scaler.partial_fit(points[start : start + KMEANS_ROWS])
        points -= self.scaler.mean_
        numbers = song_numbers(songs)
        wanted = default_clusters(int(numbers.max()) + 1) if clusters is None else clusters
        tell("Clustering", 0.75)
        rows = np.arange(len(points))
        sample: Floats | Floats32 = points
        everything: Floats32 | None = None
        if len(points) > KMEANS_ROWS:
            rows = np.random.default_rng(seed).choice(len(points), KMEANS_ROWS, replace=False)
            # In double precision a large catalogue's points would fill the memory.
            sample, everything = points[rows].astype(np.float32), points.astype(np.float32)
        del points

        def went_on(done: float) -> None:
            tell("Clustering", 0.75 + 0.1 * done)

        def fit(count: int, start: Floats | None) -> None:
            self.kmeans = _fit_kmeans(sample, count, seed, start, went_on)

        count = min(wanted, len(np.unique(sample, axis=0)))
        first = None
        if everything is not None:
            some = sample[: max(FIRST_ROWS, 4 * count)]
            first = kmeans_plusplus(some, count, random_state=seed % 2**32)[0]
        fit(count, first)
        if clusters is None:
            for _ in range(DISSOLVING_ROUNDS):
                kept = self._large(self.kmeans.labels_, numbers[rows], FEWEST_SONGS)
                if kept is None:
                    break
                fit(len(kept), kept)
        tell("Clustering", 0.85)
        large = everything is not None
        if everything is not None:
            self._settle(everything)
        del everything
        # Centroids fitted to sounds alone serve unknown songs best; the catalogue's own songs are then
        # assigned with all that is known of them.
        tell("Clustering", 0.9)
        self.scaled_ = self.scaled_catalogue(songs, own_labels=True)
        tell("Clustering", 0.95)
        self.labels_, self.inertia_ = self._assign(self.scaled_)
        kept = self._large(self.labels_, numbers, FEWEST_KNOWN) if clusters is None else None
        if kept is not None:
            fit(len(kept), kept)
            if large:
                self._settle(self.scaled_catalogue(songs, own_labels=False))
            self.labels_, self.inertia_ = self._assign(self.scaled_)
        tell("Done", 1.0)

    def _settle(self, points: Floats32) -> None:
        """Move centroids that were fitted to a sample towards all the points they stand for."""
        centers = self.kmeans.cluster_centers_.astype(np.float32)
        kmeans = KMeans(len(centers), init=centers, n_init=1, max_iter=SETTLING_ROUNDS, copy_x=False)
        self.kmeans = _in_double_precision(kmeans.fit(points))

    def _large(self, labels: NDArray[np.int32], songs: Songs, fewest: int) -> Floats | None:
        """The centroids of the clusters with enough different songs; None where that is all, or none."""
        pairs = np.unique(np.column_stack((labels, songs)), axis=0)
        large = np.bincount(pairs[:, 0], minlength=self.n_clusters) >= fewest
        return None if large.all() or not large.any() else self.kmeans.cluster_centers_[large]

    def __getstate__(self) -> dict[str, object]:
        """Without the places of the training rows, which are as large as the catalogue."""
        return {name: value for name, value in self.__dict__.items() if name != "scaled_"}

    @property
    def n_clusters(self) -> int:
        """How many clusters there are; labels run from 0 to n_clusters - 1."""
        return len(self.kmeans.cluster_centers_)

    def scaled(self, columns: SongColumns, context: ArtistContext | None = None) -> NDArray[np.float32]:
        """Place n tracks in the scaled space, shape (n, d): `scaler.transform` without its validation.

        Args:
            columns: n tracks; only the nine features are needed.
            context: of the same tracks, where others by their artists are known (`embedding.context_of`).
        """
        return self._scale(columns, context).astype(np.float32)

    def scaled_catalogue(self, songs: LabelledSongs, *, own_labels: bool) -> NDArray[np.float32]:
        """Place a whole catalogue, each track with the others by its artists as its context, shape (n, d).

        Args:
            own_labels: as in `Embedding.transform_catalogue`.
        """
        points = self.embedding.transform_catalogue(songs, own_labels=own_labels)
        points -= self.scaler.mean_
        return points.astype(np.float32)

    def predict(self, columns: SongColumns, context: ArtistContext | None = None) -> NDArray[np.int32]:
        """The nearest centroid of n tracks, shape (n,): `kmeans.predict` without its validation."""
        return self._assign(self._scale(columns, context))[0]

    def assign(self, scaled: NDArray[np.float32]) -> NDArray[np.int32]:
        """The nearest centroid of n points of the scaled space, shape (n,)."""
        return self._assign(scaled)[0]

    def _scale(self, columns: SongColumns, context: ArtistContext | None) -> Floats:
        scaled: Floats = self.embedding.transform(columns, context) - self.scaler.mean_
        return scaled

    def _assign(self, scaled: Floats | Floats32) -> tuple[NDArray[np.int32], float]:
        centers: Floats = self.kmeans.cluster_centers_
        offsets = np.einsum("ij,ij->i", centers, centers)
        labels = np.empty(len(scaled), np.int32)
        inertia = 0.0
        for start in range(0, len(scaled), CHUNK):
            part = scaled[start : start + CHUNK].astype(np.float64)
            distances = part @ centers.T
            distances *= -2.0
            distances += offsets
            nearest = distances.argmin(axis=1)
            labels[start : start + CHUNK] = nearest
            squares = np.einsum("ij,ij->i", part, part)
            inertia += float(np.maximum(distances[np.arange(len(part)), nearest] + squares, 0.0).sum())
        return labels, inertia


def _fit_kmeans(
    points: Floats | Floats32,
    clusters: int,
    seed: int,
    start: Floats | None,
    tick: Callable[[float], None],
) -> KMeans:
    """Fit KMeans; `tick` is told the fraction done, as far as that can be foreseen."""
    init = "k-means++" if start is None else start
    rounds = ROUNDS if len(points) <= PATIENCE else ROUNDS_AT_ONCE
    for turn in range(1, ROUNDS // rounds + 1):
        kmeans = KMeans(clusters, init=init, n_init=1, random_state=seed % 2**32, max_iter=rounds).fit(points)
        if kmeans.n_iter_ < rounds:
            break
        init = kmeans.cluster_centers_
        tick(1.0 - 0.7**turn)
    return _in_double_precision(kmeans)


def _in_double_precision(kmeans: KMeans) -> KMeans:
    kmeans.cluster_centers_ = kmeans.cluster_centers_.astype(np.float64)
    return kmeans
