"""The audio features of a track, shared by training and serving.

Uses the standard library only, so that every layer can import it cheaply.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields


class InvalidFeatures(ValueError):
    """A feature is missing, not a finite number, or outside its range."""


FEATURE_RANGES: Mapping[str, tuple[float, float]] = {
    "acousticness": (0.0, 1.0),
    "danceability": (0.0, 1.0),
    "energy": (0.0, 1.0),
    "instrumentalness": (0.0, 1.0),
    "liveness": (0.0, 1.0),
    "loudness": (-60.0, 10.0),  # dB; some real masters exceed 0
    "speechiness": (0.0, 1.0),
    "tempo": (0.0, 260.0),  # beats per minute; 0 is "none found" (speech, noise)
    "valence": (0.0, 1.0),
}
"""Closed ranges, in the order of the features in every vector."""

FEATURE_NAMES: tuple[str, ...] = tuple(FEATURE_RANGES)

FEATURE_WORDS: Mapping[str, tuple[str, str]] = {
    "acousticness": ("electric", "acoustic"),
    "danceability": ("hard to dance to", "danceable"),
    "energy": ("mellow", "high-energy"),
    "instrumentalness": ("vocal", "instrumental"),
    "liveness": ("studio", "live-sounding"),
    "loudness": ("quiet", "loud"),
    "speechiness": ("without spoken words", "full of spoken words"),
    "tempo": ("slow", "fast"),
    "valence": ("dark", "bright"),
}
"""What a low and a high value of each feature sounds like; translated wherever people read it."""


@dataclass(frozen=True, slots=True)
class AudioFeatures:
    """The nine features given by every source (in [0, 1] except loudness in dB and tempo in BPM).

    Raises:
        InvalidFeatures: a value is not finite or outside `FEATURE_RANGES`.
    """

    acousticness: float
    danceability: float
    energy: float
    instrumentalness: float
    liveness: float
    loudness: float
    speechiness: float
    tempo: float
    valence: float

    def __post_init__(self) -> None:
        for value, (name, (low, high)) in zip(self.vector(), FEATURE_RANGES.items(), strict=True):
            # Runs for every catalogue row that is read; NaN fails the comparison.
            if not (type(value) is float or isinstance(value, int)) or not low <= value <= high:
                raise InvalidFeatures(f"{name} is {value!r}, not a number from {low:g} to {high:g}")

    def vector(self) -> tuple[float, ...]:
        """The nine values in the order of `FEATURE_NAMES`."""
        return (
            self.acousticness,
            self.danceability,
            self.energy,
            self.instrumentalness,
            self.liveness,
            self.loudness,
            self.speechiness,
            self.tempo,
            self.valence,
        )

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> "AudioFeatures":
        """Read the nine features from a mapping; other keys are ignored.

        Raises:
            InvalidFeatures: one is absent, not a number, or out of range.
        """
        numbers: list[float] = []
        for field in fields(cls):
            raw = values.get(field.name)
            if not isinstance(raw, int | float | str) or isinstance(raw, bool):
                raise InvalidFeatures(f"{field.name} is {raw!r}, not a number")
            try:
                numbers.append(float(raw))
            except ValueError as error:
                raise InvalidFeatures(f"{field.name} is {raw!r}, not a number") from error
        return cls(*numbers)
