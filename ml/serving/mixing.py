"""Computes the point of a mix of songs: some added, some subtracted."""

import numpy as np
from numpy.typing import NDArray

from ml.serving.recommender import Recommender
from ml.serving.seeds import Excluded, at_point

Points = NDArray[np.float32]

TAKEN_AWAY = 0.5
"""How much a song taken away counts against one added."""
LOOKED_AT = 20
"""Songs looked at for each that is wanted."""


def mixed(added: Points, removed: Points) -> Points:
    """The place of the mix, shape (d,).

    Rocchio's relevance feedback (1971): the mean of what is wanted less a part of the mean of what is not,
    which words taught us to read as arithmetic (Mikolov, Yih and Zweig 2013). Each place first gets the same
    length, seen from the middle of the catalogue, so that an extreme song does not drown the others; the
    mix then gets the mean length of the songs added.

    Args:
        added: (a, d) with a ≥ 1. removed: (r, d), r may be 0.
    """
    length = float(np.linalg.norm(added, axis=1).mean())
    point = _unit(added).mean(axis=0)
    if len(removed):
        point = point - TAKEN_AWAY * _unit(removed).mean(axis=0)
    mix: Points = (length * point).astype(np.float32)
    return mix


def blend(
    recommender: Recommender, added: Points, removed: Points, count: int, excluded: Excluded
) -> list[tuple[int, float]]:
    """The songs nearest to a mix, one per artist, none nearer to a subtracted song than to all added ones.

    Returns:
        rows with their distances from the mix, nearest first.
    """
    point = mixed(added, removed)
    chosen: list[tuple[int, float]] = []
    artists: set[int] = set()
    for row, distance in recommender.nearest(at_point(point), LOOKED_AT * count, excluded):
        seed = recommender.seed_of_row(row)
        if seed is None or not artists.isdisjoint(seed.artists):
            continue
        if len(removed) and _nearest(removed, seed.point) < _nearest(added, seed.point):
            continue
        artists.update(seed.artists)
        chosen.append((row, distance))
        if len(chosen) == count:
            break
    return chosen


def _nearest(points: Points, point: Points) -> float:
    return float(np.linalg.norm(points - point, axis=1).min())


def _unit(points: Points) -> Points:
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    unit: Points = (points / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)
    return unit
