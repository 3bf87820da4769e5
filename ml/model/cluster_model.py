"""The cluster model: feature step, scikit-learn scaler and scikit-learn KMeans, fitted together."""

from collections.abc import Callable
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.cluster import KMeans, kmeans_plusplus
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from ml.model.embedding import Embedding
from ml.model.export import served_kmeans, served_scaler
from ml.serving.artist_context import ArtistContext
from ml.serving.song_model import SongModel
from ml.songs import LabelledSongs, SongColumns

Progress = Callable[[str, float], None]
Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Songs = NDArray[np.integer]

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
PATIENCE = 20_000
"""Among more tracks KMeans is told again and again to go on, so that one sees it go on."""
ROUNDS, ROUNDS_AT_ONCE = 300, 20


def default_clusters(songs: int) -> int:
    """How many clusters a catalogue of so many songs gets: one for every sixteen, 2,000 at most."""
    return max(1, min(MOST_CLUSTERS, songs // SONGS_PER_CLUSTER))


class ClusterModel(ClusterMixin, BaseEstimator):
    """A song's cluster and its point in the scaled space.

    Args:
        n_clusters: how many; None chooses `default_clusters` of the number of songs.
        random_state: of every random choice; the same one gives the same model to the last digit.

    Attributes:
        embedding_: the fitted `Embedding`, the feature step.
        scaler_: the fitted `sklearn.preprocessing.StandardScaler`.
        kmeans_: the fitted `sklearn.cluster.KMeans`.
        labels_: shape (n,), int32, the cluster of each training row.
        points_: shape (n, d), float32, the training rows in the scaled space, labels and all; not pickled.
        inertia_: sum of squared distances of the training rows to their centroids, in the scaled space.
    """

    embedding_: Embedding
    scaler_: StandardScaler
    kmeans_: KMeans
    labels_: NDArray[np.int32]
    points_: Floats32
    inertia_: float

    def __init__(self, n_clusters: int | None = None, random_state: int = 0) -> None:
        self.n_clusters = n_clusters
        self.random_state = random_state

    def fit(self, songs: LabelledSongs, y: None = None, *, progress: Progress | None = None) -> Self:
        """Learn feature space, scaler and clusters from a catalogue.

        Args:
            songs: n tracks; labels, years and durations where known.
            y: not used; scikit-learn's contract has it.
            progress: told a stage in plain words and the fraction done, 0 to 1.
        """
        furthest = 0.0

        def tell(stage: str, done: float) -> None:  # what is fitted anew does not set it back
            nonlocal furthest
            furthest = max(furthest, done)
            if progress is not None:
                progress(stage, furthest)

        with threadpool_limits(limits=1):  # threads add up in any order, and the last digit would vary
            self._fit(songs, tell)
        return self

    def _fit(self, songs: LabelledSongs, tell: Progress) -> None:
        seed, clusters = self.random_state, self.n_clusters
        tell("Learning the feature space", 0.0)
        self.embedding_ = Embedding(random_state=seed).fit(
            songs, tick=lambda done: tell("Learning the feature space", 0.7 * done)
        )
        points = self.embedding_.transform_catalogue(songs, own_labels=False)
        tell("Scaling", 0.7)
        self.scaler_ = StandardScaler(with_std=False)
        for start in range(0, len(points), KMEANS_ROWS):  # it makes a copy of what it is given
            self.scaler_.partial_fit(points[start : start + KMEANS_ROWS])
        points -= self.scaler_.mean_
        numbers = songs.song_numbers
        wanted = default_clusters(len(np.unique(numbers))) if clusters is None else clusters
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
            self.kmeans_ = _fit_kmeans(sample, count, seed, start, went_on)

        count = min(wanted, len(np.unique(sample, axis=0)))
        first = None
        if everything is not None:
            some = sample[: max(FIRST_ROWS, 4 * count)]
            first = kmeans_plusplus(some, count, random_state=seed % 2**32)[0]
        fit(count, first)
        if clusters is None:
            for _ in range(DISSOLVING_ROUNDS):
                kept = self._large(self.kmeans_.labels_, numbers[rows], FEWEST_SONGS)
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
        self.points_ = self.transform_catalogue(songs, own_labels=True)
        tell("Clustering", 0.95)
        self._assign()
        kept = self._large(self.labels_, numbers, FEWEST_KNOWN) if clusters is None else None
        if kept is not None:
            fit(len(kept), kept)
            if large:
                self._settle(self.transform_catalogue(songs, own_labels=False))
            self._assign()
        tell("Done", 1.0)

    def _settle(self, points: Floats32) -> None:
        """Move centroids that were fitted to a sample towards all the points they stand for."""
        centers = self.cluster_centers_.astype(np.float32)
        kmeans = KMeans(len(centers), init=centers, n_init=1, max_iter=SETTLING_ROUNDS, copy_x=False)
        self.kmeans_ = _in_double_precision(kmeans.fit(points))

    def _assign(self) -> None:
        self.labels_, self.inertia_ = served_kmeans(self.kmeans_).assign(self.points_)

    def _large(self, labels: NDArray[np.int32], songs: Songs, fewest: int) -> Floats | None:
        """The centroids of the clusters with enough different songs; None where that is all, or none."""
        centers = self.cluster_centers_
        pairs = np.unique(np.column_stack((labels, songs)), axis=0)
        large = np.bincount(pairs[:, 0], minlength=len(centers)) >= fewest
        return None if large.all() or not large.any() else centers[large]

    def __getstate__(self) -> dict[str, object]:
        """Without the points of the training rows, which are as large as the catalogue."""
        state: dict[str, object] = super().__getstate__()
        return {name: value for name, value in state.items() if name != "points_"}

    @property
    def cluster_centers_(self) -> Floats:
        """The centroids, shape (k, d)."""
        centers: Floats = self.kmeans_.cluster_centers_
        return centers

    def served(self) -> SongModel:
        """The model as it is served: arrays only."""
        return SongModel(
            self.embedding_.feature_step_, served_scaler(self.scaler_), served_kmeans(self.kmeans_)
        )

    def transform(self, columns: SongColumns, context: ArtistContext | None = None) -> Floats32:
        """The points of n tracks in the scaled space, shape (n, d): see `SongModel.transform`."""
        return self.served().transform(columns, context)

    def predict(self, columns: SongColumns, context: ArtistContext | None = None) -> NDArray[np.int32]:
        """The clusters of n tracks, shape (n,)."""
        return self.served().predict(columns, context)

    def transform_catalogue(self, songs: LabelledSongs, *, own_labels: bool) -> Floats32:
        """The points of a whole catalogue, each track with the others by its artists as its context.

        Args:
            songs: n tracks.
            own_labels: as in `Embedding.transform_catalogue`.

        Returns:
            shape (n, d).
        """
        points = self.embedding_.transform_catalogue(songs, own_labels=own_labels)
        points -= self.scaler_.mean_
        return points.astype(np.float32)


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
