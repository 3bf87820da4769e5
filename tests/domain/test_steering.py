"""Directions of songs, and their code in buttons."""

from typing import Any

import pytest

from bot.domain.steering import DIGIT_OF, Direction, Steering, goes, language_of
from bot.domain.tracks import Track
from ml.features import AudioFeatures

USUAL = {
    "acousticness": 0.3,
    "danceability": 0.5,
    "energy": 0.5,
    "instrumentalness": 0.0,
    "liveness": 0.1,
    "loudness": -8.0,
    "speechiness": 0.05,
    "tempo": 120.0,
    "valence": 0.5,
}


def song(title: str = "Here", **known: Any) -> Track:
    sound = AudioFeatures(**{**USUAL, **{name: known.pop(name) for name in list(known) if name in USUAL}})
    return Track("a" * 22, title, ("Somebody",), sound, **known)


SEED = song(release_year=1990, popularity=60)


@pytest.mark.parametrize(
    ("direction", "further", "back"),
    [
        ("calmer", {"energy": 0.3}, {"energy": 0.6}),
        ("energy", {"energy": 0.7}, {"energy": 0.4}),
        ("happier", {"valence": 0.8}, {"valence": 0.5}),
        ("sadder", {"valence": 0.2}, {"valence": 0.6}),
        ("older", {"release_year": 1980}, {"release_year": None}),
        ("newer", {"release_year": 2001}, {"release_year": 1990}),
        ("less famous", {"popularity": 20}, {"popularity": 0}),  # 0 may as well be unknown
        ("language", {"genres": ("k-pop",)}, {"genres": ("rock",)}),
    ],
)
def test_a_song_goes_a_whole_step_that_way_or_not_at_all(
    direction: Direction, further: dict[str, Any], back: dict[str, Any]
) -> None:
    assert (goes(song(**further), direction, SEED) or 0.0) >= 1.0
    assert goes(song(**back), direction, SEED) is None


def test_a_direction_leads_beyond_all_other_songs() -> None:
    shown = song(energy=0.3)
    assert goes(song(energy=0.35), "calmer", SEED, shown) is None
    assert goes(song(energy=0.25), "calmer", SEED, shown) == pytest.approx(0.5)


def test_the_language_goes_by_script_and_region() -> None:
    assert language_of(song("사랑", genres=("rock",))) == language_of(song(genres=("k-pop",)))
    assert language_of(song(genres=("german",))) == "german"
    assert language_of(song(genres=("pop", "german"))) is None  # it may as well be sung in English
    german = song(genres=("pop", "german"))
    assert goes(song(genres=("german",)), "language", german) is None
    assert language_of(song("Привет")) == "cyrillic"
    assert language_of(song(genres=("metal", "swedish"))) is None
    assert goes(song(genres=("latino",)), "language", song(genres=("spanish",))) is None


def test_buttons_carry_directions_and_a_second_press_takes_one_back() -> None:
    steering = Steering()
    for direction in DIGIT_OF:
        steering = steering.pressed(direction)
        assert Steering.from_code("1" + steering.code) == steering
    assert steering.directions == ("energy", "sadder", "newer", "less famous", "language")
    assert steering.pressed("sadder").directions == ("energy", "newer", "less famous", "language")
