"""The rule of the draw: which songs of a cluster a pick is drawn among."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats32 = NDArray[np.float32]
Familiarity = Literal["known", "hidden"]
"""Whether well known songs are preferred, or those that few people know."""

LOOKED_AT = 40
"""A pick is drawn among so many of the cluster's songs: those nearest to the seed that are left…"""
RANK_WEIGHTS: NDArray[np.float64] = np.array([(rank + 4.0) ** -2 for rank in range(LOOKED_AT)])
"""… the nearer the likelier. For the coverage that it costs this buys more `playlist@5` than a window of the
nearest does (`ml/README.md`)."""
FEWEST = 4
"""Where a cluster has fewer left, as one that is nearly all by one artist, those of the nearest join them."""
PREFERRED = 10
"""Where well known or hidden songs are preferred, a pick is one of those that are so most."""
_SUMS: list[float] = np.cumsum(RANK_WEIGHTS).tolist()
_IN_ORDER = 3
"""Members that are put in order first, for each that is wanted; nearly always enough of them are allowed."""


def rank_for(chance: float, songs: int = LOOKED_AT) -> int:
    """The rank that a number from 0 to 1 draws among so many songs."""
    return bisect_right(_SUMS, chance * _SUMS[songs - 1], 0, songs - 1)


def nearest_songs(
    points: Floats32,
    halves: Floats32,
    point: Floats32,
    allowed: Callable[[int], bool],
    start: int,
    end: int,
    *,
    count: int = LOOKED_AT,
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
    looked_at = _IN_ORDER * count
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
    """The ten of some songs that are best known, or least, in their order; unknown ones only fill up."""
    sign = -1.0 if wanted == "known" else 1.0
    known = [at for at in near if popularity[at] == popularity[at]]  # NaN differs from itself
    unknown = [at for at in near if popularity[at] != popularity[at]]
    chosen = {*[*sorted(known, key=lambda at: sign * popularity[at]), *unknown][:PREFERRED]}
    return [at for at in near if at in chosen]
