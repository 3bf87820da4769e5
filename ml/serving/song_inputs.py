"""The network inputs of a track: each feature standardised and rank-scaled."""

from dataclasses import dataclass

import numpy as np

from ml.arrays import Floats, Floats32
from ml.features import FEATURE_NAMES
from ml.serving.estimators import FittedQuantiles, FittedScaler
from ml.songs import SongColumns

CLIP = 5.0
SPREAD = float(np.sqrt(3.0))
"""Gives a uniform rank from -1 to 1 unit variance."""
SOUNDS, EXTRAS, PITCHES = 13, 3, 12
RANKED = slice(SOUNDS, SOUNDS + len(FEATURE_NAMES))
"""The columns of the nine features, rank-scaled to unit variance."""
OPTIONAL = (
    *(slice(RANKED.stop + 3 * place, RANKED.stop + 3 * place + 3) for place in range(EXTRAS)),
    slice(RANKED.stop + 3 * EXTRAS, RANKED.stop + 3 * EXTRAS + PITCHES + 1),
)
"""The columns of each optional quantity, for hiding it: duration, year, popularity, key with mode."""


@dataclass(frozen=True)
class SongInputs:
    """Builds one row of inputs of about unit scale per track.

    The nine features are required. Duration, year and popularity, and key with mode, are optional: an unknown
    one is all zeros, including its "known" flag; training hides inputs in the same way.

    Attributes:
        scaler: of the columns of `quantities`, shape (16,).
        ranks: of its first nine columns and its last three.
    """

    scaler: FittedScaler
    ranks: FittedQuantiles

    def transform(self, columns: SongColumns) -> Floats32:
        """Build inputs of shape (n, p), never NaN."""
        values = quantities(columns)
        standard = np.clip(self.scaler.transform(values), -CLIP, CLIP)
        ranks = SPREAD * (2.0 * self.ranks.transform(ranked(values)) - 1.0)
        rows = np.zeros((len(values), OPTIONAL[-1].stop), np.float32)
        rows[:, :SOUNDS] = standard[:, :SOUNDS]
        rows[:, RANKED] = ranks[:, : len(FEATURE_NAMES)]
        for place, span in enumerate(OPTIONAL[:-1]):
            known = ~np.isnan(values[:, SOUNDS + place])
            block = [standard[known, SOUNDS + place], ranks[known, len(FEATURE_NAMES) + place]]
            rows[known, span] = np.column_stack([*block, np.ones(len(block[0]))])
        known = columns.key >= 0
        span = OPTIONAL[-1]
        pitch = span.start + np.where(known, columns.key, 0).astype(np.intp) % PITCHES
        rows[np.flatnonzero(known), pitch[known]] = 1.0
        rows[:, span.stop - 1] = np.nan_to_num(columns.mode * 2.0 - 1.0) * known
        return rows


def quantities(columns: SongColumns) -> Floats:
    """The numbers that are scaled, shape (n, 16); the last three are NaN where unknown.

    The nine features with tempo on a log scale, log views of those that crowd near zero; then log duration
    (held to 5 seconds - 50 minutes), year, popularity.
    """
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
            np.log(np.clip(columns.duration_ms, 5e3, 3e6)),
            columns.release_year,
            columns.popularity,
        ],
        axis=1,
    )


def ranked(values: Floats) -> Floats:
    """Those of the `quantities` that are rank-scaled as well, shape (n, 12)."""
    return np.concatenate([values[:, : len(FEATURE_NAMES)], values[:, SOUNDS:]], axis=1)
