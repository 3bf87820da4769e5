"""The cluster model: feature step, scikit-learn scaler and scikit-learn KMeans, fitted together."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from ml.artist_context import ArtistContext
from ml.embedding import Embedding
from ml.identity import song_numbers
from ml.songs import LabelledSongs, SongColumns

Progress = Callable[[str, float], None]
Floats = NDArray[np.float64]
Songs = NDArray[np.intp]

KMEANS_ROWS = 100_000
"""KMeans is fitted on a sample of so many tracks at most."""
SETTLING_ROUNDS = 2
"""Then come so many rounds over all tracks: they bring the inertia within 3 % of a fit to all of them."""
MOST_CLUSTERS = 2_000
SONGS_PER_CLUSTER = 16
FEWEST_SONGS = 8
"""Who asks for another and another is to hear a few before the next cluster takes over."""
FEWEST_KNOWN = 4
"""The same once the catalogue's own labels have moved some songs elsewhere."""
DISSOLVING_ROUNDS = 3
CHUNK = 8_192


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
        inertia_: sum of squared distances of the training rows to their centroids, in the scaled space.
    """

    embedding: Embedding
    scaler: StandardScaler
    kmeans: KMeans
    labels_: NDArray[np.int32]
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
        with threadpool_limits(limits=1):  # threads add up in any order, and the last digit would vary
            self._fit(songs, clusters, seed, progress or (lambda stage, fraction: None))
        return self

    def _fit(self, songs: LabelledSongs, clusters: int | None, seed: int, tell: Progress) -> None:
        tell("Learning the feature space", 0.0)
        self.embedding = Embedding().fit(
            songs, seed=seed, tick=lambda done: tell("Learning the feature space", 0.7 * done)
        )
        points = self.embedding.transform_catalogue(songs, own_labels=False)
        tell("Scaling", 0.7)
        self.scaler = StandardScaler(with_std=False).fit(points)
        points -= self.scaler.mean_
        tell("Clustering", 0.75)
        rows = np.arange(len(points))
        if len(rows) > KMEANS_ROWS:
            rows = np.random.default_rng(seed).choice(len(rows), KMEANS_ROWS, replace=False)
        numbers = song_numbers(songs)
        wanted = default_clusters(int(numbers.max()) + 1) if clusters is None else clusters
        sample = points[rows]
        everything = points.astype(np.float32) if len(rows) < len(points) else None
        del points  # a large catalogue's points fill the memory
        self.kmeans = _fit_kmeans(sample, min(wanted, len(np.unique(sample, axis=0))), seed)
        tell("Clustering", 0.85)
        if clusters is None:
            for _ in range(DISSOLVING_ROUNDS):
                if not self._dissolve(sample, self.kmeans.labels_, numbers[rows], FEWEST_SONGS, seed):
                    break
        # Centroids fitted to sounds alone serve unknown songs best; the catalogue's own songs are then
        # assigned with all that is known of them.
        known = self.embedding.transform_catalogue(songs, own_labels=True)
        known -= self.scaler.mean_
        tell("Clustering", 0.9)
        self.labels_, self.inertia_ = self._assign(known)
        changed = clusters is None and self._dissolve(sample, self.labels_, numbers, FEWEST_KNOWN, seed)
        if everything is not None:
            tell("Clustering", 0.95)
            self._settle(everything)
            changed = True
        if changed:
            self.labels_, self.inertia_ = self._assign(known)
        tell("Done", 1.0)

    def _settle(self, points: NDArray[np.float32]) -> None:
        """Move centroids that were fitted to a sample towards all the points they stand for."""
        centers = self.kmeans.cluster_centers_.astype(np.float32)
        kmeans = KMeans(len(centers), init=centers, n_init=1, max_iter=SETTLING_ROUNDS, copy_x=False)
        self.kmeans = kmeans.fit(points)
        self.kmeans.cluster_centers_ = self.kmeans.cluster_centers_.astype(np.float64)

    def _dissolve(
        self, points: Floats, labels: NDArray[np.int32], songs: Songs, fewest: int, seed: int
    ) -> bool:
        """Fit anew without the centroids of clusters with too few different songs; whether there were any."""
        pairs = np.unique(np.column_stack((labels, songs)), axis=0)
        large = np.bincount(pairs[:, 0], minlength=self.n_clusters) >= fewest
        if large.all() or not large.any():
            return False
        self.kmeans = _fit_kmeans(points, int(large.sum()), seed, self.kmeans.cluster_centers_[large])
        return True

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
        return self._assign(scaled.astype(np.float64))[0]

    def _scale(self, columns: SongColumns, context: ArtistContext | None) -> Floats:
        scaled: Floats = self.embedding.transform(columns, context) - self.scaler.mean_
        return scaled

    def _assign(self, scaled: Floats) -> tuple[NDArray[np.int32], float]:
        centers: Floats = self.kmeans.cluster_centers_
        offsets = np.einsum("ij,ij->i", centers, centers)
        labels = np.empty(len(scaled), np.int32)
        inertia = 0.0
        for start in range(0, len(scaled), CHUNK):
            part = scaled[start : start + CHUNK]
            distances = offsets - 2.0 * (part @ centers.T)
            nearest = distances.argmin(axis=1)
            labels[start : start + CHUNK] = nearest
            squares = np.einsum("ij,ij->i", part, part)
            inertia += float(np.maximum(distances[np.arange(len(part)), nearest] + squares, 0.0).sum())
        return labels, inertia


def _fit_kmeans(points: Floats, clusters: int, seed: int, start: Floats | None = None) -> KMeans:
    init = "k-means++" if start is None else start
    return KMeans(clusters, init=init, n_init=1, random_state=seed % 2**32).fit(points)
