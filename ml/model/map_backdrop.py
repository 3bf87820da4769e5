"""Draws the catalogue behind the map's marks, once for each model."""

import colorsys
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter

from ml.pictures.map_canvas import (
    BACKGROUND,
    HEIGHT,
    PICK,
    SEED,
    WIDTH,
    Box,
    box,
    drawable,
    font,
    meet,
    pixels,
)
from ml.serving.song_map import SongMap

DRAWN_SONGS = 50_000
"""Of a larger catalogue a sample of as many songs is drawn."""
SMALLEST_NAMED = 0.01
"""Regions with a smaller share of the songs have no name."""
_ROW = 26.0
"""Pixels; a name without room goes one or two rows up or down."""
_HUES = (0.57, 0.92, 0.30, 0.09, 0.74, 0.47, 0.01, 0.15, 0.64, 0.83)


def draw_backdrop(songs: SongMap, clusters: NDArray[np.int32]) -> bytes:
    """The catalogue as a cloud of points, with a colour and a name per region.

    Args:
        songs: the model's map.
        clusters: (n,), the cluster of each song, in the order of the map's coordinates.

    Returns:
        a PNG of 960 x 600 pixels; its 256 colours are a third of the size of full colour, and hold what marks
        need as well.
    """
    rows = np.arange(len(clusters))
    if len(rows) > DRAWN_SONGS:
        rows = np.sort(np.random.default_rng(0).choice(len(rows), DRAWN_SONGS, replace=False))
    across, down = pixels(songs.coordinates[rows, :2]).round().astype(np.intp).T
    colours = np.array([_colour(region) for region in range(len(songs.regions))])
    light = np.zeros((HEIGHT, WIDTH, 3))
    np.add.at(light, (down, across), colours[songs.region_of_cluster[clusters[rows]]])
    per_pixel = len(rows) / (WIDTH * HEIGHT)
    glow = gaussian_filter(light, 16.0, axes=(0, 1)) / max(per_pixel, 1e-9)
    dots = gaussian_filter(light, 1.1, axes=(0, 1))
    # Saturate added light, so that dense regions stay coloured.
    shine = 1.0 - np.exp(-(0.05 * glow + 3.0 * np.minimum(dots, 0.4)))
    canvas = np.array(BACKGROUND) / 255.0
    picture = Image.fromarray((255.0 * (canvas + (1.0 - canvas) * shine)).clip(0, 255).astype(np.uint8))
    _name_regions(picture, songs)
    stream = BytesIO()
    picture.quantize(palette=_palette(picture), dither=Image.Dither.NONE).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _name_regions(picture: Image.Image, songs: SongMap) -> None:
    draw = ImageDraw.Draw(picture)
    written = font(20)
    taken: list[Box] = []
    for region in sorted(songs.regions, key=lambda region: -region.share):
        label = drawable(region.name).upper()
        length = written.getlength(label)
        [(x, y)] = pixels(np.array([[region.x, region.y]])).tolist()
        x = min(max(x, length / 2 + 8), WIDTH - length / 2 - 8)
        for row in (y, y + _ROW, y - _ROW, y + 2 * _ROW, y - 2 * _ROW):
            place = box(x - length / 2, row - _ROW / 2, length, _ROW)
            if label and region.share > SMALLEST_NAMED and not any(meet(place, other) for other in taken):
                taken.append(place)
                draw.text(
                    (x, row), label, (200, 203, 210), written, "mm", stroke_width=4, stroke_fill=BACKGROUND
                )
                break


def _palette(picture: Image.Image) -> Image.Image:
    """The backdrop's 208 most common colours, and shades between the marks' colours and black."""
    found = (picture.quantize(208, Image.Quantize.MEDIANCUT).getpalette() or [])[: 3 * 208]
    shades = np.linspace(0.06, 1.0, 24)[:, None]
    marks = np.concatenate([shades * np.array(colour) for colour in (SEED, PICK)]).round().astype(int)
    held = Image.new("P", (1, 1))
    held.putpalette([*found, *marks.ravel().tolist()])
    return held


def _colour(region: int) -> tuple[float, float, float]:
    return colorsys.hls_to_rgb(_HUES[region % len(_HUES)], 0.6, 0.95)
