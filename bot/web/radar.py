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
    """One axis: its label, its end, the places of its value and of its label."""

    label: str
    end: Point
    value: Point
    beside: Point
    anchor: str


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
    labels = [translate(_SHORT.get(name, name)) for name in scores]
    axes = tuple(_axis(number, label, values[number]) for number, label in enumerate(labels))
    return Radar(
        axes,
        tuple(_points(ring(share, _MIDDLE, _RADIUS)) for share in RINGS),
        _points(ring(MEAN, _MIDDLE, _RADIUS)),
        _points(values),
        ", ".join(f"{label} {z:+.1f}" for label, z in zip(labels, scores.values(), strict=True)),
    )


def _axis(number: int, label: str, value: Point) -> Axis:
    end, (x, y) = (corner(number, part, _MIDDLE, _RADIUS) for part in (1.0, 1.12))
    sideways = x - _MIDDLE[0]
    anchor = "middle" if abs(sideways) < 12 else "start" if sideways > 0 else "end"
    return Axis(label, _rounded(end), _rounded(value), _rounded((x, y + 4)), anchor)


def _points(corners: Iterable[Point]) -> str:
    return " ".join(f"{x},{y}" for x, y in map(_rounded, corners))


def _rounded(point: Point) -> Point:
    return round(point[0], 1), round(point[1], 1)
