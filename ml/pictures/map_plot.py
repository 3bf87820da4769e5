"""Draws marks on the map of songs as PNG, for dark backgrounds such as Discord's."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ml.pictures.map_canvas import HEIGHT, INK, PICK, SEED, WIDTH, Box, box, drawable, font, meet, pixels

_SHARPER = 2
_ROOM = 29.0
"""Pixels between the middles of two marks."""
_PUSHES = 60


@dataclass(frozen=True, slots=True)
class Mark:
    """A song on the map.

    Attributes:
        x, y: on the unit square (see `SongMap.at`).
        label: its title; letters missing in the built-in font are omitted.
        number: drawn inside the mark; None draws a star or a dot.
        chief: whether it is the query song, drawn as a star.
    """

    x: float
    y: float
    label: str = ""
    number: int | None = None
    chief: bool = False


def marked_map(backdrop: bytes, marks: Sequence[Mark], *, joined: bool = False) -> bytes:
    """Draw marks on the backdrop.

    Args:
        backdrop: the model's picture of the catalogue, a PNG with a palette.
        marks: the last one is drawn on top.
        joined: whether consecutive marks are joined by a line.

    Returns:
        a PNG of 960 x 600 pixels.
    """
    size = (WIDTH * _SHARPER, HEIGHT * _SHARPER)
    sheet = Image.new("RGBA", size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(sheet)
    positions = _spread(_SHARPER * pixels(np.array([(mark.x, mark.y) for mark in marks])))
    if joined:
        line = _curve(positions)
        draw.line(line, (0, 0, 0, 150), 7 * _SHARPER, joint="curve")
        draw.line(line, (*PICK, 255), 3 * _SHARPER, joint="curve")
    reach = 24 * _SHARPER
    taken = [box(x - reach / 2, y - reach / 2, reach, reach) for x, y in positions]
    for mark, (x, y) in zip(marks, positions, strict=True):
        _mark(draw, mark, x, y)
    for mark, (x, y) in zip(marks, positions, strict=True):
        _label(draw, drawable(mark.label), x, y, taken, chief=mark.chief)
    sheet = sheet.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    picture = Image.open(BytesIO(backdrop))
    marked = Image.alpha_composite(picture.convert("RGBA"), sheet).convert("RGB")
    covered = sheet.getchannel("A").point(lambda alpha: 255 if alpha else 0)
    picture.paste(marked.quantize(palette=picture, dither=Image.Dither.NONE), mask=covered)
    stream = BytesIO()
    picture.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _mark(draw: ImageDraw.ImageDraw, mark: Mark, x: float, y: float) -> None:
    colour = SEED if mark.chief else PICK
    if mark.number is None and mark.chief:
        star = _star(x, y, 16.0 * _SHARPER)
        draw.polygon(star, (*colour, 255), (0, 0, 0, 200), 2 * _SHARPER)
        return
    radius = (13.0 if mark.number is not None else 10.0) * _SHARPER
    draw.ellipse(
        [x - radius, y - radius, x + radius, y + radius], (*colour, 255), (0, 0, 0, 200), 2 * _SHARPER
    )
    if mark.number is not None:
        draw.text((x, y), str(mark.number), (10, 20, 20, 255), font(17 * _SHARPER), "mm", stroke_width=1)


def _label(
    draw: ImageDraw.ImageDraw, text: str, x: float, y: float, taken: list[Box], *, chief: bool
) -> None:
    """Place the label where there is room: right, left, above, below, then further away."""
    if not text:
        return
    written, gap, height = font(23 * _SHARPER), 21 * _SHARPER, 28 * _SHARPER
    width = written.getlength(text)
    places = []
    for far in (1.0, 1.8, 2.8):
        away = gap * far
        places += [
            (x + away, y - height / 2),
            (x - away - width, y - height / 2),
            (x - width / 2, y - away - height),
            (x - width / 2, y + away),
            (x + away, y - away - height / 2),
            (x + away, y + away - height / 2),
            (x - away - width, y - away - height / 2),
            (x - away - width, y + away - height / 2),
        ]
    edge = 6 * _SHARPER
    inside = [
        (left, top)
        for left, top in places
        if edge <= left <= WIDTH * _SHARPER - width - edge
        and edge <= top <= HEIGHT * _SHARPER - height - edge
    ]
    free = [
        (left, top)
        for left, top in inside
        if not any(meet(box(left, top, width, height), other) for other in taken)
    ]
    if not (free or inside):
        return
    left, top = (free or inside)[0]
    taken.append(box(left, top, width, height))
    pad = 5 * _SHARPER
    draw.rounded_rectangle(
        [left - pad, top - pad / 2, left + width + pad, top + height + pad / 2], 2 * pad, (12, 13, 16, 190)
    )
    draw.text((left, top + height / 2), text, (*(INK if chief else PICK), 255), written, "lm")


def _spread(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Move overlapping marks apart."""
    turns = 2.4 * np.arange(len(positions))  # marks at one point move in different directions
    positions = positions + 0.5 * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    for _ in range(_PUSHES):
        ways = positions[:, None] - positions[None, :]
        lengths = np.linalg.norm(ways, axis=2)
        overlap = np.maximum(_ROOM * _SHARPER - lengths, 0.0)
        np.fill_diagonal(overlap, 0.0)
        positions = positions + 0.25 * (ways * (overlap / np.maximum(lengths, 1e-6))[:, :, None]).sum(axis=1)
    edge = 20.0 * _SHARPER
    limits = np.array([WIDTH, HEIGHT]) * _SHARPER - edge
    pushed: NDArray[np.float64] = np.clip(positions, edge, limits)
    return pushed


def _curve(positions: NDArray[np.float64]) -> list[tuple[float, float]]:
    """A smooth curve through all points (Catmull-Rom)."""
    padded = np.concatenate([positions[:1], positions, positions[-1:]])
    share = np.linspace(0.0, 1.0, 16, endpoint=False)[:, None]
    pieces = []
    for before, start, end, after in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        pieces.append(
            0.5
            * (
                2.0 * start
                + (end - before) * share
                + (2.0 * before - 5.0 * start + 4.0 * end - after) * share**2
                + (3.0 * start - before - 3.0 * end + after) * share**3
            )
        )
    return [(float(x), float(y)) for x, y in np.concatenate([*pieces, positions[-1:]])]


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    turns = np.pi * (np.arange(10) / 5.0 - 0.5)
    reach = np.where(np.arange(10) % 2 == 0, radius, 0.45 * radius)
    corners = zip(x + reach * np.cos(turns), y + reach * np.sin(turns), strict=True)
    return [(float(right), float(below)) for right, below in corners]
