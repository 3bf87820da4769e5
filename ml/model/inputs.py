"""What the classifiers see of a track: each feature standardised and rank-scaled, side by side."""

import numpy as np
from numpy.typing import NDArray

from ml.songs import SongColumns

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]

KNOTS = 64
CLIP = 5.0
SPREAD = float(np.sqrt(3.0))
"""Gives a uniform rank from -1 to 1 unit variance."""


class QuantileRanks:
    """Rank-scales columns to -1..1 by linear interpolation between quantiles; ties take their middle rank."""

    def fit(self, values: Floats) -> "QuantileRanks":
        """Learn the quantiles of each column of shape (n, columns)."""
        grid = np.linspace(-1.0, 1.0, KNOTS + 1)
        self._curves = []
        for column in values.T:
            knots, place = np.unique(np.quantile(column, (grid + 1.0) / 2.0), return_inverse=True)
            ranks = np.bincount(place, weights=grid) / np.bincount(place)
            self._curves.append((knots, ranks))
        return self

    def transform(self, values: Floats) -> Floats:
        """Rank-scale columns of shape (n, columns); beyond the quantiles the ends hold."""
        ranks = np.empty_like(values)
        for column, (knots, heights) in enumerate(self._curves):
            ranks[:, column] = np.interp(values[:, column], knots, heights)
        return ranks


class SongInputs:
    """Learns scales from a catalogue and lays a track out as one row of numbers of about unit size.

    The nine features are always there. Duration, year and popularity, and key with mode, are optional: an
    unknown one is all zeros, its "known" flag among them, which is also how one is hidden in training.

    Attributes:
        ranked: the columns of the nine features, rank-scaled to unit variance.
        optional: the columns of each optional quantity, for hiding it.
    """

    ranked: slice
    optional: tuple[slice, ...]

    def fit(self, columns: SongColumns) -> "SongInputs":
        """Learn means, deviations and quantiles from n tracks."""
        sound, extras = _views(columns), _extras(columns)
        self._mean, self._scale = sound.mean(axis=0), _nonzero(sound.std(axis=0))
        self._ranks = QuantileRanks().fit(sound[:, :9])
        known = ~np.isnan(extras)
        filled = [
            column[seen] if seen.any() else np.zeros(1)
            for column, seen in zip(extras.T, known.T, strict=True)
        ]
        self._extra_mean = np.array([column.mean() for column in filled])
        self._extra_scale = _nonzero(np.array([column.std() for column in filled]))
        self._extra_ranks = [QuantileRanks().fit(column[:, None]) for column in filled]
        start = sound.shape[1] + 9
        self.ranked = slice(sound.shape[1], start)
        self.optional = (
            *(slice(start + 3 * place, start + 3 * place + 3) for place in range(extras.shape[1])),
            slice(start + 3 * extras.shape[1], start + 3 * extras.shape[1] + 13),
        )
        return self

    def transform(self, columns: SongColumns) -> Floats32:
        """Lay out n tracks as shape (n, p), never NaN."""
        sound, extras = _views(columns), _extras(columns)
        rows = np.zeros((len(sound), self.optional[-1].stop), np.float32)
        rows[:, : self.ranked.start] = np.clip((sound - self._mean) / self._scale, -CLIP, CLIP)
        rows[:, self.ranked] = SPREAD * self._ranks.transform(sound[:, :9])
        for place, span in enumerate(self.optional[:-1]):
            values = extras[:, place]
            known = ~np.isnan(values)
            if known.any():
                values = np.where(known, values, self._extra_mean[place])
                standard = (values - self._extra_mean[place]) / self._extra_scale[place]
                ranks = self._extra_ranks[place].transform(values[:, None])[:, 0]
                block = np.stack(
                    [np.clip(standard, -CLIP, CLIP), SPREAD * ranks, np.ones(len(values))], axis=1
                )
                rows[:, span] = block * known[:, None]
        known = columns.key >= 0
        span = self.optional[-1]
        pitch = span.start + np.where(known, columns.key, 0).astype(np.intp) % 12
        rows[np.flatnonzero(known), pitch[known]] = 1.0
        rows[:, span.stop - 1] = np.nan_to_num(columns.mode * 2.0 - 1.0) * known
        return rows


def _views(columns: SongColumns) -> Floats:
    """Shape (n, 13): the nine features, tempo on a log scale, and log views of those that crowd near zero."""
    acoustic, dance, energy, instrumental, live, loud, speech, tempo, valence = columns.features.T
    return np.stack(
        [
            acoustic,
            dance,
            energy,
            instrumental,
            live,
            loud,
            speech,
            np.log(tempo + 30.0),
            valence,
            np.log(acoustic + 1e-3),
            np.log(instrumental + 1e-5),
            np.log(live + 0.02),
            np.log(speech + 0.01),
        ],
        axis=1,
    )


def _extras(columns: SongColumns) -> Floats:
    """Shape (n, 3): log duration (held to 5 seconds - 50 minutes), year, popularity; NaN where unknown."""
    return np.stack(
        [np.log(np.clip(columns.duration_ms, 5e3, 3e6)), columns.release_year, columns.popularity], axis=1
    )


def _nonzero(scale: Floats) -> Floats:
    return np.where(scale > 1e-12, scale, 1.0)
