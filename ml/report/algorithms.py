"""Compares KMeans with two algorithms that determine the number of clusters: DBSCAN and HDBSCAN."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import DBSCAN, HDBSCAN
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.neighbors import NearestNeighbors

from ml.arrays import Floats
from ml.report.knee import knee
from ml.report.phrases import percent
from ml.report.sample import Sample
from ml.report.section import Section, Table

ROWS = 6_000
FEW = 5
"""Tracks of the sample per cluster of the model below which its silhouette says little."""
SMALLEST = 15
"""Tracks that HDBSCAN calls a cluster at least: about as many as KMeans gets here."""
NOISE = -1


@dataclass(frozen=True)
class Clustering:
    """The clustering of one algorithm.

    Attributes:
        name: the algorithm with its parameters.
        clusters: how many it found.
        noise: share of tracks classified as noise.
        largest: share of all tracks in its largest cluster.
        silhouette: mean over tracks that are not noise; None with fewer than two clusters.
        agreement: adjusted Rand index with the model's clusters, over tracks that are not noise (Hubert and
            Arabie 1985); None where all are noise.
    """

    name: str
    clusters: int
    noise: float
    largest: float
    silhouette: float | None
    agreement: float | None


@dataclass(frozen=True)
class Algorithms:
    """The model's KMeans first, then the others.

    Attributes:
        clusterings: one for each algorithm.
        rows: number of clustered tracks.
    """

    clusterings: Sequence[Clustering]
    rows: int

    def section(self) -> Section:
        """A table, and which algorithms assign every song."""
        others = self.clusterings[1:]
        left_out = max(other.noise for other in others)
        broadest = max(others, key=lambda other: other.largest)
        sentences = [
            "DBSCAN (Ester et al. 1996) and HDBSCAN (Campello et al. 2013) grow clusters where songs lie "
            "densely and call the rest noise; KMeans gives every song a cluster.",
        ]
        if left_out > 0.1:
            sentences.append(
                f"Up to {percent(left_out)} of the songs would be noise, and noise cannot be answered with a "
                "song of the same cluster: so the bot uses KMeans."
            )
        if broadest.largest > 0.5:
            sentences.append(
                f"{broadest.name.partition(',')[0]} puts {percent(broadest.largest)} of all songs into one "
                "cluster; drawing from that is little better than drawing from everything."
            )
        if len(sentences) == 1:
            sentences.append(
                "Here both leave out few songs. KMeans is kept all the same: it never leaves any out."
            )
        sentences.append(
            f"All worked in the model's scaled space on {self.rows:,} tracks; silhouette and agreement "
            "(adjusted Rand index with the model's clusters, 1 is the same, 0 is chance) leave noise out."
        )
        if self.rows < FEW * self.clusterings[0].clusters:
            sentences.append(
                f"With {self.rows / self.clusterings[0].clusters:.1f} of them for each of the model's "
                "clusters, its silhouette says little."
            )
        rows = [
            {
                "Algorithm": c.name,
                "Clusters": c.clusters,
                "Noise": percent(c.noise, 1),
                "Largest cluster": percent(c.largest, 1),
                "Silhouette": None if c.silhouette is None else f"{c.silhouette:.3f}",
                "Agreement with KMeans": None if c.agreement is None else f"{c.agreement:.3f}",
            }
            for c in self.clusterings
        ]
        return Section(
            "algorithms",
            "KMeans beside DBSCAN and HDBSCAN",
            sentences,
            tables=(Table(rows, strong=(0,)),),
        )


def compare_algorithms(sample: Sample) -> Algorithms:
    """Run DBSCAN and HDBSCAN in the model's scaled space, on at most 6,000 tracks.

    DBSCAN asks for twice as many neighbours as there are dimensions (Sander et al. 1998), within the radius
    at which the sorted distances to that neighbour bend.
    """
    chosen = sample.part(ROWS, salt=4)
    points, model = sample.scaled[chosen], sample.labels[chosen]
    neighbours = min(2 * points.shape[1], len(points) // 4)
    away = np.sort(NearestNeighbors(n_neighbors=neighbours).fit(points).kneighbors()[0][:, -1])
    bend = knee(np.arange(len(away)).tolist(), away.tolist())
    radius = float(away[-1] if bend is None else away[bend])
    if radius <= 0.0:
        radius = 1e-9
    smallest = max(2, min(SMALLEST, len(points) // 4))
    found = {
        "KMeans, this model": model,
        f"DBSCAN, radius {radius:.3g}, {neighbours} neighbours": DBSCAN(
            eps=radius, min_samples=neighbours
        ).fit_predict(points),
        f"HDBSCAN, at least {smallest} tracks": HDBSCAN(min_cluster_size=smallest, copy=True).fit_predict(
            points
        ),
    }
    own, *others = [describe(name, labels, model, points) for name, labels in found.items()]
    whole = replace(
        own, clusters=len(sample.sizes), largest=float(sample.sizes.max() / sample.total)
    )  # not every cluster has a track in a sample
    return Algorithms([whole, *others], len(points))


def describe(name: str, labels: NDArray[np.int32], model: NDArray[np.int32], points: Floats) -> Clustering:
    """Measure one clustering of points of shape (n, d).

    Args:
        name: of the algorithm.
        labels: shape (n,), -1 is noise.
        model: shape (n,), the clusters to agree with.
        points: where silhouette is measured.
    """
    inside = np.flatnonzero(labels != NOISE)
    sizes = np.bincount(labels[inside]) if len(inside) else np.zeros(1, np.intp)
    apart = 2 <= len(np.unique(labels[inside])) < len(inside)
    return Clustering(
        name=name,
        clusters=int((sizes > 0).sum()),
        noise=1.0 - len(inside) / len(labels),
        largest=float(sizes.max() / len(labels)),
        silhouette=float(silhouette_score(points[inside], labels[inside])) if apart else None,
        agreement=float(adjusted_rand_score(model[inside], labels[inside])) if len(inside) else None,
    )
