"""Radar pictures: size, content, labels."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from ml.features import FEATURE_NAMES
from ml.pictures.radar import AXES
from ml.pictures.radar_png import radar, radars
from ml.serving.profiles import ClusterProfile


def profile(number: int = 0, *, z: float = 0.0, name: str = "Mellow acoustic") -> ClusterProfile:
    values = [0.0] * 9
    values[number % 9] = z
    return ClusterProfile(number, name, 10, tuple(values), ())


def pixels(png: bytes) -> np.ndarray:
    picture = Image.open(BytesIO(png))
    picture.load()
    assert picture.format == "PNG"
    return np.asarray(picture.convert("RGB")).astype(int)


def test_there_is_a_label_for_every_feature() -> None:
    assert len(AXES) == len(FEATURE_NAMES)
    assert all(label[:4] in name for label, name in zip(AXES, FEATURE_NAMES, strict=True))


@pytest.mark.parametrize("size", [64, 220, 320])
def test_a_picture_has_the_size_asked_for(size: int) -> None:
    assert pixels(radar(profile(), size=size)).shape == (size, size, 3)


def test_different_clusters_look_different() -> None:
    pictures = {radar(profile(number, z=z)) for number in range(9) for z in (-1.5, 1.5)}
    assert len(pictures) == 18
    assert radar(profile(2, z=1.0)) == radar(profile(2, z=1.0))


def test_a_value_off_the_scale_stays_inside() -> None:
    assert radar(profile(1, z=80.0)) == radar(profile(1, z=2.5))
    assert radar(profile(1, z=-80.0)) == radar(profile(1, z=-2.5))


def test_no_label_is_cut() -> None:
    for size in (220, 320):
        picture = pixels(radar(profile(), size=size))
        background = picture[0, 0]
        edges = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
        assert (np.abs(edges - background).max(axis=1) < 12).all()


def test_a_grid_holds_every_cluster_with_its_name() -> None:
    six = [profile(number, z=1.0, name=f"Cluster {number}") for number in range(6)]
    sheet = pixels(radars(six, columns=3, size=200))
    assert sheet.shape[1] == 600
    assert sheet.shape[0] == 2 * (sheet.shape[0] // 2) > 400
    names = pixels(radars([*six[:5], profile(5, z=1.0, name="Another")], columns=3, size=200))
    assert (sheet != names).any()


def test_long_names_and_single_clusters_fit() -> None:
    long = profile(3, z=1.0, name="Danceable " * 30 + "x" * 200)
    assert pixels(radars([long], columns=3, size=220)).shape[1] == 220
    assert pixels(radars([profile(0, name="混沌 <b> 🎵")], size=220)).shape[1] == 220
