"""The compared methods. Each answers a held-out song with groups of held-out songs.

Songs are drawn uniformly without replacement from the first group, and when that is used up from the next
one. A random song is one large group, a cluster is a group followed by the nearest
other clusters, five nearest neighbours are five groups of one. What the bot serves is drawn from a group
in order of nearness, the nearer the likelier; a song that was drawn makes room for the next one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

from ml.arrays import Floats, Floats32, Rows
from ml.evaluation.songs import rows_of_artists
from ml.model.artists import first_artist_numbers
from ml.model.cluster_model import ClusterModel, default_clusters
from ml.model.export import served_kmeans
from ml.model.training import train
from ml.serving.draw import RANK_WEIGHTS
from ml.serving.estimators import FittedKMeans
from ml.songs import LabelledSongs

Points = Floats32 | Floats
Groups = Sequence[Rows]
Variant = Callable[[int, Rows], Groups]

RATES = ("genre@1", "genre@5", "subgenre@1", "subgenre@5", "playlist@1", "playlist@5")
"""The shares of answers with a common label, for each kind of label in the table."""
GUARDS = ("artist@5", "coverage", "largest_hub")
"""Measures that must not get worse when the rates get better."""
TRAINING_SHARES = {"Learning the feature space": (0.0, 0.6), "Clustering": (0.6, 1.0)}
"""The start and end of each training step, as fractions of the whole."""
ANSWERS = 5
USUAL_STATES = range(1234, 1240)
USUAL_CLUSTERS = 8


@dataclass(frozen=True)
class Method:
    """A method of recommendation.

    Attributes:
        name: as in the figures.
        variants: each a function from a query (its position among the held-out songs) and the rows that are
            versions of it to groups of at least five songs in all. Scores are averaged over the variants.
        weights: how likely the songs at the front of a group are drawn, by rank; None is all of them alike.
    """

    name: str
    variants: Sequence[Variant]
    weights: Floats | None = None


def _without(rows: Rows, versions: Rows) -> Rows:
    return rows[~np.isin(rows, versions)]


def random_method(count: int) -> Method:
    """Any of `count` songs."""
    everyone = np.arange(count)
    return Method("random", [lambda query, versions: [np.delete(everyone, versions)]])


def cluster_variant(
    points: Points, labels: NDArray[np.int32], centers: Floats, *, by_nearness: bool = False
) -> Variant:
    """A random song of the same cluster; what a cluster lacks comes from the nearest other cluster.

    Args:
        points: shape (n, d), the candidates in the scaled space.
        labels: shape (n,), the cluster of each candidate.
        centers: shape (k, d), the centroids.
        by_nearness: whether the songs of a group are in order of their distance from the query.
    """
    order = np.argsort(labels, kind="stable")
    bounds = np.searchsorted(labels[order], np.arange(len(centers) + 1))
    members = [order[bounds[cluster] : bounds[cluster + 1]] for cluster in range(len(centers))]

    def groups(query: int, versions: Rows) -> Groups:
        own = int(labels[query])
        found = [_without(members[own], versions)]
        if len(found[0]) < ANSWERS:
            distances = ((centers - points[query]) ** 2).sum(axis=1)
            distances[own] = -1.0
            for cluster in np.argsort(distances, kind="stable")[1:].tolist():
                found.append(_without(members[cluster], versions))
                if sum(map(len, found)) >= ANSWERS:
                    break
        if by_nearness:
            away = [((points[group] - points[query]) ** 2).sum(axis=1) for group in found]
            found = [group[near.argsort(kind="stable")] for group, near in zip(found, away, strict=True)]
        return [group for group in found if len(group)]

    return groups


def nearest_variant(points: Points, leads: Rows | None = None) -> Variant:
    """The five nearest candidates by Euclidean distance, exact.

    Args:
        points: shape (n, d), the candidates in the scaled space.
        leads: shape (n,), numbers of first artists, who are answered with once each; None leaves that open.
    """
    squares = np.einsum("ij,ij->i", points, points)

    def groups(query: int, versions: Rows) -> Groups:
        distances = squares - 2.0 * (points @ points[query])
        distances[versions] = np.inf
        wanted = ANSWERS
        while True:
            wanted = min(wanted, len(distances) - len(versions))
            close = np.argpartition(distances, wanted - 1)[:wanted]
            close = close[np.argsort(distances[close], kind="stable")]
            chosen = close if leads is None else close[np.sort(np.unique(leads[close], return_index=True)[1])]
            if len(chosen) >= ANSWERS or wanted == len(distances) - len(versions):
                rest = close[~np.isin(close, chosen)]  # of a table with fewer artists than answers
                return [np.array([row]) for row in np.concatenate([chosen, rest])[:ANSWERS].tolist()]
            wanted *= 4

    return groups


def usual_methods(training: LabelledSongs, held_out: LabelledSongs) -> tuple[Method, Method]:
    """The usual recipe (nine features, StandardScaler, KMeans with 8 clusters) and its five nearest."""
    scaler = StandardScaler().fit(training.columns.features)
    points = scaler.transform(held_out.columns.features)
    variants = []
    for state in USUAL_STATES:
        kmeans = KMeans(USUAL_CLUSTERS, random_state=state).fit(scaler.transform(training.columns.features))
        variants.append(cluster_variant(points, kmeans.predict(points), kmeans.cluster_centers_))
    return Method("usual", variants), Method("nearest", [nearest_variant(points)])


def samewave_methods(
    training: LabelledSongs, held_out: LabelledSongs, *, seed: int, tick: Callable[[float], None]
) -> list[Method]:
    """A random song of the same cluster, the five nearest in the scaled space, and the served draw, twice.

    None of them answers with a song that credits any artist of the seed. The first is drawn uniformly, from
    clusters that were made for the songs learned from and hold fewer candidates than served ones. The last
    two draw as `Recommender.draw` does, from clusters with as many candidates as those of a whole catalogue;
    the second of them as if nothing were known of any artist but how the songs sound.

    Args:
        training: songs to learn from.
        held_out: songs to ask about and to answer with, with what is known of their artists' other songs.
        seed: of the model.
        tick: told how much of the training is done, 0 to 1.
    """

    def went_on(stage: str, done: float) -> None:
        begin, end = TRAINING_SHARES[stage]
        tick(begin + (end - begin) * done)

    model = train(training, clusters=None, seed=seed, progress=went_on)
    leads = first_artist_numbers(held_out.artists)
    points = model.transform_catalogue(held_out, own_labels=False)
    own = rows_of_artists(held_out.artists)
    cluster = cluster_variant(points, model.served().kmeans.predict(points), model.cluster_centers_)
    nearest = nearest_variant(points, leads)
    large = _clusters_of_served_size(model, training, len(held_out), seed)
    served = cluster_variant(points, large.predict(points), large.cluster_centers, by_nearness=True)
    heard = model.transform_catalogue(
        replace(held_out, genres=(), subgenres=(), playlists=()), own_labels=False
    )
    by_sound = cluster_variant(heard, large.predict(heard), large.cluster_centers, by_nearness=True)
    return [
        Method("samewave_cluster", [_by_other_artists(cluster, own)]),
        Method("samewave_nearest", [_by_other_artists(nearest, own)]),
        Method("samewave_served", [_by_other_artists(served, own)], weights=RANK_WEIGHTS),
        Method("samewave_by_sound", [_by_other_artists(by_sound, own)], weights=RANK_WEIGHTS),
    ]


def _clusters_of_served_size(
    model: ClusterModel, training: LabelledSongs, candidates: int, seed: int
) -> FittedKMeans:
    """KMeans on the songs learned from, with as many candidates a cluster as a whole catalogue has songs."""
    everything = len(training) + candidates
    count = max(1, candidates * default_clusters(everything) // everything)
    sounds = model.transform_catalogue(training, own_labels=False)
    return served_kmeans(KMeans(count, random_state=seed).fit(sounds))


def _by_other_artists(variant: Variant, own: list[Rows]) -> Variant:
    return lambda query, versions: variant(query, np.union1d(versions, own[query]))
