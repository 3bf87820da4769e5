"""The rule of the draw: which songs of a cluster a pick is drawn among."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats32 = NDArray[np.float32]

NEAREST = 10
"""A pick is drawn among so many of the cluster's songs: those nearest to the seed that are left.

Of 6, 8, 10, 12, 16 and 24 ten buys most `playlist@5` for the coverage that it costs (`ml/README.md`).
"""
_LOOKED_AT = 3 * NEAREST
"""Members that are put in order first; nearly always enough of them are allowed."""


def nearest_songs(
    points: Floats32,
    halves: Floats32,
    point: Floats32,
    songs: Sequence[int] | memoryview,
    allowed: Callable[[int], bool],
    start: int,
    end: int,
) -> list[int]:
    """Where the tracks stand that may be drawn: ten at most, nearest first, each song once.

    What was heard is not allowed, so that one draw after another leads outward.

    Args:
        points: (n, d), the catalogue in order of clusters.
        halves: (n,), half the squared lengths of `points`.
        point: (d,), the seed.
        songs: n song numbers.
        allowed: whether the track at a place may be drawn.
        start, end: the cluster is `points[start:end]`.
    """
    # Half the squared distances, but for the seed's own length.
    squares = halves[start:end] - points[start:end] @ point
    looked_at = _LOOKED_AT
    while True:
        if looked_at < end - start:
            near = np.argpartition(squares, looked_at)[:looked_at]
            near = near[squares[near].argsort(kind="stable")]
        else:
            near = squares.argsort(kind="stable")
        found: dict[int, int] = {}
        for at in (near + start).tolist():
            if allowed(at):
                found.setdefault(songs[at], at)
                if len(found) == NEAREST:
                    return list(found.values())
        if looked_at >= end - start:
            return list(found.values())
        looked_at *= 4
