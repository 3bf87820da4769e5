"""Radar pictures of clusters, as PNG, for dark backgrounds such as Discord's."""

import math
import struct
import zlib
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ml.serving.profiles import ClusterProfile

AXES = ("acoustic", "danceable", "energy", "instrumental", "live", "loud", "speech", "tempo", "valence")
"""Short labels of the nine axes, in the order of `FEATURE_NAMES`, clockwise."""
TURN = 20.0
"""Degrees from the top to the first axis: so the long labels stand where there is room."""
EDGE = 2.5
"""Standard deviations from the catalogue's mean at which the picture ends."""

_SHARPER = 3
"""Pictures are drawn so many times larger and shrunk: Pillow's lines are not smooth."""
_BACKGROUND = (43, 45, 49)
_GRID = (92, 95, 104)
_MEAN = (181, 186, 193)
_INK = (219, 222, 225)
_SHAPE = (88, 166, 255)
_FILL = (88, 166, 255, 90)

Point = tuple[float, float]


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
    """Several clusters in a grid, each with its name and number underneath.

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
        lines = _wrapped(f"{profile.number} · {profile.name}", _font(size / 16), size * 0.94)
        for number, line in enumerate(lines):
            at = (left + size / 2, top + size * 0.945 + number * size / 12)
            draw.text(at, line, _INK, _font(size / 16), anchor="ma")
    return _png(sheet)


def _drawn(profile: ClusterProfile, size: int) -> Image.Image:
    side = size * _SHARPER
    middle, reach = side / 2, side * 0.305
    picture = Image.new("RGB", (side, side), _BACKGROUND)
    draw = ImageDraw.Draw(picture, "RGBA")
    thin = max(1, round(side / 480))

    def at(axis: int, radius: float) -> Point:
        angle = math.radians(TURN - 90.0 + 360.0 * axis / len(AXES))
        return middle + radius * math.cos(angle), middle + radius * math.sin(angle)

    for share in (0.25, 0.75, 1.0):
        draw.polygon([at(axis, reach * share) for axis in range(len(AXES))], outline=_GRID, width=thin)
    for axis in range(len(AXES)):
        draw.line([(middle, middle), at(axis, reach)], _GRID, thin)
    values = [max(-EDGE, min(EDGE, z)) for z in profile.z]
    corners = [at(axis, reach * (z + EDGE) / (2.0 * EDGE)) for axis, z in enumerate(values)]
    draw.polygon(corners, fill=_FILL)
    _dashed(draw, [at(axis, reach / 2.0) for axis in range(len(AXES))], side / 60, 2 * thin)
    draw.line([*corners, corners[0], corners[1]], _SHAPE, round(side / 130), joint="curve")
    dot = side / 85
    for x, y in corners:
        draw.ellipse([x - dot, y - dot, x + dot, y + dot], _SHAPE)
    font = _font(side / 24)
    for axis, label in enumerate(AXES):
        x, y = at(axis, reach + side * 0.026)
        across = "m" if abs(x - middle) < side * 0.03 else "l" if x > middle else "r"
        draw.text((x, y), label, _INK, font, anchor=f"{across}{'a' if across == 'm' else 'm'}")
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def _dashed(draw: ImageDraw.ImageDraw, ring: Sequence[Point], dash: float, width: int) -> None:
    """Draw a closed ring in dashes of about so many pixels."""
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        pieces = max(1, round(math.hypot(x2 - x1, y2 - y1) / dash / 2.0))
        for piece in range(pieces):
            start, end = (piece + 0.25) / pieces, (piece + 0.75) / pieces
            ends = [(x1 + (x2 - x1) * share, y1 + (y2 - y1) * share) for share in (start, end)]
            draw.line(ends, _MEAN, width)


def _font(points: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(points)


def _wrapped(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: float) -> list[str]:
    """The text in at most two lines of so many pixels; what does not fit is cut with an ellipsis."""
    lines: list[str] = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > 2:
        lines = [lines[0], f"{lines[1]}…"]
    for number, line in enumerate(lines):
        cut = line
        while font.getlength(cut) > width and len(cut) > 1:
            cut = cut.rstrip("…")[:-1] + "…"
        lines[number] = cut
    return lines


def _png(picture: Image.Image) -> bytes:
    """RGB as PNG: other threads go on while zlib works, which Pillow's encoder does not let them."""
    pixels = np.asarray(picture)
    lines = np.zeros((picture.height, 1 + 3 * picture.width), np.uint8)  # each begins with "no filter"
    lines[:, 1:] = pixels.reshape(picture.height, -1)
    header = struct.pack(">IIBBBBB", picture.width, picture.height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines.tobytes())), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
