"""The cluster model: feature step, scikit-learn scaler and scikit-learn KMeans, fitted together."""

from collections.abc import Callable, Sequence

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
"""KMeans is fitted on a sample of so many tracks at most; all others take their nearest centroid."""
MOST_CLUSTERS = 2_000
SONGS_PER_CLUSTER = 16
FEWEST_PER_CLUSTER = 8
"""Songs: who asks for another and another is to hear a few before the next cluster takes over."""
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
        points = self.embedding.transform_catalogue(songs.columns, songs.artists)
        tell("Scaling", 0.7)
        self.scaler = StandardScaler(with_std=False).fit(points)
        points -= self.scaler.mean_
        tell("Clustering", 0.75)
        rows = np.arange(len(points))
        if len(rows) > KMEANS_ROWS:
            rows = np.random.default_rng(seed).choice(len(rows), KMEANS_ROWS, replace=False)
        numbers = song_numbers(songs)
        self.kmeans = _fit_kmeans(points[rows], numbers[rows], clusters, int(numbers.max()) + 1, seed)
        self.labels_, self.inertia_ = self._assign(points)
        tell("Done", 1.0)

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

    def scaled_catalogue(
        self, columns: SongColumns, artists: Sequence[tuple[str, ...]]
    ) -> NDArray[np.float32]:
        """Place a whole catalogue, each track with the others by its artists as its context, shape (n, d)."""
        points = self.embedding.transform_catalogue(columns, artists)
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


def _fit_kmeans(scaled: Floats, songs: Songs, clusters: int | None, every: int, seed: int) -> KMeans:
    """Fit KMeans; where the number is ours to choose, tiny clusters are dissolved and it is fitted anew.

    Args:
        scaled: shape (n, d), the rows fitted on. songs: shape (n,), the song of each.
        every: how many songs the whole catalogue has.
    """
    distinct = len(np.unique(scaled, axis=0))
    wanted = default_clusters(every) if clusters is None else clusters
    state = seed % 2**32
    kmeans = KMeans(min(wanted, distinct), n_init=1, random_state=state).fit(scaled)
    for _ in range(DISSOLVING_ROUNDS if clusters is None else 0):
        pairs = np.unique(np.column_stack((kmeans.labels_, songs)), axis=0)
        large = np.bincount(pairs[:, 0], minlength=kmeans.n_clusters) >= FEWEST_PER_CLUSTER
        if large.all() or not large.any():
            break
        centers = kmeans.cluster_centers_[large]
        kmeans = KMeans(len(centers), init=centers, n_init=1, random_state=state).fit(scaled)
    return kmeans
