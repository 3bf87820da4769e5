"""The map of songs: where each stands in the two directions of the model's space that carry most variance."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA

from ml.serving.bundle import Bundle
from ml.serving.profiles import ClusterProfile, standing_out

Floats = NDArray[np.float64]

MOST_REGIONS = 10
FIT_POINTS = 50_000
"""The directions are found on so many songs at most; a sample of as many is drawn."""
_EDGE = 0.05
"""Percent of the songs that may stand beyond each border: an outlier must not shrink the rest."""


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the map with a name of its own.

    Attributes:
        name: its commonest genre, or how it sounds where no genre is known.
        x, y: its middle, 0 to 1.
        share: of all songs.
    """

    name: str
    x: float
    y: float
    share: float


@dataclass(frozen=True)
class SongMap:
    """A picture of the model's space by principal component analysis (Pearson 1901), flat or deep.

    Attributes:
        points: (m, 2) or (m, 3), songs in the unit square or cube; a seeded sample of a large catalogue.
        regions_of: (m,), the region of each.
        regions: at most ten groups of neighbouring clusters.
    """

    points: Floats
    regions_of: NDArray[np.intp]
    regions: tuple[Region, ...]
    _mean: Floats
    _turn: Floats
    _low: Floats
    _high: Floats

    def at(self, places: NDArray[np.float32]) -> Floats:
        """Where (n, d) places of the scaled space lie in the unit square or cube, shape (n, 2) or (n, 3)."""
        flat = (places - self._mean) @ self._turn
        square: Floats = np.clip((flat - self._low) / (self._high - self._low), 0.0, 1.0)
        return square


def make_map(bundle: Bundle, *, dimensions: Literal[2, 3] = 2) -> SongMap:
    """Lay out a model's catalogue; the same model gives the same map, flat or with a third direction."""
    scaled, clusters = bundle.arrays.scaled, bundle.arrays.clusters
    rows = np.arange(len(scaled))
    if len(rows) > FIT_POINTS:
        rows = np.sort(np.random.default_rng(0).choice(len(rows), FIT_POINTS, replace=False))
    sample = np.asarray(scaled[rows], dtype=np.float64)
    mean, turn = _directions(sample, dimensions)
    flat = (sample - mean) @ turn
    low, high = np.percentile(flat, (_EDGE, 100.0 - _EDGE), axis=0)
    high = np.where(high > low, high, low + 1.0)
    points = np.clip((flat - low) / (high - low), 0.0, 1.0)
    names, region_of_cluster = _regions(bundle)
    regions_of = region_of_cluster[clusters[rows]]
    regions = []
    for region, name in enumerate(names):
        inside = points[regions_of == region]
        x, y = np.median(inside, axis=0)[:2].tolist() if len(inside) else (0.5, 0.5)
        regions.append(Region(name, x, y, len(inside) / len(points)))
    return SongMap(points, regions_of, tuple(regions), mean, turn, low, high)


def _directions(sample: Floats, dimensions: int) -> tuple[Floats, Floats]:
    """The mean (d,) and the directions (d, dimensions); zeros where there are no more."""
    turn = np.zeros((sample.shape[1], dimensions))
    found = min(dimensions, *sample.shape)
    if len(sample) > 1 and (np.ptp(sample, axis=0) > 0).any():
        turn[:, :found] = PCA(found, svd_solver="covariance_eigh").fit(sample).components_.T
    return sample.mean(axis=0), turn


def _regions(bundle: Bundle) -> tuple[list[str], NDArray[np.intp]]:
    """The regions' names, and the region of each cluster.

    Clusters are grouped by KMeans on their centroids, weighted by size; groups of one name are one region.
    """
    centers = bundle.model.kmeans.cluster_centers_
    sizes = np.array([max(1, profile.size) for profile in bundle.profiles], dtype=np.float64)
    grouping = KMeans(min(MOST_REGIONS, len(centers)), n_init=4, random_state=0)
    groups = grouping.fit_predict(centers, sample_weight=sizes)
    of_name: dict[str, int] = {}
    region_of = np.empty(len(centers), dtype=np.intp)
    for group in range(int(groups.max()) + 1):
        mine = [profile for profile in bundle.profiles if groups[profile.number] == group]
        region_of[groups == group] = of_name.setdefault(_name(mine), len(of_name))
    return list(of_name), region_of


def _name(profiles: Sequence[ClusterProfile]) -> str:
    """The commonest genre of some clusters, or what stands out where no genre is known."""
    genres: dict[str, float] = defaultdict(float)
    for profile in profiles:
        for genre, share in profile.genres:
            genres[genre] += share * profile.size
    if genres:
        return max(genres, key=genres.__getitem__).replace("-", " ")
    sizes = [max(1, profile.size) for profile in profiles]
    z = np.average([profile.z for profile in profiles], axis=0, weights=sizes).tolist()
    return " and ".join(standing_out(z, most=2)) or "in between"
