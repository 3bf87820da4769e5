"""Families of genres, for tables of any vocabulary."""

import pytest

from ml.serving.genre_table import family_of, family_rank

FAMILIES = {
    "rock": ["rock", "alt-rock", "hard-rock", "psych-rock", "album rock", "classic rock", "grunge", "indie"],
    "metal": ["heavy-metal", "black-metal", "metalcore", "Death Metal"],
    "electronic": [
        "deep-house",
        "progressive electro house",
        "drum-and-bass",
        "EDM",
        "detroit-techno",
        "big room",
    ],
    "hip hop": ["hip-hop", "southern hip hop", "gangster rap", "trap"],
    "r&b": ["r-n-b", "R&B", "neo soul", "new jack swing", "urban contemporary", "disco"],
    "latin": ["latin hip hop", "reggaeton", "tropical", "latino", "salsa"],
    "south asian": ["indian", "pop-film", "desi hip hop"],
    "east asian": ["k-pop", "j-rock", "cantopop", "anime"],
    "pop": ["pop", "dance pop", "post-teen pop", "electropop", "synth-pop"],
    "country and folk": ["country", "singer-songwriter", "bluegrass"],
}


@pytest.mark.parametrize(
    ("family", "label"), [(f, label) for f, labels in FAMILIES.items() for label in labels]
)
def test_genres_go_to_their_family(family: str, label: str) -> None:
    assert family_of(label) == family


def test_a_genre_that_nobody_listed_is_its_own_family() -> None:
    assert family_of("Zydeco") == "zydeco"
    assert family_rank("Zydeco") > family_rank("pop") > family_rank("indian")
