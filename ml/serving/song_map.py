"""The map of songs in the first three principal components of the model's space."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.arrays import Floats, Floats32, Rows

PICTURE_SIZE = (960, 600)
"""Pixels of the map's picture."""


@dataclass(frozen=True, slots=True)
class Region:
    """A named region of the map.

    Attributes:
        name: its most common genre, or a distinctive feature if no genre is known.
        x, y: its centre, 0 to 1.
        share: the share of all songs.
    """

    name: str
    x: float
    y: float
    share: float


@dataclass(frozen=True)
class SongMap:
    """The map of a model, computed in training (see `ml.model.song_map`).

    Attributes:
        coordinates: (n, 3) float32, the catalogue in the unit cube, in the order of the model's arrays.
        regions: at most ten groups of neighbouring clusters.
        region_of_cluster: (k,), the region of each cluster.
        mean, directions, low, high: (d,), (d, 3), (3,), (3,), from a point to its coordinates.
    """

    coordinates: Floats32
    regions: tuple[Region, ...]
    region_of_cluster: Rows
    mean: Floats
    directions: Floats
    low: Floats
    high: Floats

    def at(self, points: Floats32 | Floats) -> Floats:
        """Map (n, d) points of the scaled space into the unit cube, shape (n, 3)."""
        turned = (points - self.mean) @ self.directions
        cube: Floats = np.clip((turned - self.low) / (self.high - self.low), 0.0, 1.0)
        return cube

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """Everything except the coordinates and the regions' names, for a file."""
        return {
            "map_mean": self.mean,
            "map_directions": self.directions,
            "map_low": self.low,
            "map_high": self.high,
            "region_of_cluster": self.region_of_cluster,
        }

    @classmethod
    def from_arrays(
        cls, coordinates: Floats32, arrays: Mapping[str, NDArray[np.generic]], regions: Sequence[Any]
    ) -> "SongMap":
        """The same from `to_arrays`, and the regions as JSON values.

        Raises:
            KeyError: something is missing.
        """
        return cls(
            coordinates,
            tuple(
                Region(str(raw["name"]), float(raw["x"]), float(raw["y"]), float(raw["share"]))
                for raw in regions
            ),
            arrays["region_of_cluster"].astype(np.intp),
            *(arrays[f"map_{name}"].astype(np.float64) for name in ("mean", "directions", "low", "high")),
        )
