"""The space of a catalogue without labels: a projection that keeps an artist's songs together."""

from typing import Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from ml.arrays import Floats, Floats32, Rows
from ml.serving.estimators import FittedProjection

FEWEST_SONGS = 3
FEWEST_ARTISTS = 50
DIMENSIONS = 24


class ArtistProjection(TransformerMixin, BaseEstimator):
    """Linear discriminant analysis with artists as classes (Fisher 1936).

    Where fewer than fifty artists have three tracks there is nothing to learn from, and the inputs are kept
    as they are.

    Attributes:
        projection_: mean and directions, as they are served.
    """

    def fit(self, inputs: Floats32, artists: Rows) -> Self:
        """Learn the projection from inputs of shape (n, p) and the number of each track's first artist."""
        mean: Floats = inputs.mean(axis=0, dtype=np.float64)
        directions: Floats = np.diag((inputs.std(axis=0) > 0).astype(np.float64))
        repeated = np.bincount(artists)[artists] >= FEWEST_SONGS
        if len(np.unique(artists[repeated])) >= FEWEST_ARTISTS:
            discriminant = LinearDiscriminantAnalysis(solver="svd").fit(
                inputs[repeated].astype(np.float64), artists[repeated]
            )
            found: Floats = discriminant.scalings_[:, :DIMENSIONS]
            if found.shape[1] and np.isfinite(found).all():
                mean, directions = discriminant.xbar_, found
        self.projection_ = FittedProjection(mean, directions)
        return self

    def transform(self, inputs: Floats32) -> Floats:
        """Project inputs of shape (n, p) to (n, d)."""
        return self.projection_.transform(inputs)
