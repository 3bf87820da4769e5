"""The trained catalogue as flat arrays; the tracks of a cluster are contiguous."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CHUNK = 8_192
BEST, BEST_MILD, BEST_CLEAN = 1, 2, 4
"""Bits of `standing`: the best version of all, of those not explicit, of those known not to be."""


@dataclass(frozen=True)
class CatalogueArrays:
    """Arrays with one entry per track, or one per cluster.

    Tracks are sorted by cluster, then in three parts: best versions that are of no kind, best versions
    of a kind, the other versions; then by song and row.

    Attributes:
        rows: (n,) int64, the catalogue's stable row numbers.
        clusters: (n,) int32.
        songs: (n,) int32, equal for versions of one song.
        artists: (n,) int32, equal for tracks of one first artist.
        guests: (g,) int32, numbers like these of the other artists in the credits.
        guest_ends: (n + 1,) int32; the guests of track i stand at `guest_ends[i]` to `guest_ends[i + 1]`.
        explicit: (n,) bool, False where unknown.
        unrated: (n,) bool, whether the rating is unknown.
        standing: (n,) uint8, `BEST`, `BEST_MILD`, `BEST_CLEAN`: one track of each song has each bit, if any.
        kinds: (n,) uint16, bits of kinds of songs that answer their own kind only.
        popularity: (n,) float32, 0-100, of the song's best-known version; NaN where unknown.
        scaled: (n, d) float32, the point in the scaled space; memory-mapped when loaded.
        squares: (n,) float32, the squared lengths of `scaled`.
        profiles: (artists, p) float16, what each artist is known for as the first one of a track, NaN where
            nothing is; p is 0 for a catalogue without labels; memory-mapped when loaded.
        radii: (k,) float32, the largest distance of a cluster's tracks to its centroid; zero without tracks.
    """

    rows: NDArray[np.int64]
    clusters: NDArray[np.int32]
    songs: NDArray[np.int32]
    artists: NDArray[np.int32]
    guests: NDArray[np.int32]
    guest_ends: NDArray[np.int32]
    explicit: NDArray[np.bool_]
    unrated: NDArray[np.bool_]
    standing: NDArray[np.uint8]
    kinds: NDArray[np.uint16]
    popularity: NDArray[np.float32]
    scaled: NDArray[np.float32]
    squares: NDArray[np.float32]
    radii: NDArray[np.float32]
    profiles: NDArray[np.float16]

    @property
    def offsets(self) -> NDArray[np.int64]:
        """(k + 1,); the tracks of cluster c stand at `offsets[c]` to `offsets[c + 1]`."""
        return np.searchsorted(self.clusters, np.arange(len(self.radii) + 1)).astype(np.int64)

    @property
    def parts(self) -> NDArray[np.int64]:
        """(k, 4); the three parts of cluster c stand between the four numbers in `parts[c]`."""
        parts = 3 * self.clusters.astype(np.int64) + _parts(self.standing, self.kinds)
        bounds = 3 * np.arange(len(self.radii))[:, None] + np.arange(4)
        return np.searchsorted(parts, bounds).astype(np.int64)


def lay_out(
    centers: NDArray[np.float64],
    *,
    rows: NDArray[np.int64],
    songs: NDArray[np.int32],
    artists: Sequence[Sequence[int]],
    explicit: NDArray[np.bool_],
    unrated: NDArray[np.bool_],
    standing: NDArray[np.uint8],
    kinds: NDArray[np.uint16],
    popularity: NDArray[np.float32],
    scaled: NDArray[np.float32],
    clusters: NDArray[np.int32],
    profiles: NDArray[np.floating],
) -> CatalogueArrays:
    """Sort a catalogue by cluster.

    Args:
        centers: (k, d), the centroids.
        rows: ascending; the others are aligned with it and shaped as in `CatalogueArrays`.
        artists: of each track the numbers of all its artists, the first one first; at least one.
        clusters: of each track the one whose centroid is nearest.
        profiles: (a, p), one row for each first artist's number, in order; others are unknown.
    """
    order = np.lexsort((songs, _parts(standing, kinds), clusters))
    scaled, clusters = scaled[order], clusters[order]
    credits = [artists[at] for at in order.tolist()]
    guests = [guest for numbers in credits for guest in numbers[1:]]
    return CatalogueArrays(
        rows=rows[order],
        clusters=clusters,
        songs=songs[order],
        artists=np.array([numbers[0] for numbers in credits], dtype=np.int32),
        guests=np.array(guests, dtype=np.int32),
        guest_ends=np.cumsum([0, *(len(numbers) - 1 for numbers in credits)]).astype(np.int32),
        explicit=explicit[order],
        unrated=unrated[order],
        standing=standing[order],
        kinds=kinds[order],
        popularity=popularity[order],
        scaled=scaled,
        squares=np.einsum("ij,ij->i", scaled, scaled),
        radii=_radii(centers, scaled, clusters),
        profiles=_with_unknown(profiles, 1 + max((max(numbers) for numbers in credits), default=-1)),
    )


def _with_unknown(profiles: NDArray[np.floating], count: int) -> NDArray[np.float16]:
    unknown = np.full((max(0, count - len(profiles)), profiles.shape[1]), np.nan)
    return np.concatenate([profiles, unknown]).astype(np.float16)


def _parts(standing: NDArray[np.uint8], kinds: NDArray[np.uint16]) -> NDArray[np.int64]:
    """The part of its cluster that each track is in, shape (n,), 0 to 2."""
    return np.where(standing & BEST > 0, np.minimum(kinds, 1), 2).astype(np.int64)


def _radii(
    centers: NDArray[np.float64], scaled: NDArray[np.float32], clusters: NDArray[np.int32]
) -> NDArray[np.float32]:
    radii = np.zeros(len(centers), np.float32)
    for start in range(0, len(scaled), CHUNK):
        part = slice(start, start + CHUNK)
        away = np.linalg.norm(scaled[part] - centers[clusters[part]], axis=1)
        np.maximum.at(radii, clusters[part], away)
    return radii
