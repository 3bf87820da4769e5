"""Wishes: the genres, sounds, occasions, years and marks that somebody asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, cast, get_args

PartKind = Literal["sound", "genre", "years", "mark", "like"]
Mark = Literal["vocals", "instrumental", "live", "known", "hidden", "new", "old"]

_SOUNDS: Mapping[str, Mapping[str, float]] = {
    "calm": {"energy": -1.3, "loudness": -0.8},
    "energetic": {"energy": 1.2, "loudness": 0.7},
    "happy": {"valence": 1.3},
    "lively": {"energy": 1.0, "valence": 0.7},
    "sad": {"valence": -1.2, "energy": -0.5},
    "dark": {"valence": -1.3},
    "angry": {"energy": 1.3, "valence": -0.8, "loudness": 0.7},
    "fast": {"tempo": 1.2, "energy": 0.6},
    "slow": {"tempo": -1.1, "energy": -0.7},
    "danceable": {"danceability": 1.0, "energy": 0.5, "valence": 0.3},
    "acoustic": {"acousticness": 1.3, "energy": -0.4},
    "electric": {"acousticness": -0.9},
    "romantic": {"energy": -0.5, "acousticness": 0.4},
    "dreamy": {"energy": -0.7, "instrumentalness": 0.4},
    "epic": {"energy": 0.3, "valence": -0.6},
}
OCCASIONS: Mapping[str, Mapping[str, float]] = {
    "sleep": {"energy": -1.6, "loudness": -1.1, "acousticness": 1.0, "speechiness": -0.4},
    "focus": {"energy": -0.7, "instrumentalness": 0.7, "speechiness": -0.5},
    "party": {"danceability": 0.9, "energy": 0.8, "valence": 0.7},
    "workout": {"energy": 1.3, "tempo": 0.5, "loudness": 0.7},
    "drive": {"energy": 0.5, "valence": 0.3},
    "rain": {"energy": -0.8, "valence": -0.4, "acousticness": 0.4},
    "summer": {"valence": 0.9, "danceability": 0.5},
    "night": {"energy": -0.3, "valence": -0.4},
    "morning": {"energy": -0.5, "valence": 0.4, "acousticness": 0.4},
    "dinner": {"energy": -0.6, "acousticness": 0.5, "speechiness": -0.3},
    "cooking": {"valence": 0.6, "danceability": 0.5, "energy": 0.2},
    "walk": {"energy": -0.2, "valence": 0.4, "acousticness": 0.2},
    "winter": {"energy": -0.6, "acousticness": 0.5, "valence": -0.1},
    "meditation": {"energy": -1.5, "loudness": -1.0, "instrumentalness": 0.8, "acousticness": 0.6},
}
"""Sounds that tell when the music is heard; other words about the sound override them."""
SOUNDS: Mapping[str, Mapping[str, float]] = {**_SOUNDS, **OCCASIONS}
"""The target features of a sound or an occasion, in standard deviations from the catalogue's mean."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that was asked for.

    Attributes:
        kind: what `value` is: a name of `SOUNDS`, a genre of the catalogue, years ("1990-1999"), a `Mark`, or
            the song or artist that the music is to be like.
        negated: whether it is not wanted.
        guess: whether it was found by similarity of meaning, not in the vocabulary.
    """

    kind: PartKind
    value: str
    negated: bool = False
    guess: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """A parsed wish.

    Attributes:
        parts: in the order in which they were said, each once.
        unknown: words that were not understood.
    """

    parts: tuple[Part, ...] = ()
    unknown: tuple[str, ...] = ()

    @classmethod
    def from_code(cls, code: str) -> "Wish":
        """Decode a `code`, which lacks the unknown words."""
        parts = []
        for piece in filter(None, code.split(";")):
            kind, _, value = piece.partition(":")
            if kind in get_args(PartKind):
                parts.append(
                    Part(cast(PartKind, kind), value.removeprefix("-"), negated=value.startswith("-"))
                )
        return cls(tuple(parts))

    @property
    def code(self) -> str:
        """The parts in one line, such as `sound:calm;genre:jazz;mark:-vocals`."""
        return ";".join(
            f"{part.kind}:{'-' if part.negated else ''}{part.value.replace(';', ' ')}" for part in self.parts
        )

    def of(self, kind: str, *, negated: bool = False) -> list[str]:
        """The values of one kind."""
        return [part.value for part in self.parts if part.kind == kind and part.negated == negated]

    def has(self, kind: str, value: str, *, negated: bool = False) -> bool:
        return value in self.of(kind, negated=negated)

    def without(self, number: int) -> "Wish":
        """The wish without one of its parts."""
        return replace(self, parts=self.parts[:number] + self.parts[number + 1 :])

    @property
    def no_vocals(self) -> bool:
        return self.has("mark", "vocals", negated=True) or self.has("mark", "instrumental")

    @property
    def years(self) -> tuple[int, int] | None:
        """The first and last year; None for any."""
        spans = [tuple(map(int, span.split("-"))) for span in self.of("years")]
        return (min(span[0] for span in spans), max(span[1] for span in spans)) if spans else None

    def targets(self) -> dict[str, float]:
        """The wanted features in standard deviations from the catalogue's mean.

        Sounds are added up; an occasion only fills in features of which nothing was said. What is not wanted
        counts in the other direction.
        """
        said: dict[str, float] = {}
        of_occasions: dict[str, float] = {}
        for part in self.parts:
            if part.kind != "sound":
                continue
            sums = of_occasions if part.value in OCCASIONS else said
            for feature, amount in SOUNDS[part.value].items():
                sums[feature] = sums.get(feature, 0.0) + (-amount if part.negated else amount)
        return {name: max(-2.0, min(2.0, amount)) for name, amount in {**of_occasions, **said}.items()}
