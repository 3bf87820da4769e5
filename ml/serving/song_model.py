"""The served model: feature step, scaler and KMeans, as arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.arrays import Floats, Floats32
from ml.serving.artist_context import ArtistContext
from ml.serving.estimators import Arrays, FittedKMeans, FittedScaler, arrays_of, fitted_from
from ml.serving.feature_step import FeatureStep
from ml.songs import SongColumns


@dataclass(frozen=True)
class SongModel:
    """A song's point in the scaled space and its cluster."""

    feature_step: FeatureStep
    scaler: FittedScaler
    kmeans: FittedKMeans

    @property
    def centers(self) -> Floats:
        """The centroids, shape (k, d)."""
        return self.kmeans.cluster_centers

    @property
    def n_clusters(self) -> int:
        """How many clusters there are; labels run from 0 to n_clusters - 1."""
        return len(self.centers)

    def transform(self, columns: SongColumns, context: ArtistContext | None = None) -> Floats32:
        """The points of n tracks in the scaled space, shape (n, d).

        Args:
            columns: n tracks; only the nine features are needed.
            context: of the same tracks, where others by their artists are known (`feature_step.context_of`).
        """
        points = self.scaler.transform(self.feature_step.transform(columns, context))
        return points.astype(np.float32)

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """Everything as named arrays, for a file."""
        return {
            **self.feature_step.to_arrays(),
            **arrays_of(self.scaler, "scaler_"),
            **arrays_of(self.kmeans),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "SongModel":
        """The same from `to_arrays`.

        Raises:
            KeyError: an array is missing.
            ValueError: the shapes do not fit together.
        """
        model = cls(
            FeatureStep.from_arrays(arrays),
            fitted_from(FittedScaler, arrays, "scaler_"),
            fitted_from(FittedKMeans, arrays),
        )
        if model.centers.shape[1] != model.feature_step.dimensions:
            raise ValueError("feature step and centroids differ in dimensions")
        return model
