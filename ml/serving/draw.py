"""The rule of the draw: which songs of a cluster a pick is drawn among."""

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats32 = NDArray[np.float32]
Familiarity = Literal["known", "hidden"]
"""Whether well known songs are preferred, or those that few people know."""

NEAREST = 10
"""A pick is drawn among so many of the cluster's songs: those nearest to the seed that are left.

Of 6, 8, 10, 12, 16 and 24 ten buys most `playlist@5` for the coverage that it costs (`ml/README.md`).
"""
CHOSEN_FROM = 4 * NEAREST
"""Where well known or hidden songs are preferred, they are the ten most so among as many of the nearest."""
_LOOKED_AT = 3
"""Members that are put in order first, for each that is wanted; nearly always enough of them are allowed."""


def nearest_songs(
    points: Floats32,
    halves: Floats32,
    point: Floats32,
    allowed: Callable[[int], bool],
    start: int,
    end: int,
    *,
    count: int = NEAREST,
) -> list[int]:
    """Where the tracks stand that may be drawn: `count` at most, nearest first.

    What was heard is not allowed, so that one draw after another leads outward.

    Args:
        points: (n, d), the catalogue in order of clusters.
        halves: (n,), half the squared lengths of `points`.
        point: (d,), the seed.
        allowed: whether the track at a place may be drawn, which is one track of a song at most.
        start, end: the cluster is `points[start:end]`.
    """
    # Half the squared distances, but for the seed's own length.
    squares = halves[start:end] - points[start:end] @ point
    looked_at = _LOOKED_AT * count
    while True:
        if looked_at < end - start:
            near = np.argpartition(squares, looked_at)[:looked_at]
            near = near[squares[near].argsort(kind="stable")]
        else:
            near = squares.argsort(kind="stable")
        found: list[int] = []
        for at in (near + start).tolist():
            if allowed(at):
                found.append(at)
                if len(found) == count:
                    return found
        if looked_at >= end - start:
            return found
        looked_at *= 4


def most_familiar(
    near: list[int], popularity: Sequence[float] | memoryview, wanted: Familiarity
) -> list[int]:
    """The ten of some songs that are best known, or least; those of unknown popularity come last."""
    sign = -1.0 if wanted == "known" else 1.0
    known = [at for at in near if popularity[at] == popularity[at]]  # NaN differs from itself
    unknown = [at for at in near if popularity[at] != popularity[at]]
    return [*sorted(known, key=lambda at: sign * popularity[at]), *unknown][:NEAREST]
