"""Groups genres by the word that their names end with, and by their sound."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ml.serving.cluster_names import spoken_genre

_SHORTEST = 3
"""The fewest letters of a family's name: too many words end with a shorter one."""

_NAMED = 3
"""Genres in a group's name."""


def families_of(genres: Collection[str]) -> dict[str, str]:
    """The family of each genre: the shortest genre of the catalogue with which its name ends, often itself.

    Where "house" is a genre, "deep-house" belongs to it; where "pop" is one, "cantopop" does.
    """
    heads = sorted((genre for genre in genres if len(genre) >= _SHORTEST), key=lambda head: (len(head), head))
    return {genre: next((head for head in heads if genre.endswith(head)), genre) for genre in genres}


def join_nearest(centres: NDArray[np.float64], most: int) -> NDArray[np.intp]:
    """Join the two groups whose union adds least variance (Ward 1963) until few groups are left.

    Args:
        centres: (n, d), the mean of each group; all weigh the same.
        most: how many groups may remain.

    Returns:
        shape (n,), the number of the joined group of each, from 0; the one with the most members comes first.
    """
    centres, sizes = centres.copy(), np.ones(len(centres))
    group = np.arange(len(centres))
    for _ in range(len(centres) - most):
        away = ((centres[:, None] - centres[None, :]) ** 2).sum(axis=2)
        cost = away * sizes[:, None] * sizes / np.maximum(sizes[:, None] + sizes, 1.0)
        cost[(sizes == 0.0)[:, None] | (sizes == 0.0)] = np.inf
        np.fill_diagonal(cost, np.inf)
        one, other = np.unravel_index(cost.argmin(), cost.shape)
        both = sizes[one] + sizes[other]
        centres[one] = (sizes[one] * centres[one] + sizes[other] * centres[other]) / both
        sizes[one], sizes[other] = both, 0.0
        group[group == other] = one
    rank = np.empty(len(sizes), np.intp)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    numbers: NDArray[np.intp] = rank[group]
    return numbers


def family_name(genres: Sequence[str], heads: Mapping[str, str]) -> str:
    """The name of a group of genres: what most of their names end with, then the first of the others.

    Args:
        genres: the group's, the most typical first.
        heads: as `families_of` gives them.
    """
    counts = Counter(heads[genre] for genre in genres)
    names = [spoken_genre(head) for head in sorted(counts, key=lambda head: -counts[head])]
    return ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
