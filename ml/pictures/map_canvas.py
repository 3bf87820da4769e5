"""Shared by the pictures of the map: size, colours, coordinates, collisions of labels."""

import unicodedata

import numpy as np
from numpy.typing import NDArray
from PIL import ImageFont

from ml.serving.song_map import PICTURE_SIZE

WIDTH, HEIGHT = PICTURE_SIZE
MARGIN = 44
"""Pixels between the outermost songs and the edge."""

BACKGROUND = (24, 25, 30)
INK = (240, 241, 244)
SEED = (255, 255, 255)
PICK = (255, 209, 102)
_LABEL = 30
"""Characters of a label on the map."""

Box = tuple[float, float, float, float]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def drawable(text: str) -> str:
    """The text without letters missing in the built-in font, cut; empty if most letters are missing."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if " " <= c <= "~" or c in "’…")
    letters = [c for c in text if c.isalnum()]
    known = sum(1 for c in bare if c.isalnum())
    if not letters or known < 0.7 * len(letters):
        return ""
    line = " ".join(bare.split())
    return line if len(line) <= _LABEL else line[: _LABEL - 1].rstrip() + "…"


def pixels(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """The pixel coordinates (n, 2) of points (n, 2) of the unit square."""
    room = np.array([WIDTH, HEIGHT]) - 1.0 - 2.0 * MARGIN
    places: NDArray[np.float64] = MARGIN + room * (points * [1.0, -1.0] + [0.0, 1.0])
    return places


def box(left: float, top: float, width: float, height: float) -> Box:
    """The borders of a rectangle."""
    return left, top, left + width, top + height


def meet(one: Box, other: Box) -> bool:
    """Whether two rectangles overlap."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def font(points: float) -> Font:
    """The font built into Pillow."""
    return ImageFont.load_default(points)
