"""Songs that fit a list of songs, and songs of a list that fit it least."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from ml.serving.recommender import Recommender
from ml.serving.seeds import Excluded, at_point

_NEAR_EACH = 30
"""Neighbours considered for each song of the list."""
_MOST_SEEDS = 100
_NEIGHBOURS = 3


def songs_near_all(
    recommender: Recommender, rows: Sequence[int], count: int, per_artist: int, excluded: Excluded
) -> list[int]:
    """Rows of songs near many songs of a list, the best first.

    A song scores for each song of the list that it is near, the nearer the higher: so the answer covers all
    sides of a mixed list, which the mean of its points would not.

    Args:
        rows: the list; its own songs are no answers.
    """
    seeds = list(rows)[:: max(1, len(rows) // _MOST_SEEDS)][:_MOST_SEEDS]
    votes: Counter[int] = Counter()
    for point in recommender.points_of(seeds):
        near = recommender.nearest(at_point(point), _NEAR_EACH, excluded)
        for row, distance in near:
            votes[row] += 1.0 / (0.1 + distance / (recommender.usual_distance or 1.0))  # type: ignore[assignment]
    heard: Counter[int | None] = Counter()
    chosen: list[int] = []
    for row, _ in votes.most_common():
        artist = recommender.artist_of_row(row)
        if heard[artist] < per_artist and len(chosen) < count:
            heard[artist] += 1
            chosen.append(row)
    return chosen


def farthest(recommender: Recommender, rows: Sequence[int], count: int) -> list[tuple[int, float]]:
    """The songs of a list that are farthest from their nearest others, with those distances, farthest first.

    Args:
        rows: at least two rows that the model was trained on.
    """
    points = recommender.points_of(rows).astype(np.float64)
    squares = (points**2).sum(axis=1)
    between = np.sqrt(np.maximum(squares[:, None] + squares - 2.0 * points @ points.T, 0.0))
    np.fill_diagonal(between, np.inf)
    nearest = np.sort(between, axis=1)[:, : min(_NEIGHBOURS, len(rows) - 1)].mean(axis=1)
    order = np.argsort(-nearest, kind="stable")[:count]
    return [(rows[at], float(nearest[at])) for at in order.tolist()]
