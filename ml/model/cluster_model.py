"""The cluster model: feature step, scikit-learn scaler and scikit-learn KMeans, fitted together."""

from collections.abc import Callable
from threading import Lock
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.cluster import KMeans, kmeans_plusplus
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from ml.arrays import Floats, Floats32
from ml.model.embedding import Embedding
from ml.model.export import served_kmeans, served_scaler
from ml.serving.artist_context import ArtistContext
from ml.serving.song_model import SongModel
from ml.songs import LabelledSongs, SongColumns

Progress = Callable[[str, float], None]
Songs = NDArray[np.integer]

KMEANS_ROWS = 100_000
"""KMeans is fitted on a sample of at most so many tracks."""
FIRST_ROWS = 20_000
"""Its first centroids are chosen among so many, or four for each cluster."""
SETTLING_ROUNDS = 3
"""Rounds over all tracks after a fit to a sample; the inertia is then within 3 % of a fit to all."""
MOST_CLUSTERS = 2_000
SONGS_PER_CLUSTER = 16
FEWEST_SONGS = 8
"""Enough that a few picks in a row come from one cluster."""
DISSOLVING_TURNS = 3
"""How often clusters of too few songs are dissolved."""
ROUGH_ROUNDS = 5
"""Rounds of KMeans before clusters are dissolved, and before the next time."""
ROUNDS = 16
"""The most rounds of the final fit; further rounds change the inertia by a few thousandths."""
ROUNDS_AT_ONCE = 4
"""KMeans is run in steps of so many rounds, to report progress."""


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
            progress: called with a stage in words and the fraction of it done, 0 to 1.
        """
        reported: dict[str, float] = {}
        telling = Lock()  # networks are fitted in threads

        def tell(stage: str, done: float) -> None:
            with telling:
                if progress is not None and done >= reported.get(stage, 0.0):
                    reported[stage] = done
                    progress(stage, done)

        with threadpool_limits(limits=1):  # threads add up in any order, and the last digit would vary
            self._fit(songs, tell)
        return self

    def _fit(self, songs: LabelledSongs, tell: Progress) -> None:
        tell("Learning the feature space", 0.0)
        self.embedding_ = Embedding(random_state=self.random_state).fit(
            songs, tick=lambda done: tell("Learning the feature space", done)
        )
        tell("Clustering", 0.0)
        points = self.embedding_.transform_catalogue(songs, own_labels=False)
        self.scaler_ = StandardScaler(with_std=False)
        for start in range(0, len(points), KMEANS_ROWS):  # it makes a copy of what it is given
            self.scaler_.partial_fit(points[start : start + KMEANS_ROWS])
        points -= self.scaler_.mean_
        numbers = songs.song_numbers
        self._cluster(points.astype(np.float32), numbers, lambda done: tell("Clustering", 0.8 * done))
        del points
        # What is known beside the sound moves the catalogue's own songs, and the centroids follow them.
        self.points_ = self.transform_catalogue(songs, own_labels=True)
        tell("Clustering", 0.85)
        self._settle(numbers)
        tell("Clustering", 1.0)

    def _cluster(self, sounds: Floats32, songs: Songs, tick: Callable[[float], None]) -> None:
        """Fit KMeans to a catalogue; unless their number is given, clusters of few songs are dissolved."""
        sample, sampled = sounds, songs
        if len(sounds) > KMEANS_ROWS:
            generator = np.random.default_rng(self.random_state)
            rows = generator.choice(len(sounds), KMEANS_ROWS, replace=False)
            sample, sampled = sounds[rows], songs[rows]
        wanted = default_clusters(len(np.unique(songs))) if self.n_clusters is None else self.n_clusters
        count = min(wanted, len(np.unique(sample, axis=0)))
        some = sample[: max(FIRST_ROWS, 4 * count)].astype(np.float64)
        centers: Floats = kmeans_plusplus(some, count, random_state=self.random_state % 2**32)[0]
        tick(0.1)
        for turn in range(DISSOLVING_TURNS if self.n_clusters is None else 0):
            self.kmeans_ = _fit_kmeans(sample, centers, ROUGH_ROUNDS)
            tick(0.1 + 0.5 * (turn + 1) / DISSOLVING_TURNS)
            large_centers = self._large(self.kmeans_.labels_, sampled, FEWEST_SONGS)
            centers = self.cluster_centers_ if large_centers is None else large_centers
            if large_centers is None:
                break
        self.kmeans_ = _fit_kmeans(sample, centers, ROUNDS, lambda done: tick(0.6 + 0.4 * done))
        if len(sounds) > len(sample):
            self.kmeans_ = _fit_kmeans(sounds, self.cluster_centers_, SETTLING_ROUNDS)

    def _settle(self, songs: Songs) -> None:
        """Move the centroids to the catalogue as it is placed; dissolve clusters of too few songs."""
        rounds = ROUGH_ROUNDS if len(self.points_) <= KMEANS_ROWS else SETTLING_ROUNDS
        self.kmeans_ = _fit_kmeans(self.points_, self.cluster_centers_, rounds)
        self._assign()
        while self.n_clusters is None:
            large_centers = self._large(self.labels_, songs, FEWEST_SONGS)
            if large_centers is None:
                break
            self.kmeans_ = _fit_kmeans(self.points_, large_centers, 1)
            self._assign()

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
    points: Floats32, centers: Floats, rounds: int, tick: Callable[[float], None] = lambda done: None
) -> KMeans:
    """Move centroids until they stand still, for so many rounds at most.

    Args:
        points: shape (n, d).
        centers: shape (k, d), where the centroids begin.
        rounds: of Lloyd's algorithm.
        tick: called with the fraction of the rounds done.
    """
    for done in range(0, rounds, ROUNDS_AT_ONCE):
        now = min(ROUNDS_AT_ONCE, rounds - done)
        kmeans = KMeans(len(centers), init=centers.astype(np.float32), n_init=1, max_iter=now).fit(points)
        centers = kmeans.cluster_centers_
        tick((done + now) / rounds)
        if kmeans.n_iter_ < now:
            break
    kmeans.cluster_centers_ = centers.astype(np.float64)
    return kmeans
