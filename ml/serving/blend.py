"""Finds songs that go with a mix of songs: some added, some subtracted."""

from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml.serving.recommender import Recommender
from ml.serving.seeds import Excluded, at_point

Points = NDArray[np.float32]

TAKEN_AWAY = 0.5
"""The weight of a subtracted song against an added one."""
AROUND = 12
"""The nearest songs of one song, of which those that suit the others come first."""
_LOOKED_AT = 40
_MOST_SEEDS = 40
"""The number of songs of a long list that go into the mix."""


class Mixed(NamedTuple):
    """A song of a mix: its row, the place of the song it was chosen for, and the distance from it."""

    row: int
    of: int
    distance: float


def blend(
    recommender: Recommender, added: Points, removed: Points, count: int, excluded: Excluded
) -> list[Mixed]:
    """Songs near each added song in turn, one per artist, none nearer to a subtracted song than to its own.

    The mean of songs that lie apart is near to none of them, so no song is looked for there. Of those around
    one song, those come first that are nearest to the others.

    Args:
        added: (a, d) with a ≥ 1. removed: (r, d), r may be 0.

    Returns:
        at most `count`: the first for each added song, then the second for each, and so on.
    """
    turns = _spread(len(added), min(count, _MOST_SEEDS))
    away = _away_from(added, removed)
    queues = [
        _around(recommender, of, away[of], np.delete(added, of, axis=0), removed, excluded) for of in turns
    ]
    chosen: list[Mixed] = []
    artists: set[int] = set()
    rows: set[int] = set()
    while len(chosen) < count and any(queues):
        for queue in queues:
            while queue and len(chosen) < count:
                song = queue.pop(0)
                seed = recommender.seed_of_row(song.row)
                if seed is not None and song.row not in rows and artists.isdisjoint(seed.artists):
                    rows.add(song.row)
                    artists.update(seed.artists)
                    chosen.append(song)
                    break
    return chosen


def _around(
    recommender: Recommender, of: int, point: Points, others: Points, removed: Points, excluded: Excluded
) -> list[Mixed]:
    """Songs around one point, the nearest ones in the order of how near they are to the others."""
    near: list[tuple[float, Mixed]] = []
    for row, distance in recommender.nearest(at_point(point), _LOOKED_AT, excluded):
        [place] = recommender.points_of([row])
        if len(removed) and _distances(removed, place).min() < np.linalg.norm(place - point):
            continue
        far = float(_distances(others, place).mean()) if len(others) else distance
        near.append((far, Mixed(row, of, distance)))
    first = sorted(near[:AROUND], key=itemgetter(0))
    return [song for _, song in (*first, *near[AROUND:])]


def _away_from(added: Points, removed: Points) -> Points:
    """The places of the added songs, each moved away from the subtracted ones.

    Rocchio's relevance feedback (1971). The subtracted places first get the length of the added one, seen
    from the middle of the catalogue, so that an extreme song does not drown the others.
    """
    if not len(removed):
        return added
    lengths = np.linalg.norm(added, axis=1, keepdims=True)
    away: Points = (added - TAKEN_AWAY * lengths * _unit(removed).mean(axis=0)).astype(np.float32)
    return away


def _spread(count: int, most: int) -> Sequence[int]:
    """At most `most` indices of a list, evenly spaced."""
    places: list[int] = np.linspace(0, count - 1, min(count, most)).round().astype(int).tolist()
    return places


def _distances(points: Points, point: Points) -> NDArray[np.float64]:
    distances: NDArray[np.float64] = np.linalg.norm(points.astype(np.float64) - point, axis=1)
    return distances


def _unit(points: Points) -> Points:
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    unit: Points = (points / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)
    return unit
