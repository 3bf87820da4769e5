"""What is known about the artists of tracks: their other tracks, and the labels of these."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.arrays import Floats

WEIGHT = 0.55
"""Share of the other tracks' mean in the blend when there are many; n others get WEIGHT * n / (n + 1)."""


@dataclass(frozen=True)
class ArtistContext:
    """What is known of the artists of n tracks.

    Attributes:
        means: shape (n, d), the mean point of the others by sound alone, zero if there are none.
        others: shape (n,), their number.
        profiles: shape (n, p), see `FeatureStep.profiles`; NaN where unknown, None where all is.
    """

    means: Floats
    others: Floats
    profiles: NDArray[np.floating] | None = None

    def blend(self, points: Floats) -> Floats:
        """Blend points of shape (n, d) with the means; a track without others is unchanged."""
        weight = (WEIGHT * self.others / (self.others + 1.0))[:, None]
        blended: Floats = (1.0 - weight) * points + weight * self.means
        return blended
