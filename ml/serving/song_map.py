"""The map of songs: where each stands in the directions of the model's space that carry most variance."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]

DRAWN_POINTS = 50_000
"""Of a larger catalogue a sample of as many songs is drawn behind the marks."""


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the map with a name of its own.

    Attributes:
        name: its commonest genre, or how it sounds where no genre is known.
        x, y: its middle, 0 to 1.
        share: of all songs.
    """

    name: str
    x: float
    y: float
    share: float


@dataclass(frozen=True)
class SongMap:
    """A model's space in three directions, laid out when the model was trained (see `ml.model.song_map`).

    Attributes:
        coordinates: (n, 3) float32, the catalogue in the unit cube, in the order of the model's arrays.
        regions: at most ten groups of neighbouring clusters.
        region_of_cluster: (k,), the region of each cluster.
        mean, directions, low, high: (d,), (d, 3), (3,), (3,), from a point to its coordinates.
    """

    coordinates: Floats32
    regions: tuple[Region, ...]
    region_of_cluster: NDArray[np.intp]
    mean: Floats
    directions: Floats
    low: Floats
    high: Floats

    def at(self, points: Floats32 | Floats) -> Floats:
        """Where (n, d) points of the scaled space lie in the unit cube, shape (n, 3)."""
        turned = (points - self.mean) @ self.directions
        cube: Floats = np.clip((turned - self.low) / (self.high - self.low), 0.0, 1.0)
        return cube

    def drawn(self, clusters: NDArray[np.int32]) -> tuple[Floats32, NDArray[np.intp]]:
        """The songs behind the marks: (m, 2) coordinates, and (m,) the region of each.

        Args:
            clusters: (n,), of the model's arrays.
        """
        rows = np.arange(len(clusters))
        if len(rows) > DRAWN_POINTS:
            rows = np.sort(np.random.default_rng(0).choice(len(rows), DRAWN_POINTS, replace=False))
        return self.coordinates[rows, :2], self.region_of_cluster[clusters[rows]]

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """Everything but the coordinates and the regions' names, for a file."""
        return {
            "map_mean": self.mean,
            "map_directions": self.directions,
            "map_low": self.low,
            "map_high": self.high,
            "region_of_cluster": self.region_of_cluster,
        }

    def regions_as_json(self) -> list[dict[str, Any]]:
        """The regions, for a file."""
        return [asdict(region) for region in self.regions]

    @classmethod
    def from_arrays(
        cls, coordinates: Floats32, arrays: Mapping[str, NDArray[np.generic]], regions: Sequence[Any]
    ) -> "SongMap":
        """The same from `to_arrays` and `regions_as_json`.

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
