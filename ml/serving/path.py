"""Finds a path of songs from one song to another."""

import numpy as np
from numpy.typing import NDArray

from ml.arrays import Floats
from ml.serving.recommender import Recommender
from ml.serving.seeds import Excluded, Seed, at_point

STOPS = 12
"""Points on the straight line around which songs are looked for."""
AROUND = 60
"""Songs looked at around each."""


def journey(recommender: Recommender, start: Seed, end: Seed, between: int, excluded: Excluded) -> list[int]:
    """Songs that lead from one to the other in small, even steps, one per artist.

    After Flexer, Schnitzer, Gasser and Widmer, "Playlist generation using start and end songs" (ISMIR 2008):
    every step leads away from the start and towards the end. Where they pick the songs nearest to even shares
    of the way, this takes of all such ways the one with the least sum of squared steps, found exactly by
    dynamic programming (Bellman 1957): squares make two small steps cheaper than a short and a long one.

    Args:
        between: the number of intermediate songs.

    Returns:
        rows in order; fewer than `between` if the catalogue has no more.
    """
    rows = _around_the_line(recommender, start, end, excluded)
    seeds = [seed for row in rows if (seed := recommender.seed_of_row(row)) is not None]
    points = np.array([seed.point for seed in seeds], dtype=np.float64).reshape(len(seeds), len(start.point))
    artists = [seed.artists for seed in seeds]
    ends = {*start.artists, *end.artists}
    allowed = [at for at, credited in enumerate(artists) if ends.isdisjoint(credited)]
    while True:
        path = [allowed[at] for at in smoothest_way(start.point, end.point, points[allowed], between)]
        first: dict[int, int] = {}
        for at in path:
            for artist in artists[at]:
                first.setdefault(artist, at)
        left = [at for at in allowed if all(first.get(artist, at) == at for artist in artists[at])]
        if set(path) <= set(left):
            return [rows[at] for at in path]
        allowed = left


def smoothest_way(
    start: NDArray[np.floating], end: NDArray[np.floating], points: Floats, between: int
) -> list[int]:
    """The indices of the points to pass, in order, for the least sum of squared steps.

    No step comes nearer to the start or goes away from the end. If there is no such path, at least the share
    of the way covered (the distance from the start over the sum of both distances) only rises.

    Args:
        start, end: (d,).
        points: (n, d).
        between: how many to pass; all where there are fewer.
    """
    away, left = (np.linalg.norm(points - point, axis=1) for point in (start, end))
    order = np.argsort(away / np.maximum(away + left, 1e-12), kind="stable")
    between = min(between, len(order))
    if not between:
        return []
    points, away, left = points[order], away[order], left[order]
    squares = np.einsum("ij,ij->i", points, points)
    steps = np.maximum(squares[:, None] + squares[None, :] - 2.0 * points @ points.T, 0.0)
    steps[np.tril_indices(len(steps))] = np.inf
    turning_back = (away[None, :] < away[:, None]) | (left[None, :] > left[:, None])
    whole = float(np.linalg.norm(np.subtract(end, start)))
    beyond = (away > whole) | (left > whole)
    path = _cheapest(
        np.where(turning_back | beyond, np.inf, steps), np.where(beyond, np.inf, away), left, between
    )
    if not path:  # the songs are too near each other for a monotone path
        path = _cheapest(steps, away, left, between)
    return [int(order[at]) for at in path]


def _cheapest(steps: Floats, away: Floats, left: Floats, between: int) -> list[int]:
    """The cheapest way over so many places, squared steps counted; empty when there is none.

    Args:
        steps: (n, n), from each place to the others, infinite where one must not go.
        away, left: (n,), distances from the start and to the end.
    """
    cost = away**2
    predecessor = []
    for _ in range(between - 1):
        through = cost[:, None] + steps
        best = through.argmin(axis=0)
        predecessor.append(best)
        cost = through[best, np.arange(len(best))]
    cost = cost + left**2
    at = int(cost.argmin())
    if not np.isfinite(cost[at]):
        return []
    path = [at]
    for best in reversed(predecessor):
        at = int(best[at])
        path.append(at)
    return path[::-1]


def _around_the_line(recommender: Recommender, start: Seed, end: Seed, excluded: Excluded) -> list[int]:
    rows: dict[int, None] = {}
    for share in np.linspace(0.0, 1.0, STOPS):
        point = ((1.0 - share) * start.point + share * end.point).astype(np.float32)
        rows.update(dict.fromkeys(row for row, _ in recommender.nearest(at_point(point), AROUND, excluded)))
    return list(rows)
