"""The feature step: from a track's columns to the vector that the scaler is fed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.arrays import Floats, Floats32
from ml.serving.artist_context import ArtistContext
from ml.serving.estimators import (
    Arrays,
    FittedNetworks,
    FittedProjection,
    FittedQuantiles,
    FittedRegression,
    FittedScaler,
    arrays_of,
    fitted_from,
)
from ml.serving.song_inputs import RANKED, SongInputs
from ml.songs import SongColumns

SOUND_WEIGHT = 0.1
"""Weight of the rank-scaled nine features beside the chances; they keep the picks near in sound."""
CHUNK = 8_192


@dataclass(frozen=True)
class ProfileStep:
    """Adds an artist's profile to the point of a track.

    Attributes:
        expected: predicts the profile from the point, for artists without a known one.
        components: of point and profile side by side, to at most 64 numbers.
    """

    expected: FittedRegression
    components: FittedProjection

    def transform(self, points: Floats, profiles: NDArray[np.floating] | None) -> Floats:
        """Map n points by sound, shape (n, d), to points of the space.

        Args:
            points: shape (n, d).
            profiles: shape (n, p), NaN where unknown; None where all is.
        """
        expected = self.expected.predict(points)
        known = expected if profiles is None else np.where(np.isnan(profiles), expected, profiles)
        return self.components.transform(np.concatenate([points, known], axis=1))


@dataclass(frozen=True)
class FeatureStep:
    """Maps tracks into the learned space (learned in `ml.model.embedding`).

    Attributes:
        inputs: builds the inputs of the networks.
        networks: an ensemble for each kind of label; none for a catalogue without labels.
        projection: used instead of networks without labels.
        components: reduces all of that to a point by sound, at most 48 numbers.
        profiles: adds the artist's profile; None for a catalogue without labels.
    """

    inputs: SongInputs
    networks: tuple[FittedNetworks, ...]
    projection: FittedProjection | None
    components: FittedProjection
    profiles: ProfileStep | None = None

    @property
    def dimensions(self) -> int:
        """The number of dimensions of a point."""
        last = self.components if self.profiles is None else self.profiles.components
        return int(last.directions.shape[1])

    @property
    def profile_dimensions(self) -> int:
        """How many numbers an artist's profile has."""
        return 0 if self.profiles is None else len(self.profiles.expected.intercept)

    def transform(self, columns: SongColumns, context: ArtistContext | None = None) -> Floats:
        """Map n tracks to shape (n, d), float64, never NaN.

        Args:
            columns: n tracks; only the nine features are needed.
            context: of the same n tracks, where other tracks by their artists are known (see `context_of`).
        """
        points = self.by_sound(columns)
        points = points if context is None else context.blend(points)
        if self.profiles is None:
            return points
        return self.profiles.transform(points, None if context is None else context.profiles)

    def by_sound(self, columns: SongColumns) -> Floats:
        """Map n tracks to their points without the artist's profile, shape (n, d)."""
        points = np.empty((len(columns), self.components.directions.shape[1]))
        for start in range(0, len(columns), CHUNK):
            part = slice(start, start + CHUNK)
            inputs = self.inputs.transform(columns.take(part))
            points[part] = self.components.transform(self._wide(inputs))
        return points

    def context_of(self, others: SongColumns, profile: NDArray[np.floating] | None = None) -> ArtistContext:
        """The context of one track.

        Args:
            others: the other tracks by its artists.
            profile: shape (p,), what its first artist is known for; None where nothing is.
        """
        points = self.by_sound(others)
        profiles = None if profile is None else profile[None]
        return ArtistContext(points.mean(axis=0, keepdims=True), np.array([float(len(points))]), profiles)

    def _wide(self, inputs: Floats32) -> Floats:
        if self.projection is not None:
            return self.projection.transform(inputs)
        return side_by_side([networks.predict_proba(inputs) for networks in self.networks], inputs)

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """Export as named arrays."""
        arrays = {
            **arrays_of(self.inputs.scaler, "inputs_"),
            **arrays_of(self.inputs.ranks),
            **arrays_of(self.components, "components_"),
        }
        if self.projection is not None:
            arrays |= arrays_of(self.projection, "projection_")
        if self.profiles is not None:
            arrays |= arrays_of(self.profiles.expected, "expected_")
            arrays |= arrays_of(self.profiles.components, "joint_")
        for kind, networks in enumerate(self.networks):
            for layer, (weights, biases) in enumerate(zip(networks.weights, networks.biases, strict=True)):
                arrays |= {f"weights_{kind}_{layer}": weights, f"biases_{kind}_{layer}": biases}
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "FeatureStep":
        """Build from the arrays of `to_arrays`.

        Raises:
            KeyError: an array is missing.
        """
        networks: list[FittedNetworks] = []
        while f"weights_{(kind := len(networks))}_0" in arrays:
            layers = sum(name.startswith(f"weights_{kind}_") for name in arrays)
            networks.append(
                FittedNetworks(
                    tuple(arrays[f"weights_{kind}_{layer}"].astype(np.float32) for layer in range(layers)),
                    tuple(arrays[f"biases_{kind}_{layer}"].astype(np.float32) for layer in range(layers)),
                )
            )
        profiles = None
        if "joint_mean" in arrays:
            profiles = ProfileStep(
                fitted_from(FittedRegression, arrays, "expected_"),
                fitted_from(FittedProjection, arrays, "joint_"),
            )
        return cls(
            SongInputs(fitted_from(FittedScaler, arrays, "inputs_"), fitted_from(FittedQuantiles, arrays)),
            tuple(networks),
            None if networks else fitted_from(FittedProjection, arrays, "projection_"),
            fitted_from(FittedProjection, arrays, "components_"),
            profiles,
        )


def side_by_side(chances: Sequence[Floats32], inputs: Floats32) -> Floats:
    """The square roots of the chances of each kind of label, and the ranks of the nine features.

    Args:
        chances: for each kind shape (n, labels).
        inputs: shape (n, p), of `SongInputs`.
    """
    sound = SOUND_WEIGHT * inputs[:, RANKED]
    return np.concatenate([*(np.sqrt(chance) for chance in chances), sound], axis=1, dtype=np.float64)
