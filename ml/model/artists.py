"""Numbers artists, and blends the points of tracks by the same artists."""

from array import array
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.arrays import Floats, Rows
from ml.serving.artist_context import WEIGHT
from ml.songs import LabelledSongs


def draw_together(points: Floats, artists: Sequence[tuple[str, ...]]) -> None:
    """Blend each of n points, in place, with the other tracks by its artists, as `ArtistContext.blend` does.

    Works column by column, because a copy of the points of a large catalogue would not fit into memory.

    Args:
        points: shape (n, d), before any blending.
        artists: n tuples of names, compared case-folded; a track that shares two artists counts twice.
    """
    numbers: dict[str, int] = {}
    row_list, owner_list = array("l"), array("l")
    for row, names in enumerate(artists):
        for name in dict.fromkeys(artist.casefold().strip() for artist in names):
            if name:
                row_list.append(row)
                owner_list.append(numbers.setdefault(name, len(numbers)))
    rows, owners = np.array(row_list, dtype=np.intp), np.array(owner_list, dtype=np.intp)
    sizes = np.bincount(owners, minlength=len(numbers))
    others = np.bincount(rows, sizes[owners] - 1.0, len(points)).astype(np.float64)
    weight = WEIGHT * others / (others + 1.0)
    divisor = np.maximum(others, 1.0)
    for column in range(points.shape[1]):
        values = points[:, column]
        sums = np.bincount(owners, weights=values[rows], minlength=len(numbers))
        means = np.bincount(rows, weights=sums[owners] - values[rows], minlength=len(points)) / divisor
        points[:, column] = (1.0 - weight) * values + weight * means


def lead_numbers(songs: LabelledSongs) -> NDArray[np.integer]:
    """Shape (n,): equal for tracks of one first artist."""
    return first_artist_numbers(songs.artists) if songs.leads is None else songs.leads


def first_artist_numbers(artists: Sequence[tuple[str, ...]]) -> Rows:
    """Shape (n,): equal for tracks of one first artist (case-folded); a track without artists is alone."""
    numbers: dict[str | int, int] = {}
    return np.array(
        [
            numbers.setdefault(names[0].casefold().strip() if names else row, len(numbers))
            for row, names in enumerate(artists)
        ],
        dtype=np.intp,
    )
