"""What the arrays of a served model hold of catalogue rows."""

from collections.abc import Sequence

import numpy as np

from ml.serving.catalogue_arrays import BEST
from ml.serving.recommender import Recommender


def popularity_of(recommender: Recommender, rows: Sequence[int]) -> list[float]:
    """The popularity of the song of each row."""
    return [float(recommender.bundle.arrays.popularity[_at(recommender, row)]) for row in rows]


def is_best(recommender: Recommender, row: int) -> bool:
    """Whether a row is the best version of its song."""
    return bool(recommender.bundle.arrays.standing[_at(recommender, row)] & BEST)


def _at(recommender: Recommender, row: int) -> int:
    [[at]] = np.nonzero(recommender.bundle.arrays.rows == row)
    return int(at)
