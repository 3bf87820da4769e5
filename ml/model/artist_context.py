"""What an artist's other tracks say about a track: its point is drawn towards theirs."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WEIGHT = 0.55
"""Share of the other tracks' mean in the blend when there are many; n others get WEIGHT * n / (n + 1)."""


@dataclass(frozen=True)
class ArtistContext:
    """Points of other tracks by the same artists: features only, never a label.

    Attributes:
        means: shape (n, d), the mean point of the others, zero where there are none.
        others: shape (n,), how many there are.
    """

    means: Floats
    others: Floats

    def blend(self, points: Floats) -> Floats:
        """Draw points of shape (n, d) towards the means; a track without others stays where it is."""
        weight = (WEIGHT * self.others / (self.others + 1.0))[:, None]
        blended: Floats = (1.0 - weight) * points + weight * self.means
        return blended


def draw_together(points: Floats, artists: Sequence[tuple[str, ...]]) -> None:
    """Draw each of n tracks, in place, towards the others by its artists among them, as `blend` does.

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
