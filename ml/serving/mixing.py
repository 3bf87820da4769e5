"""The place of a mix of songs: some added, some taken away."""

import numpy as np
from numpy.typing import NDArray

from ml.serving.recommender import Excluded, Recommender, at_place

Places = NDArray[np.float32]

TAKEN_AWAY = 0.5
"""How much a song taken away counts against one added."""
LOOKED_AT = 20
"""Songs looked at for each that is wanted."""


def mixed(added: Places, removed: Places) -> Places:
    """The place of the mix, shape (d,).

    Rocchio's relevance feedback (1971): the mean of what is wanted less a part of the mean of what is not,
    which words taught us to read as arithmetic (Mikolov, Yih and Zweig 2013). Each place first gets the same
    length, seen from the middle of the catalogue, so that an extreme song does not drown the others; the
    mix then gets the mean length of the songs added.

    Args:
        added: (a, d) with a ≥ 1. removed: (r, d), r may be 0.
    """
    length = float(np.linalg.norm(added, axis=1).mean())
    place = _unit(added).mean(axis=0)
    if len(removed):
        place = place - TAKEN_AWAY * _unit(removed).mean(axis=0)
    mix: Places = (length * place).astype(np.float32)
    return mix


def blend(
    recommender: Recommender, added: Places, removed: Places, count: int, excluded: Excluded
) -> list[tuple[int, float]]:
    """The songs nearest to a mix, each artist once, none nearer to a song taken away than to every one added.

    Returns:
        rows with their distances from the mix, nearest first.
    """
    place = mixed(added, removed)
    chosen: list[tuple[int, float]] = []
    artists: set[int | None] = set()
    for row, distance in recommender.nearest(at_place(place), LOOKED_AT * count, excluded):
        seed = recommender.seed_of_row(row)
        if seed is None or seed.artist in artists:
            continue
        if len(removed) and _nearest(removed, seed.place) < _nearest(added, seed.place):
            continue
        artists.add(seed.artist)
        chosen.append((row, distance))
        if len(chosen) == count:
            break
    return chosen


def _nearest(places: Places, place: Places) -> float:
    return float(np.linalg.norm(places - place, axis=1).min())


def _unit(places: Places) -> Places:
    lengths = np.linalg.norm(places, axis=1, keepdims=True)
    unit: Places = (places / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)
    return unit
