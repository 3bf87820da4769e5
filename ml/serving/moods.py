"""Moods: target values for some features."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.features import FEATURE_NAMES, FEATURE_RANGES, InvalidFeatures
from ml.serving.recommender import Recommender
from ml.serving.seeds import Excluded

Floats = NDArray[np.float64]

CONSIDERED = 12
"""Songs nearest to the mood that are looked at, for each that is wanted."""
ANCHORS = 3
"""The song that gives the flavour is drawn from the nearest third of them."""
KNOWN_WEIGHT = 0.25
"""What being known by everybody is worth, in standard deviations from the mood."""

PRESETS: Mapping[str, Mapping[str, float]] = {
    "focus": {"instrumentalness": 0.85, "energy": 0.45, "speechiness": 0.04, "liveness": 0.1},
    "party": {"danceability": 0.8, "energy": 0.8, "valence": 0.75, "loudness": -4.5},
    "workout": {"energy": 0.93, "tempo": 135.0, "loudness": -4.0, "danceability": 0.65},
    "chill": {"energy": 0.35, "valence": 0.4, "acousticness": 0.5, "danceability": 0.6, "loudness": -11.0},
    "sleep": {"energy": 0.12, "acousticness": 0.9, "loudness": -18.0, "tempo": 80.0, "instrumentalness": 0.5},
    "happy": {"valence": 0.93, "energy": 0.7, "danceability": 0.7},
    "sad": {"valence": 0.15, "energy": 0.3, "acousticness": 0.6, "tempo": 90.0},
    "angry": {"energy": 0.96, "valence": 0.2, "loudness": -3.5, "acousticness": 0.01},
    "acoustic": {"acousticness": 0.9, "energy": 0.35, "instrumentalness": 0.0, "liveness": 0.12},
    "road trip": {"energy": 0.75, "valence": 0.65, "danceability": 0.55, "tempo": 122.0, "acousticness": 0.1},
}


def checked(wanted: Mapping[str, float]) -> Mapping[str, float]:
    """Validate that every value is a number within its feature's range.

    Raises:
        InvalidFeatures: one is not, or no feature has this name.
    """
    for name, value in wanted.items():
        low, high = FEATURE_RANGES.get(name, (1.0, 0.0))
        if not low <= value <= high:
            raise InvalidFeatures(f"{name} is {value!r}, not a number from {low:g} to {high:g}")
    return wanted


def away_from_mood(features: NDArray[np.floating], wanted: Mapping[str, float], scale: Floats) -> Floats:
    """Distances of n songs to a mood: the root mean square of z-scored differences, shape (n,).

    Features without a target are ignored.

    Args:
        features: (n, 9). scale: (9,), the standard deviations over the catalogue.
        wanted: at least one feature with its value.
    """
    columns = [FEATURE_NAMES.index(name) for name in wanted]
    differences = (features[:, columns] - np.array(list(wanted.values()))) / scale[columns]
    away: Floats = np.sqrt((differences**2).mean(axis=1))
    return away


@dataclass(frozen=True)
class FeatureTable:
    """Features of songs, most popular first.

    Attributes:
        rows: (n,) catalogue rows. features: (n, 9). popularity: (n,), 0 to 1; 0 where unknown.
    """

    rows: NDArray[np.int64]
    features: NDArray[np.float32]
    popularity: NDArray[np.float32]

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]]) -> "FeatureTable":
        """From lines of row number, popularity (0 to 100 or None) and nine features."""
        numbers = np.array(
            [[0.0 if value is None else value for value in row] for row in rows], dtype=np.float64
        ).reshape(len(rows), 2 + len(FEATURE_NAMES))
        return cls(
            numbers[:, 0].astype(np.int64),
            numbers[:, 2:].astype(np.float32),
            (numbers[:, 1] / 100.0).astype(np.float32),
        )


def of_mood(
    recommender: Recommender,
    table: FeatureTable,
    wanted: Mapping[str, float],
    count: int,
    per_artist: int,
    excluded: Excluded,
    rng: np.random.Generator,
) -> list[int]:
    """Rows of similar songs near a mood.

    Of the songs nearest to the mood one is drawn; the others are those that are near to the mood and to that
    one, a well-known song a little before an unknown one. So each draw has a flavour of its own, where the
    nearest songs alone would be a jumble of genres, the same every time.

    Args:
        wanted: at least one feature with its value.
        per_artist: the maximum number of songs per artist.
    """
    away = away_from_mood(table.features, wanted, recommender.bundle.scale)
    nearest = np.argsort(away, kind="stable")[: CONSIDERED * count]
    away_of = dict(zip(table.rows[nearest].tolist(), away[nearest].tolist(), strict=True))
    known_of = dict(zip(table.rows[nearest].tolist(), table.popularity[nearest].tolist(), strict=True))
    found = recommender.allowed_versions(list(away_of), excluded)
    rows = list(found.values())
    if not rows:
        return []
    points = recommender.points_of(rows)
    anchor = points[int(rng.integers(max(1, len(rows) // ANCHORS)))]
    apart = np.linalg.norm(points - anchor, axis=1) / (recommender.usual_distance or 1.0)
    score = apart + [away_of[row] - KNOWN_WEIGHT * known_of[row] for row in found]
    heard: Counter[int | None] = Counter()
    chosen: list[int] = []
    for at in np.argsort(score, kind="stable").tolist():
        artist = recommender.artist_of_row(rows[at])
        if heard[artist] < per_artist and len(chosen) < count:
            heard[artist] += 1
            chosen.append(rows[at])
    return chosen
