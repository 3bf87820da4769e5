"""Tracks of the same artists: numbered, and drawn towards each other."""

from array import array
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.serving.artist_context import WEIGHT

Floats = NDArray[np.float64]


def draw_together(points: Floats, artists: Sequence[tuple[str, ...]]) -> None:
    """Draw each of n tracks, in place, towards the others by its artists, as `ArtistContext.blend` does.

    Column by column: a second table of points would not fit where a catalogue is large.

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


def first_artist_numbers(artists: Sequence[tuple[str, ...]]) -> NDArray[np.intp]:
    """Shape (n,): equal for tracks of one first artist (case-folded); a track without artists is alone."""
    numbers: dict[str | int, int] = {}
    return np.array(
        [
            numbers.setdefault(names[0].casefold().strip() if names else row, len(numbers))
            for row, names in enumerate(artists)
        ],
        dtype=np.intp,
    )
