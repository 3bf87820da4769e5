"""Draws the song map as PNG, for dark backgrounds such as Discord's."""

import colorsys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ml.serving.song_map import SongMap

WIDTH, HEIGHT = 960, 600
MARGIN = 44
"""Pixels between the outermost songs and the edge."""

_SHARPER = 2
_BACKGROUND = (24, 25, 30)
_INK = (240, 241, 244)
_SEED = (255, 255, 255)
_PICK = (255, 209, 102)
_HUES = (0.57, 0.92, 0.30, 0.09, 0.74, 0.47, 0.01, 0.15, 0.64, 0.83)
_ROOM = 29.0
"""Pixels between the middles of two marks."""
_PUSHES = 60
_LABEL = 30
"""Characters of a title on the map."""

Box = tuple[float, float, float, float]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


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


@dataclass(frozen=True, slots=True)
class Backdrop:
    """The background with the catalogue, drawn once per model.

    Attributes:
        picture: RGB.
        palette: 256 colours of background and marks; a third of the size of full colour.
    """

    picture: Image.Image
    palette: Image.Image


def backdrop(songs: SongMap, clusters: NDArray[np.int32]) -> Backdrop:
    """Draw the catalogue as a point cloud with a colour and a name per region.

    Args:
        songs: the model's map.
        clusters: (n,), the cluster of each song, in the order of the map's coordinates.
    """
    light = np.zeros((HEIGHT, WIDTH, 3))
    points, regions_of = songs.drawn(clusters)
    across, down = _pixels(points)
    colours = np.array([_colour(region) for region in range(len(songs.regions))])
    np.add.at(light, (down, across), colours[regions_of])
    per_pixel = len(points) / (WIDTH * HEIGHT)
    glow = _blurred(light, 16.0) / max(per_pixel, 1e-9)
    dots = _blurred(light, 1.1)
    # Saturate added light, so that dense regions stay coloured.
    shine = 1.0 - np.exp(-(0.05 * glow + 3.0 * np.minimum(dots, 0.4)))
    canvas = np.array(_BACKGROUND) / 255.0
    picture = Image.fromarray((255.0 * (canvas + (1.0 - canvas) * shine)).clip(0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    taken: list[Box] = []
    for region in sorted(songs.regions, key=lambda region: -region.share):
        label, font = drawable(region.name).upper(), _font(20)
        x, y = _pixel(region.x, region.y)
        half = font.getlength(label) / 2 + 8
        x = min(max(x, half), WIDTH - half)
        box = _box(x - font.getlength(label) / 2, y - 12, font.getlength(label), 24)
        if label and region.share > 0.01 and not any(_meet(box, other) for other in taken):
            taken.append(box)
            draw.text((x, y), label, (200, 203, 210), font, "mm", stroke_width=4, stroke_fill=_BACKGROUND)
    return Backdrop(picture, _palette(picture))


def marked_map(behind: Backdrop, marks: Sequence[Mark], *, joined: bool = False) -> bytes:
    """Draw marks on the backdrop.

    Args:
        behind: the result of `backdrop`; not modified.
        marks: the last one is drawn on top.
        joined: whether consecutive marks are joined by a line.

    Returns:
        a PNG of 960 x 600 pixels.
    """
    size = (WIDTH * _SHARPER, HEIGHT * _SHARPER)
    sheet = Image.new("RGBA", size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(sheet)
    positions = _spread(_SHARPER * np.array([_pixel(mark.x, mark.y) for mark in marks]))
    if joined:
        line = _curve(positions)
        draw.line(line, (0, 0, 0, 150), 7 * _SHARPER, joint="curve")
        draw.line(line, (*_PICK, 255), 3 * _SHARPER, joint="curve")
    reach = 24 * _SHARPER
    taken = [_box(x - reach / 2, y - reach / 2, reach, reach) for x, y in positions]
    for mark, (x, y) in zip(marks, positions, strict=True):
        _mark(draw, mark, x, y)
    for mark, (x, y) in zip(marks, positions, strict=True):
        _label(draw, drawable(mark.label), x, y, taken, chief=mark.chief)
    picture = Image.alpha_composite(
        behind.picture.convert("RGBA"), sheet.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    ).convert("RGB")
    stream = BytesIO()
    picture.quantize(palette=behind.palette, dither=Image.Dither.NONE).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def drawable(text: str) -> str:
    """The text without letters missing in the built-in font, cut; empty if most letters are missing."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if " " <= c <= "~" or c in "’…")
    letters = [c for c in text if c.isalnum()]
    known = sum(1 for c in bare if c.isalnum())
    if not letters or known < 0.7 * len(letters):
        return ""
    line = " ".join(bare.split())
    return line if len(line) <= _LABEL else line[: _LABEL - 1].rstrip() + "…"


def _mark(draw: ImageDraw.ImageDraw, mark: Mark, x: float, y: float) -> None:
    colour = _SEED if mark.chief else _PICK
    if mark.number is None and mark.chief:
        star = _star(x, y, 16.0 * _SHARPER)
        draw.polygon(star, (*colour, 255), (0, 0, 0, 200), 2 * _SHARPER)
        return
    radius = (13.0 if mark.number is not None else 10.0) * _SHARPER
    draw.ellipse(
        [x - radius, y - radius, x + radius, y + radius], (*colour, 255), (0, 0, 0, 200), 2 * _SHARPER
    )
    if mark.number is not None:
        draw.text((x, y), str(mark.number), (10, 20, 20, 255), _font(17 * _SHARPER), "mm", stroke_width=1)


def _label(
    draw: ImageDraw.ImageDraw, text: str, x: float, y: float, taken: list[Box], *, chief: bool
) -> None:
    """Place the label where there is room: right, left, above, below, then further away."""
    if not text:
        return
    font, gap, height = _font(23 * _SHARPER), 21 * _SHARPER, 28 * _SHARPER
    width = font.getlength(text)
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
        if not any(_meet(_box(left, top, width, height), other) for other in taken)
    ]
    if not (free or inside):
        return
    left, top = (free or inside)[0]
    taken.append(_box(left, top, width, height))
    pad = 5 * _SHARPER
    draw.rounded_rectangle(
        [left - pad, top - pad / 2, left + width + pad, top + height + pad / 2], 2 * pad, (12, 13, 16, 190)
    )
    draw.text((left, top + height / 2), text, (*(_INK if chief else _PICK), 255), font, "lm")


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


def _palette(picture: Image.Image) -> Image.Image:
    """The backdrop's 208 most common colours, and shades between the marks' colours and black."""
    found = (picture.quantize(208, Image.Quantize.MEDIANCUT).getpalette() or [])[: 3 * 208]
    shades = np.linspace(0.06, 1.0, 24)[:, None]
    marks = np.concatenate([shades * np.array(colour) for colour in (_SEED, _PICK)]).round().astype(int)
    held = Image.new("P", (1, 1))
    held.putpalette([*found, *marks.ravel().tolist()])
    return held


def _colour(region: int) -> tuple[float, float, float]:
    return colorsys.hls_to_rgb(_HUES[region % len(_HUES)], 0.6, 0.95)


def _blurred(light: NDArray[np.float64], radius: float) -> NDArray[np.float64]:
    """Apply a periodic Gaussian blur to each channel; the dark edges hide the wrap-around."""
    down = np.fft.fftfreq(light.shape[0])[:, None]
    across = np.fft.rfftfreq(light.shape[1])[None, :]
    response = np.exp(-2.0 * (np.pi * radius) ** 2 * (down**2 + across**2))[:, :, None]
    spread: NDArray[np.float64] = np.fft.irfft2(
        np.fft.rfft2(light, axes=(0, 1)) * response, light.shape[:2], axes=(0, 1)
    )
    return spread


def _pixels(points: NDArray[np.floating]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    across = MARGIN + points[:, 0] * (WIDTH - 1 - 2 * MARGIN)
    down = MARGIN + (1.0 - points[:, 1]) * (HEIGHT - 1 - 2 * MARGIN)
    return across.round().astype(np.intp), down.round().astype(np.intp)


def _pixel(x: float, y: float) -> tuple[float, float]:
    return MARGIN + x * (WIDTH - 1 - 2 * MARGIN), MARGIN + (1.0 - y) * (HEIGHT - 1 - 2 * MARGIN)


def _box(left: float, top: float, width: float, height: float) -> Box:
    return left, top, left + width, top + height


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _font(points: float) -> Font:
    return ImageFont.load_default(points)
