"""Directions for the next song, relative to the seed: calmer, older, less famous."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal, NamedTuple

from bot.domain.tracks import Track
from ml.serving.genre_table import region_of

Direction = Literal["calmer", "energy", "happier", "sadder", "older", "newer", "less famous", "language"]

_DIGITS: Mapping[str, Direction] = {
    "3": "calmer",
    "4": "energy",
    "5": "happier",
    "6": "sadder",
    "7": "older",
    "8": "newer",
    "9": "less famous",
    "0": "language",
}
"""The digits in a `custom_id`; 1 and 2 stand for the preferred songs (`Familiarity`)."""
DIGIT_OF: Mapping[Direction, str] = {direction: digit for digit, direction in _DIGITS.items()}


class _Scale(NamedTuple):
    """A value of songs along which two directions lead apart.

    Attributes:
        step: a full step: about half a standard deviation of popular music.
        value: None if unknown.
    """

    down: Direction
    up: Direction | None
    step: float
    value: Callable[[Track], float | None]


_SCALES = (
    _Scale("calmer", "energy", 0.1, lambda track: track.features.energy if track.features else None),
    _Scale("sadder", "happier", 0.12, lambda track: track.features.valence if track.features else None),
    _Scale("older", "newer", 4, lambda track: track.release_year or None),
    _Scale("less famous", None, 12, lambda track: track.popularity or None),
)
_SCALE_OF = {direction: scale for scale in _SCALES for direction in (scale.down, scale.up) if direction}


@dataclass(frozen=True, slots=True)
class Steering:
    """The directions asked for, in order.

    Attributes:
        directions: never both of an opposite pair.
    """

    directions: tuple[Direction, ...] = ()

    @classmethod
    def from_code(cls, code: str) -> "Steering":
        """Decode the digits of a `custom_id`."""
        return cls(tuple(_DIGITS[digit] for digit in dict.fromkeys(code) if digit in _DIGITS))

    @property
    def code(self) -> str:
        """One digit per direction."""
        return "".join(DIGIT_OF[direction] for direction in self.directions)

    def pressed(self, direction: Direction) -> "Steering":
        """Add a direction, replacing its opposite; remove it if it is there already."""
        scale = _SCALE_OF.get(direction)
        gone = (scale.down, scale.up) if scale else (direction,)
        left = tuple(one for one in self.directions if one not in gone)
        return Steering(left if direction in self.directions else (*left, direction))

    def chosen(self, directions: Sequence[Direction]) -> "Steering":
        """With exactly these directions; of an opposite pair the one that is new."""
        steering = Steering(tuple(one for one in self.directions if one in directions))
        for direction in directions:
            if direction not in self.directions:
                steering = steering.pressed(direction)
        return steering


NOT_STEERED = Steering()


def measure(track: Track, direction: Direction) -> float | None:
    """A song's value along a direction, in the direction's own unit; None if unknown."""
    if direction == "language" or (value := _SCALE_OF[direction].value(track)) is None:
        return None
    return value if direction == _SCALE_OF[direction].up else -value


def goes(track: Track, direction: Direction, *others: Track) -> float | None:
    """How far a song lies in a direction from each of the others; 1 or more is a full step.

    None if it does not, or if that is unknown. Languages are guessed from title and genres.
    """
    if direction == "language":
        own = language_of(track)
        return 1.0 if own is not None and all(own not in _languages(other) for other in others) else None
    own_measure = measure(track, direction)
    known = [value for other in others if (value := measure(other, direction)) is not None]
    if own_measure is None or not known or own_measure <= max(known):
        return None
    return (own_measure - max(known)) / _SCALE_OF[direction].step


def furthest_half(tracks: Sequence[Track], steering: Steering) -> Sequence[Track]:
    """The half of some songs that is furthest in each direction; all of them where that is unknown."""
    left = tracks
    for direction in steering.directions:
        known = [(value, track) for track in left if (value := measure(track, direction)) is not None]
        if known:
            middle = median(value for value, _ in known)
            left = [track for value, track in known if value >= middle]
    return left


_SCRIPTS: tuple[tuple[str, str, str], ...] = (
    ("\uac00", "\ud7af", "east asian"),
    ("\u3040", "\u30ff", "east asian"),
    ("\u4e00", "\u9fff", "east asian"),
    ("\u0e00", "\u0e7f", "thai"),
    ("\u0900", "\u0dff", "south asian"),
    ("\u0600", "\u06ff", "middle eastern"),
    ("\u0590", "\u05ff", "middle eastern"),
    ("\u0400", "\u04ff", "cyrillic"),
    ("\u0370", "\u03ff", "greek"),
)


def language_of(track: Track) -> str | None:
    """The languages that a song's script or all of its genres point to, as one name; else None."""
    script = _script_of(track)
    languages = {script} if script else {region_of(genre) for genre in track.genres}
    return languages.pop() if len(languages) == 1 else None


def _languages(track: Track) -> set[str | None]:
    """Every language that a song's script or one of its genres points to."""
    return {_script_of(track), *(region_of(genre) for genre in track.genres)}


def _script_of(track: Track) -> str | None:
    for letter in track.title:
        for first, last, name in _SCRIPTS:
            if first <= letter <= last:
                return name
    return None


def direction_of(digit: str) -> Direction:
    """The direction of one digit of a `custom_id`."""
    return _DIGITS[digit]
