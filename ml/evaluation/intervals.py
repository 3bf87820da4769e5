"""95 % bootstrap intervals over queries, the same resamples for every method so that ratios are paired."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ml.arrays import Floats, Rows

RESAMPLES = 1_000


@dataclass(frozen=True)
class Estimate:
    """A mean with the ends of its 95 % interval."""

    mean: float
    low: float
    high: float


class Bootstrap:
    """Resamples of the queries, drawn within each split (Efron & Tibshirani 1993, percentile intervals)."""

    def __init__(self, sizes: Sequence[int], *, seed: int) -> None:
        """Draw the resamples.

        Args:
            sizes: number of queries of each split.
            seed: of the resamples.
        """
        generator = np.random.default_rng([seed, 95])
        self._counts = np.hstack(
            [generator.multinomial(size, np.full(size, 1.0 / size), size=RESAMPLES) for size in sizes]
        ).astype(np.float32)

    def means(self, values: Floats) -> Floats:
        """The mean of each resample, shape (resamples,); NaN queries are left out.

        Args:
            values: shape (queries,), the splits one after another.
        """
        known = ~np.isnan(values)
        if not known.any():
            return np.full(RESAMPLES, np.nan)
        totals = self._counts @ np.where(known, values, 0.0)
        return np.asarray(totals / np.maximum(self._counts @ known.astype(np.float64), 1.0))

    def mean(self, values: Floats) -> Estimate:
        """Mean and interval of one metric of one method."""
        return _percentile(float(np.nanmean(values)), self.means(values))

    def ratio(self, values: Floats, base: Floats) -> Estimate | None:
        """Ratio of two means and its paired interval; None where the base is zero."""
        below = float(np.nanmean(base))
        resampled = self.means(base)
        if below <= 0.0 or (resampled <= 0.0).any():
            return None
        return _percentile(float(np.nanmean(values)) / below, self.means(values) / resampled)

    def spread(
        self,
        picks: Sequence[Rows],
        statistic: Callable[[Floats], float],
        catalogues: Sequence[int],
    ) -> Estimate:
        """A figure of how often songs are picked, averaged over the splits.

        A resample repeats queries and so always covers less: the interval is the estimate +- 1.96 standard
        deviations of the resamples rather than their percentiles.

        Args:
            picks: per split shape (queries, answers), positions of the picked songs.
            statistic: from the number of picks of each song, shape (songs,), to the figure.
            catalogues: per split the number of songs that could be picked.
        """
        exact, resampled, start = [], [], 0
        for rows, songs in zip(picks, catalogues, strict=True):
            flat = rows.ravel()
            exact.append(statistic(np.bincount(flat, minlength=songs).astype(np.float64)))
            weights = np.repeat(self._counts[:200, start : start + len(rows)], rows.shape[1], axis=1)
            resampled.append(
                [statistic(np.bincount(flat, weight, songs).astype(np.float64)) for weight in weights]
            )
            start += len(rows)
        estimate = float(np.mean(exact))
        deviation = 1.96 * float(np.std(np.mean(resampled, axis=0)))
        return Estimate(estimate, estimate - deviation, estimate + deviation)


def _percentile(mean: float, resampled: Floats) -> Estimate:
    low, high = np.percentile(resampled, [2.5, 97.5])
    return Estimate(mean, float(low), float(high))
