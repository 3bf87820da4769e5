"""The draw: which songs of a cluster a pick is drawn from."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from ml.arrays import Floats, Floats32

Familiarity = Literal["known", "hidden"]
"""Whether well known songs are preferred, or songs that few people know."""

LOOKED_AT = 40
"""A pick is drawn among so many songs of the cluster: the nearest to the seed that are allowed…"""
RANK_WEIGHTS: Floats = np.array([(rank + 4.0) ** -2 for rank in range(LOOKED_AT)])
"""… the nearer the likelier. At equal coverage this gives a higher `playlist@5` than a smaller number of
nearest songs (`ml/README.md`)."""
FEWEST = 4
"""If fewer are left, as in a cluster mostly by one artist, songs of the nearest clusters are added."""
PREFERRED = 10
"""If well known or hidden songs are preferred, a pick is one of the so many best or least known."""
_SUMS: list[float] = np.cumsum(RANK_WEIGHTS).tolist()
_IN_ORDER = 3
"""Tracks sorted first per song wanted; nearly always enough of them are allowed."""


def rank_for(chance: float, songs: int = LOOKED_AT) -> int:
    """The rank drawn by a random number from 0 to 1 among some songs."""
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
    """The indices of at most `count` tracks that may be drawn, nearest first.

    Recent picks are not allowed, so that repeated draws lead outwards.

    Args:
        points: (n, d), the catalogue in order of clusters.
        halves: (n,), half the squared lengths of `points`.
        point: (d,), the seed.
        allowed: whether the track at an index may be drawn; at most one track per song.
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
    """The ten best or least known of some songs, in their order; songs of unknown popularity come last."""
    sign = -1.0 if wanted == "known" else 1.0
    known = [at for at in near if popularity[at] == popularity[at]]  # NaN differs from itself
    unknown = [at for at in near if popularity[at] != popularity[at]]
    chosen = {*[*sorted(known, key=lambda at: sign * popularity[at]), *unknown][:PREFERRED]}
    return [at for at in near if at in chosen]
