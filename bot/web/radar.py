"""Geometry of the radar chart, for an SVG 320 units wide and 264 high."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.i18n.marking import marked
from bot.i18n.translator import Translator
from bot.web.schemas import Sound
from ml.pictures.radar import MEAN, RINGS, Point, corner, ring, shape

_MIDDLE: Point = (160.0, 132.0)
_RADIUS = 92.0
_SHORT = {
    "acousticness": marked("acoustic"),
    "danceability": marked("danceable"),
    "instrumentalness": marked("instrumental"),
    "liveness": marked("live"),
    "loudness": marked("loud"),
    "speechiness": marked("speech"),
}


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: its end, its value's position, its label."""

    label: str
    end_x: float
    end_y: float
    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str
    z: float


@dataclass(frozen=True, slots=True)
class Radar:
    """Values for the template: rings and shape as `points` of polygons."""

    axes: tuple[Axis, ...]
    rings: tuple[str, ...]
    mean: str
    shape: str
    spoken: str


def radar(z_scores: Sound, translate: Translator) -> Radar:
    """The radar of a sound; the dashed ring is the catalogue's mean."""
    scores = z_scores.model_dump()
    values = shape(list(scores.values()), _MIDDLE, _RADIUS)
    axes = tuple(
        _axis(number, translate(_SHORT.get(name, name)), z, values[number])
        for number, (name, z) in enumerate(scores.items())
    )
    return Radar(
        axes,
        tuple(_points(ring(share, _MIDDLE, _RADIUS)) for share in RINGS),
        _points(ring(MEAN, _MIDDLE, _RADIUS)),
        _points(values),
        ", ".join(f"{axis.label} {axis.z:+.1f}" for axis in axes),
    )


def _axis(number: int, label: str, z: float, value: Point) -> Axis:
    end, beside = (corner(number, part, _MIDDLE, _RADIUS) for part in (1.0, 1.12))
    sideways = beside[0] - _MIDDLE[0]
    anchor = "middle" if abs(sideways) < 12 else "start" if sideways > 0 else "end"
    return Axis(label, *_rounded(end), *_rounded(value), *_rounded((beside[0], beside[1] + 4)), anchor, z)


def _points(corners: Iterable[Point]) -> str:
    return " ".join(f"{x},{y}" for x, y in map(_rounded, corners))


def _rounded(point: Point) -> Point:
    return round(point[0], 1), round(point[1], 1)
