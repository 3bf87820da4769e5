"""Draws radar charts of clusters as PNG, for dark backgrounds such as Discord's."""

import math
from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageDraw

from ml.pictures.map_canvas import Font, font
from ml.pictures.radar import AXES, MEAN, RINGS, Point, corner, ring, shape
from ml.serving.profiles import ClusterProfile

_SHARPER = 3
"""Pictures are drawn so many times larger and shrunk: Pillow's lines are not smooth."""
_BACKGROUND = (43, 45, 49)
_GRID = (92, 95, 104)
_MEAN = (181, 186, 193)
_INK = (219, 222, 225)
_SHAPE = (88, 166, 255)
_FILL = (88, 166, 255, 90)


def radar(profile: ClusterProfile, *, size: int = 320) -> bytes:
    """One cluster's features against the catalogue's mean, the dashed ring.

    Args:
        profile: z-scores beyond ±2.5 are drawn at the edge.
        size: pixels of each side.

    Returns:
        a PNG.
    """
    return _png(_drawn(profile, size))


def radars(profiles: Sequence[ClusterProfile], *, columns: int = 3, size: int = 220) -> bytes:
    """Draw several clusters in a grid, with names and numbers below.

    Args:
        profiles: at least one.
        columns: pictures in a row; fewer where there are fewer profiles.
        size: pixels of each side of one picture, without its name.

    Returns:
        a PNG.
    """
    columns = max(1, min(columns, len(profiles)))
    rows = math.ceil(len(profiles) / columns)
    caption = round(size * 0.16)
    sheet = Image.new("RGB", (columns * size, rows * (size + caption)), _BACKGROUND)
    draw = ImageDraw.Draw(sheet)
    for place, profile in enumerate(profiles):
        left, top = place % columns * size, place // columns * (size + caption)
        sheet.paste(_drawn(profile, size), (left, top))
        lines = _wrapped(f"{profile.number} · {profile.name}", font(size / 16), size * 0.94)
        for number, line in enumerate(lines):
            at = (left + size / 2, top + size * 0.945 + number * size / 12)
            draw.text(at, line, _INK, font(size / 16), anchor="ma")
    return _png(sheet)


def _drawn(profile: ClusterProfile, size: int) -> Image.Image:
    side = size * _SHARPER
    middle, reach = (side / 2, side / 2), side * 0.305
    picture = Image.new("RGB", (side, side), _BACKGROUND)
    draw = ImageDraw.Draw(picture, "RGBA")
    thin = max(1, round(side / 480))
    for share in RINGS:
        draw.polygon(ring(share, middle, reach), outline=_GRID, width=thin)
    for end in ring(1.0, middle, reach):
        draw.line([middle, end], _GRID, thin)
    corners = shape(profile.z, middle, reach)
    draw.polygon(corners, fill=_FILL)
    _dashed(draw, ring(MEAN, middle, reach), side / 60, 2 * thin)
    draw.line([*corners, corners[0], corners[1]], _SHAPE, round(side / 130), joint="curve")
    dot = side / 85
    for x, y in corners:
        draw.ellipse([x - dot, y - dot, x + dot, y + dot], _SHAPE)
    written = font(side / 24)
    for axis, label in enumerate(AXES):
        x, y = corner(axis, 1.0, middle, reach + side * 0.026)
        across = "m" if abs(x - middle[0]) < side * 0.03 else "l" if x > middle[0] else "r"
        draw.text((x, y), label, _INK, written, anchor=f"{across}{'a' if across == 'm' else 'm'}")
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def _dashed(draw: ImageDraw.ImageDraw, ring: Sequence[Point], dash: float, width: int) -> None:
    """Draw a dashed closed ring."""
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        pieces = max(1, round(math.hypot(x2 - x1, y2 - y1) / dash / 2.0))
        for piece in range(pieces):
            start, end = (piece + 0.25) / pieces, (piece + 0.75) / pieces
            ends = [(x1 + (x2 - x1) * share, y1 + (y2 - y1) * share) for share in (start, end)]
            draw.line(ends, _MEAN, width)


def _wrapped(text: str, written: Font, width: float) -> list[str]:
    """Wrap the text to at most two lines; the rest is cut with an ellipsis."""
    lines: list[str] = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if written.getlength(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > 2:
        lines = [lines[0], f"{lines[1]}…"]
    for number, line in enumerate(lines):
        cut = line
        while written.getlength(cut) > width and len(cut) > 1:
            cut = cut.rstrip("…")[:-1] + "…"
        lines[number] = cut
    return lines


def _png(picture: Image.Image) -> bytes:
    stream = BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()
