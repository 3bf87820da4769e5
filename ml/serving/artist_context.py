"""Blends a track's point with the points of other tracks by its artists."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WEIGHT = 0.55
"""Share of the other tracks' mean in the blend when there are many; n others get WEIGHT * n / (n + 1)."""


@dataclass(frozen=True)
class ArtistContext:
    """Points of other tracks by the same artists, computed from features without labels.

    Attributes:
        means: shape (n, d), the mean point of the others, zero if there are none.
        others: shape (n,), their number.
    """

    means: Floats
    others: Floats

    def blend(self, points: Floats) -> Floats:
        """Blend points of shape (n, d) with the means; a track without others is unchanged."""
        weight = (WEIGHT * self.others / (self.others + 1.0))[:, None]
        blended: Floats = (1.0 - weight) * points + weight * self.means
        return blended
