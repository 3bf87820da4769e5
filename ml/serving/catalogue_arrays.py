"""The trained catalogue as flat arrays, sorted so that a cluster's tracks are contiguous."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CHUNK = 8_192


@dataclass(frozen=True)
class CatalogueArrays:
    """Arrays with one entry per track, sorted by cluster and row, or one entry per cluster.

    Attributes:
        rows: (n,) int64, the catalogue's stable row numbers.
        clusters: (n,) int32.
        songs: (n,) int32, equal for versions of one song.
        artists: (n,) int32, equal for tracks of one first artist.
        explicit: (n,) bool, False where unknown.
        unrated: (n,) bool, whether the rating is unknown.
        scaled: (n, d) float32, the point in the scaled space; memory-mapped when loaded.
        squares: (n,) float32, the squared lengths of `scaled`.
        radii: (k,) float32, the largest distance of a cluster's tracks to its centroid; zero without tracks.
    """

    rows: NDArray[np.int64]
    clusters: NDArray[np.int32]
    songs: NDArray[np.int32]
    artists: NDArray[np.int32]
    explicit: NDArray[np.bool_]
    unrated: NDArray[np.bool_]
    scaled: NDArray[np.float32]
    squares: NDArray[np.float32]
    radii: NDArray[np.float32]

    @property
    def offsets(self) -> NDArray[np.int64]:
        """(k + 1,); the tracks of cluster c stand at `offsets[c]` to `offsets[c + 1]`."""
        return np.searchsorted(self.clusters, np.arange(len(self.radii) + 1)).astype(np.int64)


def lay_out(
    centers: NDArray[np.float64],
    *,
    rows: NDArray[np.int64],
    songs: NDArray[np.int32],
    artists: NDArray[np.int32],
    explicit: NDArray[np.bool_],
    unrated: NDArray[np.bool_],
    scaled: NDArray[np.float32],
    clusters: NDArray[np.int32],
) -> CatalogueArrays:
    """Sort a catalogue by cluster.

    Args:
        centers: (k, d), the centroids.
        rows: ascending; the others are aligned with it and shaped as in `CatalogueArrays`.
        clusters: of each track the one whose centroid is nearest.
    """
    order = np.argsort(clusters, kind="stable")
    scaled, clusters = scaled[order], clusters[order]
    return CatalogueArrays(
        rows=rows[order],
        clusters=clusters,
        songs=songs[order],
        artists=artists[order],
        explicit=explicit[order],
        unrated=unrated[order],
        scaled=scaled,
        squares=np.einsum("ij,ij->i", scaled, scaled),
        radii=_radii(centers, scaled, clusters),
    )


def _radii(
    centers: NDArray[np.float64], scaled: NDArray[np.float32], clusters: NDArray[np.int32]
) -> NDArray[np.float32]:
    radii = np.zeros(len(centers), np.float32)
    for start in range(0, len(scaled), CHUNK):
        part = slice(start, start + CHUNK)
        away = np.linalg.norm(scaled[part] - centers[clusters[part]], axis=1)
        np.maximum.at(radii, clusters[part], away)
    return radii
