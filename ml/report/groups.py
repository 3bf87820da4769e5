"""Groups clusters, because hundreds are too many to colour or to distinguish."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import pairwise_distances

from ml.model.cluster_model import ClusterModel
from ml.model.cluster_profiles import profile_clusters
from ml.report.sample import Sample

MOST_GROUPS = 12
FEWEST_TRACKS = 15


@dataclass(frozen=True)
class Groups:
    """At most twelve groups of neighbouring clusters.

    Attributes:
        names: unique names from features and genres.
        of_cluster: shape (k,), the group of each cluster.
        labels: shape (m,), the group of each track of the sample.
        clusters: k, the number of clusters.
    """

    names: Sequence[str]
    of_cluster: NDArray[np.intp]
    labels: NDArray[np.intp]
    clusters: int

    @property
    def joined(self) -> bool:
        """Whether groups may contain several clusters."""
        return len(self.names) < self.clusters


def join_clusters(sample: Sample, model: ClusterModel) -> Groups:
    """Group the clusters by KMeans on their centroids, weighted by size.

    A group of fewer than fifteen tracks of the sample joins the group with the nearest centre.

    Args:
        sample: the songs.
        model: its centroids are grouped.
    """
    centers = model.cluster_centers_
    if len(centers) > MOST_GROUPS:
        weights = np.maximum(sample.sizes, 1).astype(np.float64)
        grouping = KMeans(MOST_GROUPS, n_init=4, random_state=sample.seed)
        of_cluster = grouping.fit_predict(centers, sample_weight=weights).astype(np.intp)
        middles = grouping.cluster_centers_
    else:
        of_cluster, middles = np.arange(len(centers)), centers
    while True:
        sizes = np.bincount(of_cluster[sample.labels], minlength=len(middles))
        present = np.flatnonzero(sizes)
        smallest = int(present[sizes[present].argmin()])
        if sizes[smallest] >= FEWEST_TRACKS or len(present) < 2:
            break
        others = present[present != smallest]
        away = ((middles[others] - middles[smallest]) ** 2).sum(axis=1)
        of_cluster = np.where(of_cluster == smallest, others[away.argmin()], of_cluster)
    of_cluster = pairwise_distances(middles, middles[present]).argmin(axis=1)[of_cluster]
    labels = of_cluster[sample.labels]
    profiles = profile_clusters(sample.songs, labels.astype(np.int32), len(present))
    return Groups([profile.name for profile in profiles], of_cluster, labels, len(centers))
