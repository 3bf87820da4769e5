"""Clusters are named after what their songs are."""

from dataclasses import replace

import numpy as np
import pytest

from bot.i18n.cluster_names import cluster_name
from bot.i18n.translator import translator_for
from ml.features import FEATURE_NAMES, FEATURE_WORDS
from ml.model.cluster_profiles import profile_clusters
from ml.model.training import train
from ml.serving.cluster_names import MIXED, SONGS, TRAIT_ORDER, ClusterName
from ml.serving.genre_families import families_of, family_name, join_nearest
from ml.songs import LabelledSongs
from tests.ml.cluster_name_quality import measure_names
from tests.ml.made_up_songs import made_up_songs

WORDS = {word for words in FEATURE_WORDS.values() for word in words}


@pytest.mark.parametrize("labels", [True, False])
def test_names_hold_for_the_songs(labels: bool) -> None:
    songs = made_up_songs(900, genres=6, labels=labels)
    model = train(songs, clusters=40, seed=1)
    names = [profile.name for profile in profile_clusters(songs, model.labels_, 40)]
    quality = measure_names(songs, model.labels_, names)
    assert quality.contradicted <= 0.03
    assert quality.genre_carried >= 0.5
    assert quality.doubled == 0
    assert quality.longest <= 4
    parts = [ClusterName.parse(name) for name in names]
    assert any(name.traits for name in parts)
    assert all(name.has_genre for name in parts) == labels


def test_a_name_has_the_genre_of_half_and_no_adjective_that_many_contradict() -> None:
    songs = _two_clusters()
    labels = np.repeat(np.array([0, 1], np.int32), 20)
    quiet, fierce = (profile.name for profile in profile_clusters(songs, labels, 2))
    assert quiet == "Slow mellow folk"
    # Loud only by seven of ten, and no genre that half of them carry: neither is in the name.
    assert fierce == "Fast high-energy songs"


def test_words_that_two_clusters_share_get_artists_whose_songs_fit_them() -> None:
    songs = made_up_songs(400, genres=1)
    names = [profile.name for profile in profile_clusters(songs, np.arange(400, dtype=np.int32) % 20, 20)]
    assert len({frozenset(name.lower().split()) for name in names}) == 20
    assert all(" like Artist " in name for name in names)
    nobody = replace(songs, artists=[()] * 400)
    numbered = [profile.name for profile in profile_clusters(nobody, np.arange(400, dtype=np.int32) % 20, 20)]
    assert len(set(numbered)) == 20


def test_traits_are_words_of_the_features() -> None:
    assert set(TRAIT_ORDER) - {MIXED} <= WORDS


@pytest.mark.parametrize(
    ("name", "parts", "german"),
    [
        (
            "Slow dark trip hop like Massive Attack",
            (("slow", "dark"), "trip hop", "Massive Attack"),
            "Trip hop: langsam, düster – wie Massive Attack",
        ),
        ("Mixed songs like Queen", (("mixed",), SONGS, "Queen"), "Songs: gemischt – wie Queen"),
        ("K-pop", ((), "K-pop", ""), "K-pop"),
        ("Slowcore", ((), "Slowcore", ""), "Slowcore"),
        ("Loud like Loud like Love", (("loud",), "", "Loud like Love"), "Laut – wie Loud like Love"),
        ("", ((), "", ""), ""),
    ],
)
def test_names_are_read_and_translated_by_their_parts(
    name: str, parts: tuple[tuple[str, ...], str, str], german: str
) -> None:
    assert ClusterName.parse(name) == ClusterName(*parts)
    assert str(ClusterName.parse(name)) == name
    assert cluster_name(name, translator_for("en")) == name
    assert cluster_name(name, translator_for("de")) == german


def test_genres_belong_to_the_genre_that_their_names_end_with() -> None:
    genres = {"house", "deep-house", "pop", "k-pop", "cantopop", "hip-hop", "trip-hop", "op"}
    assert families_of(genres) == {
        "house": "house",
        "deep-house": "house",
        "pop": "pop",
        "k-pop": "pop",
        "cantopop": "pop",
        "hip-hop": "hip-hop",
        "trip-hop": "trip-hop",
        "op": "op",
    }


def test_genres_that_sound_alike_are_joined_and_named_by_what_most_end_with() -> None:
    genres = ["deep-house", "chicago-house", "edm", "metal", "black-metal", "grindcore", "piano"]
    centres = np.array([[0, 0], [0, 1], [1, 0], [9, 9], [9, 8], [8, 9], [0, 20]], float)
    joined = join_nearest(centres, 3)
    assert joined.tolist() == [0, 0, 0, 1, 1, 1, 2]
    heads = families_of([*genres, "house"])
    assert (
        family_name([genre for genre, one in zip(genres, joined, strict=True) if one == 0], heads)
        == "house, edm"
    )
    assert family_name(genres, heads) == "house, metal, edm …"
    assert join_nearest(centres[:2], 3).tolist() == [0, 1]


def _two_clusters() -> LabelledSongs:
    songs = made_up_songs(40, genres=1)
    features = np.full((40, len(FEATURE_NAMES)), 0.5)
    energy, loudness, tempo = (FEATURE_NAMES.index(name) for name in ("energy", "loudness", "tempo"))
    features[:20, energy], features[20:, energy] = 0.1, 0.9
    features[:20, tempo], features[20:, tempo] = 70.0, 170.0
    features[:, loudness] = -10.0
    features[20:34, loudness], features[34:, loudness] = -4.0, -14.0
    genres = [frozenset({"folk"})] * 11 + [frozenset[str]()] * 9
    genres += [frozenset({"metal"})] * 9 + [frozenset({"jazz"})] * 9 + [frozenset[str]()] * 2
    return replace(songs, columns=replace(songs.columns, features=features), genres=genres)
