"""Chooses three songs of which one is odd: two neighbours, and one that is a little off."""

from collections.abc import Sequence

import numpy as np

from ml.serving.recommender import Recommender
from ml.serving.seeds import Excluded, at_point

_TRIES = 60
_NEIGHBOURS = 12
_LEAST, _MOST = 0.45, 0.95
"""The distance of the odd song to both others, in usual distances of two songs: nearer would be guesswork,
farther would be obvious."""


def odd_triplet(
    recommender: Recommender,
    known: Sequence[int],
    excluded: Excluded,
    rng: np.random.Generator,
) -> tuple[int, int, int] | None:
    """Rows of two songs near each other and of one that is not; None if none were found.

    Args:
        known: rows of songs that people know, from which all three come.
    """
    allowed = recommender.allowed(list(known), excluded)
    if len(allowed) < 3:
        return None
    points = recommender.points_of(allowed)
    usual, among = recommender.usual_distance or 1.0, set(allowed)
    for _ in range(_TRIES):
        at = int(rng.integers(len(allowed)))
        row = allowed[at]
        near = recommender.nearest(at_point(points[at]), _NEIGHBOURS, excluded)
        partners = [
            other for other, _ in near if other in among and not _share_artist(recommender, row, other)
        ]
        if not partners:
            continue
        partner = partners[int(rng.integers(len(partners)))]
        pair = recommender.points_of([row, partner])
        away = np.linalg.norm(points[:, None] - pair[None], axis=2).min(axis=1) / usual
        odd = [
            allowed[place]
            for place in np.flatnonzero((away > _LEAST) & (away < _MOST)).tolist()
            if not any(_share_artist(recommender, allowed[place], one) for one in (row, partner))
        ]
        if odd:
            return row, partner, odd[int(rng.integers(len(odd)))]
    return None


def odd_of(recommender: Recommender, rows: Sequence[int]) -> int:
    """The index of the row that is not one of the nearest pair among three."""
    points = recommender.points_of(rows)
    pairs = {odd: [place for place in range(3) if place != odd] for odd in range(3)}
    return min(pairs, key=lambda odd: float(np.linalg.norm(points[pairs[odd][0]] - points[pairs[odd][1]])))


def _share_artist(recommender: Recommender, one: int, other: int) -> bool:
    return bool(set(recommender.artists_of([one])) & set(recommender.artists_of([other])))
