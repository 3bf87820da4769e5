"""Chooses songs for a group: near one of its tastes at a time, and there the song that suits all best."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest

import numpy as np

from ml.arrays import Floats, Floats32, Rows
from ml.serving.recommender import Recommender
from ml.serving.seeds import Seed

Points = Floats32

WIDTH = 0.3
"""The width of the Gaussian of satisfaction around a liked song, in usual distances of two songs."""
MISERY = 1.1
"""A person is miserable with a song that is further than this from every song they like."""
OWN = 0.5
"""The weight of the person whose turn it is, against the mean of all others."""


class GroupTaste:
    """Which liked song to stay near next, and which of some songs suits the group.

    Nobody likes the middle of distant tastes, so no song is searched there: it is drawn near one liked song
    after another. Of several songs drawn there the rule is "average
    without misery" (Masthoff 2004, "Group modeling: selecting a sequence of television items to suit a group
    of viewers"): songs that make someone miserable come last, the others are ranked by mean satisfaction.
    Among the miserable ones, "least misery" decides (O'Connor et al. 2001, PolyLens).

    A person's satisfaction is 1 at a liked song and falls off as a Gaussian.
    """

    def __init__(self, recommender: Recommender, tastes: Mapping[int, Sequence[Seed]]) -> None:
        """Take what each person likes.

        Args:
            tastes: for each person the songs that they like; people without any are left out.
        """
        self._tastes = {person: tuple(seeds) for person, seeds in tastes.items() if seeds}
        self._places = {person: _places_of(seeds) for person, seeds in self._tastes.items()}
        self._usual = recommender.usual_distance or 1.0

    @property
    def unknown(self) -> bool:
        """Whether no person's taste is known."""
        return not self._tastes

    @property
    def of_several(self) -> bool:
        """Whether the tastes of several people are known."""
        return len(self._tastes) > 1

    def knows(self, person: int) -> bool:
        """Whether a person's taste is known."""
        return person in self._tastes

    def suits_all(self, point: Points) -> float:
        """The mean satisfaction with a point, 0 to 1; at least one taste must be known."""
        return float(_satisfaction(self._away_from(point[None])).mean())

    def in_turn(self, person: int | None, served: int) -> list[Seed]:
        """Liked songs to stay near: one person's after another's, and of each one song after another.

        Args:
            person: whose songs; None means everyone's.
            served: how many songs were chosen so far near what this returns.
        """
        people = [person] if person in self._tastes else list(self._tastes) if person is None else []
        if not people:
            return []
        rounds, first = divmod(served, len(people))
        queues = []
        for place, user in enumerate(people):
            seeds = self._tastes[user]
            begin = (rounds + (place < first)) % len(seeds)
            queues.append((*seeds[begin:], *seeds[:begin]))
        in_order = zip_longest(*queues[first:], *queues[:first])
        return [seed for one_of_each in in_order for seed in one_of_each if seed is not None]

    def best(self, person: int | None, points: Points) -> int:
        """Which of some points suits the group best.

        Args:
            person: whom it is for; None or a person without known taste means everyone.
            points: (n, d) with n ≥ 1.
        """
        return int(self._order(self._away_from(points), person)[0])

    def _order(self, away: Floats, person: int | None) -> Rows:
        """Rank acceptable points by score, then the others by lowest satisfaction.

        Args:
            away: (people, points).
        """
        satisfaction = _satisfaction(away)
        score = satisfaction.mean(axis=0)
        if person is not None and person in self._tastes and len(away) > 1:
            at = list(self._tastes).index(person)
            others = np.delete(satisfaction, at, axis=0)
            score = OWN * satisfaction[at] + (1.0 - OWN) * others.mean(axis=0)
        furthest = away.max(axis=0)
        return np.lexsort((-score, np.where(furthest > MISERY, furthest, 0.0)))

    def _away_from(self, points: Points) -> Floats:
        """Usual distances of n points to each person's nearest liked song, shape (people, n)."""
        wide = np.asarray(points, dtype=np.float64)
        return np.array(
            [np.sqrt(_squares(wide, places).min(axis=1)) / self._usual for places in self._places.values()]
        ).reshape(len(self._places), len(points))


def _places_of(seeds: Sequence[Seed]) -> Floats:
    return np.array([seed.point for seed in seeds], dtype=np.float64)


def _squares(points: Floats, places: Floats) -> Floats:
    """Squared distances, shape (points, places)."""
    lengths, others = (np.einsum("ij,ij->i", some, some) for some in (points, places))
    squares: Floats = np.maximum(lengths[:, None] - 2.0 * points @ places.T + others, 0.0)
    return squares


def _satisfaction(away: Floats) -> Floats:
    satisfaction: Floats = np.exp(-((away / WIDTH) ** 2))
    return satisfaction
