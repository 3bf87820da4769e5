"""Draws the next song of a radio: near the last one, towards liked songs, away from disliked ones."""

import numpy as np
from numpy.typing import NDArray

from ml.serving.recommender import Recommender
from ml.serving.seeds import Excluded, Seed, at_point

Points = NDArray[np.float32]

AROUND = 40
"""Songs of the neighbourhood that the next one is drawn from."""
PULL = 0.3
"""The share of the way from the last song to the mean of `home` at which the next step starts."""
SHYNESS = 0.35
"""How far around a disliked song the radio keeps away, as a share of the usual distance."""


def next_song(
    recommender: Recommender,
    here: Seed,
    home: Points,
    disliked: Points,
    excluded: Excluded,
    rng: np.random.Generator,
) -> int | None:
    """A random walk: draw one of the nearest songs; nearer songs are more likely.

    The step starts at a point between the last song and `home`, so that the walk stays around liked songs (an
    Ornstein-Uhlenbeck process on songs).

    Args:
        here: the last song, or the first song of the radio.
        home: (h, d), h ≥ 1: the points of the radio's first song and of liked songs.
        disliked: (l, d), l may be 0.

    Returns:
        a row, or None if nothing is left to play.
    """
    point = next_place(recommender, here, home, disliked)
    reach = SHYNESS * recommender.usual_distance
    near = recommender.nearest(at_point(point), AROUND, excluded)
    if not near:
        return None
    distances = np.array([distance for _, distance in near])
    spread = max(float(np.median(distances)), 1e-9)
    weights = np.exp(-((distances / spread) ** 2))
    if len(disliked):
        points = recommender.points_of([row for row, _ in near])
        for other in disliked:
            weights *= 1.0 - np.exp(-((np.linalg.norm(points - other, axis=1) / max(reach, 1e-9)) ** 2))
    if not weights.sum() > 0:  # every candidate is close to a disliked song
        weights = distances + 1e-9
    return near[int(rng.choice(len(near), p=weights / weights.sum()))][0]


def next_place(recommender: Recommender, here: Seed, home: Points, disliked: Points) -> NDArray[np.float32]:
    """The point near which the next song is drawn; the arguments are those of `next_song`."""
    middle = home.mean(axis=0)
    point: NDArray[np.float32] = ((1.0 - PULL) * here.point + PULL * middle).astype(np.float32)
    reach = SHYNESS * recommender.usual_distance
    for other in disliked:
        way = point - other
        length = max(float(np.linalg.norm(way)), 1e-9)
        point = (point + way / length * max(reach - length, 0.0)).astype(np.float32)
    return point
