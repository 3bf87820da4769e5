"""The map is deterministic for a model, and its pictures show all marks."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ml.model.map_backdrop import draw_backdrop
from ml.model.song_map import lay_out_map
from ml.pictures.map_canvas import HEIGHT, WIDTH, drawable
from ml.pictures.map_plot import Mark, marked_map
from ml.serving.bundle import Bundle, current_bundle, read_bundle
from ml.serving.song_map import SongMap


@pytest.fixture(scope="module")
def bundle(made_state: Path) -> Bundle:
    name = current_bundle(made_state / "models")
    assert name is not None
    return read_bundle(made_state / "models", name)


@pytest.fixture(scope="module")
def songs(bundle: Bundle) -> SongMap:
    return bundle.song_map


@pytest.fixture(scope="module")
def behind(bundle: Bundle) -> bytes:
    return bundle.backdrop


def pixels(png: bytes) -> np.ndarray:
    picture = Image.open(BytesIO(png))
    assert picture.format == "PNG"
    return np.asarray(picture.convert("RGB")).astype(int)


def test_the_same_model_gives_the_same_map(bundle: Bundle, songs: SongMap) -> None:
    arrays = bundle.arrays
    again = lay_out_map(arrays.scaled, arrays.clusters, bundle.model.centers, bundle.profiles)
    assert np.allclose(again.coordinates, songs.coordinates)
    assert again.regions == songs.regions


def test_the_directions_carry_the_most_variance(bundle: Bundle, songs: SongMap) -> None:
    scaled = np.asarray(bundle.arrays.scaled, dtype=np.float64)
    largest = np.linalg.svd(scaled - scaled.mean(axis=0), compute_uv=False)[:3] ** 2
    inside = ((songs.coordinates > 0) & (songs.coordinates < 1)).all(axis=1)
    turned = songs.coordinates[inside] * (songs.high - songs.low)
    spread = (turned - turned.mean(axis=0)) ** 2
    assert (spread.sum(axis=0) > 0.95 * largest).all()


def test_a_song_lies_where_its_point_is(bundle: Bundle, songs: SongMap) -> None:
    assert np.allclose(songs.at(bundle.arrays.scaled[:50]), songs.coordinates[:50], atol=1e-6)


def test_every_region_is_named_once_and_they_cover_the_catalogue(songs: SongMap) -> None:
    names = [region.name for region in songs.regions]
    assert len(set(names)) == len(names)
    assert {"rock", "metal", "hip hop"} <= set(names)
    assert sum(region.share for region in songs.regions) == pytest.approx(1.0)


def test_pictures_are_small_and_differ_by_their_marks(behind: bytes) -> None:
    one = marked_map(behind, [Mark(0.2, 0.3, "Here", chief=True)])
    other = marked_map(behind, [Mark(0.8, 0.3, "There", chief=True)])
    assert max(len(one), len(other)) < 300_000
    assert pixels(one).shape == (HEIGHT, WIDTH, 3)
    changed = np.flatnonzero((pixels(one) != pixels(other)).any(axis=(0, 2)))
    assert changed.min() < 0.3 * WIDTH
    assert changed.max() > 0.7 * WIDTH


def test_the_backdrop_is_the_models_and_marks_cover_little_of_it(bundle: Bundle, behind: bytes) -> None:
    assert draw_backdrop(bundle.song_map, bundle.arrays.clusters) == behind
    bare, marked = pixels(behind), pixels(marked_map(behind, [Mark(0.5, 0.5, number=3)]))
    assert 0 < (bare != marked).any(axis=2).mean() < 0.01


def test_a_path_through_one_point_shows_every_number(behind: bytes) -> None:
    """Overlapping marks are moved apart, so they cover more of the picture than one mark."""
    one = pixels(marked_map(behind, [Mark(0.5, 0.5, number=1)]))
    eight = pixels(marked_map(behind, [Mark(0.5, 0.5, number=n) for n in range(1, 9)], joined=True))
    bare = pixels(behind)
    covered = [(np.abs(picture - bare).sum(axis=2) > 150).sum() for picture in (one, eight)]
    assert covered[1] > 4 * covered[0]


@settings(max_examples=8)
@given(
    marks=st.lists(
        st.builds(
            Mark,
            st.floats(0, 1),
            st.floats(0, 1),
            st.text(max_size=300),
            st.none() | st.integers(1, 25),
            st.booleans(),
        ),
        min_size=1,
        max_size=25,
    ),
    joined=st.booleans(),
)
def test_any_titles_anywhere_can_be_drawn(behind: bytes, marks: list[Mark], *, joined: bool) -> None:
    assert pixels(marked_map(behind, marks, joined=joined)).shape == (HEIGHT, WIDTH, 3)


@given(st.text(max_size=400))
def test_only_letters_that_the_font_has_are_drawn(text: str) -> None:
    line = drawable(text)
    assert len(line) <= 30
    assert all(" " <= c <= "~" or c in "’…" for c in line)


def test_accents_are_left_out_and_other_scripts_stay_unlabelled() -> None:
    assert drawable("Déjà Vu") == "Deja Vu"
    assert drawable("夜に駆ける") == ""
    assert drawable("🎵🎵") == ""
