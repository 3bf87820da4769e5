"""What an artist's other tracks say about a track: its point is drawn towards theirs."""

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
