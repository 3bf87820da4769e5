"""Ranks clusters and songs for a group: near the taste of the person served, without misery for others."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ml.serving.recommender import Recommender

Points = NDArray[np.float32]
Floats = NDArray[np.float64]

WIDTH = 0.3
"""How soon satisfaction falls off around a song that somebody likes; the unit is the usual distance of two
songs."""
MISERY = 1.1
"""Somebody is miserable with a song that is further than this from everything they like."""
NEAR = 12
"""Clusters nearest to somebody's taste that are looked at when the song is for them."""
OWN = 0.5
"""What the person whose turn it is counts against the mean of all others."""
DRAWN_FROM = 3
"""The best clusters, and the best songs of one, come in random order, so that a session moves."""


class GroupTaste:
    """Ranks clusters and songs for one person of a group or for the whole group.

    The rule is "average without misery" (Masthoff 2004, "Group modeling: selecting a sequence of television
    items to suit a group of viewers"): items that make someone miserable come last, all others are ranked
    by mean satisfaction. Among the former, "least misery" decides (O'Connor et al. 2001, PolyLens): the
    lowest satisfaction is maximised.

    A person's satisfaction is 1 at a liked song and falls off as a Gaussian, so that a point between two
    tastes, which neither likes, is not ranked as one that both like.
    """

    def __init__(self, recommender: Recommender, tastes: Mapping[int, Points]) -> None:
        """Compute each person's satisfaction with each cluster.

        Args:
            tastes: for each person (k, d) places of songs that they like; people without any are left out.
        """
        self._recommender = recommender
        self._tastes = {person: places for person, places in tastes.items() if len(places)}
        self._usual = recommender.usual_distance or 1.0
        centers = np.asarray(recommender.bundle.model.centers, dtype=np.float64)
        self._away = self._away_from(centers)

    @property
    def unknown(self) -> bool:
        """Whether no person's taste is known."""
        return not self._tastes

    def knows(self, person: int) -> bool:
        """Whether a person's taste is known."""
        return person in self._tastes

    def suits_all(self, cluster: int) -> float:
        """The mean satisfaction with a cluster, 0 to 1; at least one taste must be known."""
        return float(_satisfaction(self._away[:, cluster]).mean())

    def clusters_for(self, person: int, rng: np.random.Generator) -> list[int]:
        """Clusters near a person's taste, ranked by how well they suit the others as well.

        Args:
            person: a person with known taste.
        """
        near = np.argsort(self._away[self._at(person)], kind="stable")[:NEAR]
        return _listed(near, self._order(self._away[:, near], person), rng)

    def clusters_for_all(self, rng: np.random.Generator) -> list[int]:
        """Clusters that suit the group, best first; empty if no taste is known."""
        if self.unknown:
            return []
        return _listed(np.arange(self._away.shape[1]), self._order(self._away, None), rng)

    def songs_for(self, person: int | None, rows: Sequence[int], rng: np.random.Generator) -> list[int]:
        """Rank catalogue rows known to the model.

        Args:
            person: whom the song is for; None or a person without known taste means everyone.
        """
        listed = np.asarray(rows, dtype=np.int64)
        if self.unknown or not len(listed):
            return [int(row) for row in rng.permutation(listed)]
        places = np.asarray(self._recommender.points_of(rows), dtype=np.float64)
        return _listed(listed, self._order(self._away_from(places), person), rng)

    def _order(self, away: Floats, person: int | None) -> NDArray[np.intp]:
        """Rank acceptable points by score, then the others by lowest satisfaction.

        Args:
            away: (people, points).
        """
        satisfaction = _satisfaction(away)
        score = satisfaction.mean(axis=0)
        if person is not None and person in self._tastes and len(away) > 1:
            at = self._at(person)
            others = np.delete(satisfaction, at, axis=0)
            score = OWN * satisfaction[at] + (1.0 - OWN) * others.mean(axis=0)
        furthest = away.max(axis=0)
        return np.lexsort((-score, np.where(furthest > MISERY, furthest, 0.0)))

    def _away_from(self, points: Floats) -> Floats:
        """Usual distances of n points to each person's nearest liked song, shape (people, n)."""
        squares = np.einsum("ij,ij->i", points, points)[:, None]
        return np.array(
            [
                np.sqrt(
                    np.maximum(
                        (squares - 2.0 * points @ places.T + np.einsum("ij,ij->i", places, places)).min(
                            axis=1
                        ),
                        0.0,
                    )
                )
                / self._usual
                for places in self._tastes.values()
            ]
        ).reshape(len(self._tastes), len(points))

    def _at(self, person: int) -> int:
        return list(self._tastes).index(person)


def _satisfaction(away: Floats) -> Floats:
    satisfaction: Floats = np.exp(-((away / WIDTH) ** 2))
    return satisfaction


def _listed(points: NDArray[np.integer], order: NDArray[np.intp], rng: np.random.Generator) -> list[int]:
    listed = [int(points[at]) for at in order]
    return [*rng.permutation(listed[:DRAWN_FROM]).tolist(), *listed[DRAWN_FROM:]]
