"""The feature step: from a track's columns to the vector that the scaler is fed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.serving.artist_context import ArtistContext
from ml.serving.estimators import FittedNetworks, FittedProjection, FittedQuantiles, FittedScaler
from ml.serving.song_inputs import RANKED, SongInputs
from ml.songs import SongColumns

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Arrays = Mapping[str, NDArray[np.generic]]

SOUND_WEIGHT = 0.1
"""Weight of the rank-scaled nine features beside the chances; they keep the picks near in sound."""
CHUNK = 8_192


@dataclass(frozen=True)
class FeatureStep:
    """Maps tracks into the learned space (learned in `ml.model.embedding`).

    Attributes:
        inputs: builds the inputs of the networks.
        networks: an ensemble for each kind of label; none for a catalogue without labels.
        projection: used instead of networks there.
        components: the last step, to at most 48 numbers.
    """

    inputs: SongInputs
    networks: tuple[FittedNetworks, ...]
    projection: FittedProjection | None
    components: FittedProjection

    @property
    def dimensions(self) -> int:
        """The number of dimensions of a point."""
        return int(self.components.directions.shape[1])

    def transform(self, columns: SongColumns, context: ArtistContext | None = None) -> Floats:
        """Map n tracks to shape (n, d), float64, never NaN.

        Args:
            columns: n tracks; only the nine features are needed.
            context: of the same n tracks, where other tracks by their artists are known (see `context_of`).
        """
        points = np.empty((len(columns), self.dimensions))
        for start in range(0, len(columns), CHUNK):
            part = slice(start, start + CHUNK)
            inputs = self.inputs.transform(columns.take(part))
            points[part] = self.components.transform(self._wide(inputs))
        return points if context is None else context.blend(points)

    def context_of(self, others: SongColumns) -> ArtistContext:
        """The context of one track, from the other tracks by its artists."""
        points = self.transform(others)
        return ArtistContext(points.mean(axis=0, keepdims=True), np.array([float(len(points))]))

    def _wide(self, inputs: Floats32) -> Floats:
        if self.projection is not None:
            return self.projection.transform(inputs)
        return side_by_side([networks.predict_proba(inputs) for networks in self.networks], inputs)

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """Export as named arrays."""
        arrays: dict[str, NDArray[np.generic]] = {
            "inputs_mean": self.inputs.scaler.mean,
            "inputs_scale": self.inputs.scaler.scale,
            "quantiles": self.inputs.ranks.quantiles,
            "references": self.inputs.ranks.references,
            "components_mean": self.components.mean,
            "components_directions": self.components.directions,
        }
        if self.projection is not None:
            arrays |= {
                "projection_mean": self.projection.mean,
                "projection_directions": self.projection.directions,
            }
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

        def projection(name: str) -> FittedProjection:
            return FittedProjection(_floats(arrays[f"{name}_mean"]), _floats(arrays[f"{name}_directions"]))

        networks: list[FittedNetworks] = []
        while f"weights_{(kind := len(networks))}_0" in arrays:
            layers = sum(name.startswith(f"weights_{kind}_") for name in arrays)
            networks.append(
                FittedNetworks(
                    tuple(arrays[f"weights_{kind}_{layer}"].astype(np.float32) for layer in range(layers)),
                    tuple(arrays[f"biases_{kind}_{layer}"].astype(np.float32) for layer in range(layers)),
                )
            )
        return cls(
            SongInputs(
                FittedScaler(_floats(arrays["inputs_mean"]), _floats(arrays["inputs_scale"])),
                FittedQuantiles(_floats(arrays["quantiles"]), _floats(arrays["references"])),
            ),
            tuple(networks),
            None if networks else projection("projection"),
            projection("components"),
        )


def side_by_side(chances: Sequence[Floats32], inputs: Floats32) -> Floats:
    """The square roots of the chances of each kind of label, and the ranks of the nine features.

    Args:
        chances: for each kind shape (n, labels).
        inputs: shape (n, p), of `SongInputs`.
    """
    sound = SOUND_WEIGHT * inputs[:, RANKED]
    return np.concatenate([*(np.sqrt(chance) for chance in chances), sound], axis=1, dtype=np.float64)


def _floats(array: NDArray[np.generic]) -> Floats:
    return array.astype(np.float64)
