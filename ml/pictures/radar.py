"""Geometry of a radar chart of nine features against the catalogue's mean."""

import math
from collections.abc import Sequence

AXES = ("acoustic", "danceable", "energy", "instrumental", "live", "loud", "speech", "tempo", "valence")
"""Short labels of the nine axes, in the order of `FEATURE_NAMES`, clockwise."""
TURN = 20.0
"""Degrees from the top to the first axis: so the long labels stand where there is room."""
EDGE = 2.5
"""Standard deviations from the catalogue's mean at which the picture ends."""
MEAN = 0.5
"""The share of the radius at which the mean lies."""
RINGS = (0.25, 0.75, 1.0)
"""Shares of the radius at which rings are drawn beside the mean's."""

Point = tuple[float, float]


def corner(axis: int, share: float, middle: Point, radius: float) -> Point:
    """A point on an axis, y downwards.

    Args:
        axis: from 0, clockwise.
        share: the fraction of the radius; 0 is the centre, 1 the edge.
    """
    angle = math.radians(TURN - 90.0 + 360.0 * axis / len(AXES))
    return middle[0] + radius * share * math.cos(angle), middle[1] + radius * share * math.sin(angle)


def ring(share: float, middle: Point, radius: float) -> list[Point]:
    """The corners of a ring."""
    return [corner(axis, share, middle, radius) for axis in range(len(AXES))]


def shape(z_scores: Sequence[float], middle: Point, radius: float) -> list[Point]:
    """The corners of a feature vector; z-scores beyond ±`EDGE` lie at the edge."""
    return [
        corner(axis, (min(max(z, -EDGE), EDGE) + EDGE) / (2.0 * EDGE), middle, radius)
        for axis, z in enumerate(z_scores)
    ]
