"""Orders a playlist for smooth transitions."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ml.arrays import Floats
from ml.features import FEATURE_NAMES

_ENERGY = FEATURE_NAMES.index("energy")
_TEMPO = FEATURE_NAMES.index("tempo")
ENERGY_WEIGHT = 1.0
TEMPO_WEIGHT = 0.7
"""The weights of a jump over the whole range of energy, and of half an octave of tempo; a jump between two
random songs has weight 1."""
_LEAST_GAIN = 1e-9


def smooth_order(
    points: NDArray[np.floating], features: Floats, usual: float, *, first: int | None = None
) -> list[int]:
    """An order with small jumps from song to song, in sound, energy and tempo.

    The shortest of the nearest-neighbour tours from each possible start, improved by 2-opt (Croes 1958) until
    no reversed segment helps. Tempi are compared as a DJ does: 70 and 140 beats go together.

    Args:
        points: (n, d) in the scaled space. features: (n, 9).
        usual: the usual distance of two songs, the unit of the points' distances.
        first: the song to begin with; None for any.
    """
    jumps = jumps_between(points, features, usual)
    starts = range(len(jumps)) if first is None else [first]
    tours = [_improved(_greedy(jumps, start), jumps, fixed=first is not None) for start in starts]
    return min(tours, key=lambda tour: _length(tour, jumps), default=[])


def jumps_between(points: NDArray[np.floating], features: Floats, usual: float) -> list[list[float]]:
    """Perceived distances of n songs, n x n."""
    apart = np.linalg.norm(points[:, None, :] - points[None, :, :], axis=2) / (usual or 1.0)
    energy = np.abs(features[:, None, _ENERGY] - features[None, :, _ENERGY])
    octaves = np.log2(np.maximum(features[:, _TEMPO], 40.0))
    tempo = (octaves[:, None] - octaves[None, :]) % 1.0
    tempo = np.minimum(tempo, 1.0 - tempo) / 0.5
    jumps: list[list[float]] = (apart + ENERGY_WEIGHT * energy + TEMPO_WEIGHT * tempo).tolist()
    return jumps


def _greedy(jumps: Sequence[Sequence[float]], start: int) -> list[int]:
    tour, left = [start], set(range(len(jumps))) - {start}
    while left:
        here = jumps[tour[-1]]
        tour.append(min(left, key=lambda song: (here[song], song)))
        left.remove(tour[-1])
    return tour


def _improved(tour: list[int], jumps: Sequence[Sequence[float]], *, fixed: bool) -> list[int]:
    """Reverse segments while that shortens the tour (2-opt); a fixed first song stays first."""
    better = True
    while better:
        better = False
        for i in range(1 if fixed else 0, len(tour) - 1):
            for j in range(i + 1, len(tour)):
                before, after = (
                    _joints(tour, jumps, i, j, first, last)
                    for first, last in ((tour[i], tour[j]), (tour[j], tour[i]))
                )
                if after < before - _LEAST_GAIN:
                    tour[i : j + 1] = tour[i : j + 1][::-1]
                    better = True
    return tour


def _joints(
    tour: Sequence[int], jumps: Sequence[Sequence[float]], i: int, j: int, first: int, last: int
) -> float:
    """The jumps at both ends of the segment from `first` to `last`."""
    into = jumps[tour[i - 1]][first] if i > 0 else 0.0
    out_of = jumps[last][tour[j + 1]] if j + 1 < len(tour) else 0.0
    return into + out_of


def _length(tour: Sequence[int], jumps: Sequence[Sequence[float]]) -> float:
    return sum(jumps[one][other] for one, other in pairwise(tour))
