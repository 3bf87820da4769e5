"""The radar of a sound as the corners of an SVG, 320 units wide and 260 high."""

import math
from dataclasses import dataclass

from bot.i18n.marking import marked
from bot.i18n.translator import Translator
from bot.web.schemas import Sound

EDGE = 2.5
"""Standard deviations from the catalogue's mean at which the picture ends."""
WIDTH, HEIGHT = 320, 264
_REACH = 92.0
_TURN = 20.0
"""Degrees from the top to the first axis: so the long labels stand where there is room."""
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
    """One axis: where it ends, where the value lies, its label."""

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
    """What the template draws: rings and shape as `points` of polygons."""

    axes: tuple[Axis, ...]
    rings: tuple[str, ...]
    mean: str
    shape: str
    spoken: str


def radar(z_scores: Sound, translate: Translator) -> Radar:
    """A sound against the catalogue's mean, which is the dashed ring."""
    scores = z_scores.model_dump()
    axes = tuple(
        _axis(number, translate(_SHORT.get(name, name)), z, len(scores))
        for number, (name, z) in enumerate(scores.items())
    )
    ring = [_ring(len(axes), share) for share in (0.25, 0.5, 0.75, 1.0)]
    return Radar(
        axes,
        (ring[0], ring[2], ring[3]),
        ring[1],
        " ".join(f"{axis.x},{axis.y}" for axis in axes),
        ", ".join(f"{axis.label} {axis.z:+.1f}" for axis in axes),
    )


def _axis(number: int, label: str, z: float, count: int) -> Axis:
    share = (min(max(z, -EDGE), EDGE) + EDGE) / (2 * EDGE)
    end, at, beside = (_at(number, count, _REACH * part) for part in (1.0, share, 1.12))
    sideways = beside[0] - WIDTH / 2
    anchor = "middle" if abs(sideways) < 12 else "start" if sideways > 0 else "end"
    return Axis(label, *end, *at, beside[0], beside[1] + 4, anchor, z)


def _ring(count: int, share: float) -> str:
    corners = (_at(number, count, _REACH * share) for number in range(count))
    return " ".join(f"{x},{y}" for x, y in corners)


def _at(number: int, count: int, radius: float) -> tuple[float, float]:
    angle = math.radians(_TURN - 90.0 + 360.0 * number / count)
    return (
        round(WIDTH / 2 + radius * math.cos(angle), 1),
        round(HEIGHT / 2 + radius * math.sin(angle), 1),
    )
