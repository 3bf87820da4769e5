"""Computes the map of songs: principal components (Pearson 1901) and named regions."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA

from ml.arrays import Floats, Floats32, Rows
from ml.serving.cluster_names import MIXED, TRAIT_ORDER, ClusterName, spoken_genre
from ml.serving.profiles import ClusterProfile, standing_out
from ml.serving.song_map import Region, SongMap

DIMENSIONS = 3
MOST_REGIONS = 10
FIT_POINTS = 50_000
"""The directions are computed from at most so many songs."""
EDGE = 0.05
"""Percent of the songs that may lie beyond each border, so that outliers do not shrink the rest."""
CHUNK = 100_000


def lay_out_map(
    points: Floats32,
    clusters: NDArray[np.int32],
    centers: Floats,
    profiles: Sequence[ClusterProfile],
) -> SongMap:
    """Compute the map of a model's catalogue; deterministic for a model.

    Args:
        points: (n, d), the catalogue in the scaled space.
        clusters: (n,), the cluster of each song.
        centers: (k, d), the centroids.
        profiles: one for each cluster.
    """
    rows = np.arange(len(points))
    if len(rows) > FIT_POINTS:
        rows = np.sort(np.random.default_rng(0).choice(len(rows), FIT_POINTS, replace=False))
    sample = np.asarray(points[rows], dtype=np.float64)
    mean, directions = _directions(sample)
    low, high = np.percentile((sample - mean) @ directions, (EDGE, 100.0 - EDGE), axis=0)
    high = np.where(high > low, high, low + 1.0)
    names, region_of_cluster = _regions(centers, profiles)
    bare = SongMap(np.empty((0, DIMENSIONS), np.float32), (), region_of_cluster, mean, directions, low, high)
    coordinates = np.empty((len(points), DIMENSIONS), np.float32)
    for start in range(0, len(points), CHUNK):
        coordinates[start : start + CHUNK] = bare.at(points[start : start + CHUNK])
    region_of = region_of_cluster[clusters]
    regions = []
    for region, name in enumerate(names):
        inside = coordinates[region_of == region]
        x, y = np.median(inside, axis=0)[:2].tolist() if len(inside) else (0.5, 0.5)
        regions.append(Region(name, x, y, len(inside) / len(points)))
    return SongMap(coordinates, tuple(regions), region_of_cluster, mean, directions, low, high)


def _directions(sample: Floats) -> tuple[Floats, Floats]:
    """The mean (d,) and the directions (d, 3); zeros where there are no more."""
    directions = np.zeros((sample.shape[1], DIMENSIONS))
    found = min(DIMENSIONS, *sample.shape)
    if len(sample) > 1 and (np.ptp(sample, axis=0) > 0).any():
        directions[:, :found] = PCA(found, svd_solver="covariance_eigh").fit(sample).components_.T
    return sample.mean(axis=0), directions


def _regions(centers: Floats, profiles: Sequence[ClusterProfile]) -> tuple[list[str], Rows]:
    """The regions' names, and the region of each cluster.

    Clusters are grouped by KMeans on their centroids, weighted by size; groups of one name are one region.
    """
    sizes = np.array([max(1, profile.size) for profile in profiles], dtype=np.float64)
    grouping = KMeans(min(MOST_REGIONS, len(centers)), n_init=4, random_state=0)
    groups = grouping.fit_predict(centers, sample_weight=sizes)
    of_name: dict[str, int] = {}
    region_of = np.empty(len(centers), dtype=np.intp)
    for group in range(int(groups.max()) + 1):
        mine = [profile for profile in profiles if groups[profile.number] == group]
        region_of[groups == group] = of_name.setdefault(_name(mine), len(of_name))
    return list(of_name), region_of


def _name(profiles: Sequence[ClusterProfile]) -> str:
    """The most common genre of some clusters, or a distinctive feature if no genre is known."""
    genres: dict[str, float] = defaultdict(float)
    for profile in profiles:
        for genre, share in profile.genres:
            genres[genre] += share * profile.size
    if genres:
        return spoken_genre(max(genres, key=genres.__getitem__))
    sizes = [max(1, profile.size) for profile in profiles]
    z = np.average([profile.z for profile in profiles], axis=0, weights=sizes).tolist()
    traits = [word for word in standing_out(z) if word in TRAIT_ORDER][:2] or [MIXED]
    return str(ClusterName(tuple(sorted(traits, key=TRAIT_ORDER.index)), ""))
