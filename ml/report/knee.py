"""Finds the knee of a curve."""

from collections.abc import Sequence

import numpy as np


def knee(x: Sequence[float], y: Sequence[float]) -> int | None:
    """The position of the bend of a monotone curve: the point furthest from the chord of its ends.

    Both axes are first brought to 0..1, as in Kneedle (Satopaa, Albrecht, Irwin and Raghavan 2011, "Finding a
    Kneedle in a Haystack"), here without its smoothing: the curves are short.

    Args:
        x: ascending.
        y: as many values.

    Returns:
        an index, or None where the curve has fewer than three points or does not bend.
    """
    across, up = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if len(across) < 3 or np.ptp(across) == 0 or np.ptp(up) == 0:
        return None
    across = (across - across[0]) / (across[-1] - across[0])
    up = (up - up.min()) / np.ptp(up)
    distance = np.abs(up - (up[0] + (up[-1] - up[0]) * across))
    best = int(distance.argmax())
    return best if distance[best] > 1e-9 else None
