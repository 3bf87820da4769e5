"""The space of a catalogue without labels: a projection that keeps an artist's songs together."""

import numpy as np
from numpy.typing import NDArray
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]

FEWEST_SONGS = 3
FEWEST_ARTISTS = 50
DIMENSIONS = 24


class ArtistProjection:
    """Linear discriminant analysis with artists as classes (Fisher 1936).

    Where fewer than fifty artists have three tracks there is nothing to learn from, and the inputs are kept
    as they are.
    """

    def fit(self, inputs: Floats32, artists: NDArray[np.intp]) -> "ArtistProjection":
        """Learn the projection from inputs of shape (n, p) and the number of each track's first artist."""
        self._mean = inputs.mean(axis=0, dtype=np.float64)
        self._turn = np.diag((inputs.std(axis=0) > 0).astype(np.float64))
        kept = np.bincount(artists)[artists] >= FEWEST_SONGS
        if len(np.unique(artists[kept])) >= FEWEST_ARTISTS:
            discriminant = LinearDiscriminantAnalysis(solver="svd").fit(
                inputs[kept].astype(np.float64), artists[kept]
            )
            turn: Floats = discriminant.scalings_[:, :DIMENSIONS]
            if turn.shape[1] and np.isfinite(turn).all():
                self._mean, self._turn = discriminant.xbar_, turn
        return self

    def transform(self, inputs: Floats32) -> Floats:
        """Project inputs of shape (n, p) to (n, d)."""
        projected: Floats = (inputs - self._mean) @ self._turn
        return projected
