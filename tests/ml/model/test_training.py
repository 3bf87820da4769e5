import dataclasses
import pickle
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.storage.catalogue.training_rows import read_labelled_songs
from ml.features import InvalidFeatures
from ml.model.cluster_model import ClusterModel
from ml.model.saving import read_estimators
from ml.model.training import FEWEST_SONGS, TrainingError, train
from ml.serving.bundle import current_bundle, read_bundle
from ml.songs import LabelledSongs, SongColumns
from tests.ml.made_up_songs import bare_columns, made_up_songs, unknown
from tests.support.catalogues import catalogue_file


def assert_sound(songs: LabelledSongs) -> ClusterModel:
    model = train(songs, clusters=None, seed=1)
    assert model.labels_.shape == (len(songs),)
    assert_finite(model, songs)
    return model


def assert_finite(model: ClusterModel, songs: LabelledSongs) -> None:
    points = model.transform_catalogue(songs, own_labels=True)
    assert np.isfinite(points).all()
    assert np.isfinite(model.cluster_centers_).all()
    assert np.isfinite(model.inertia_)
    assert 0 <= model.labels_.min() <= model.labels_.max() < len(model.cluster_centers_)
    assert np.isfinite(model.transform(bare_columns(songs.columns.features[:3]))).all()


def with_features(songs: LabelledSongs, features: np.ndarray) -> LabelledSongs:
    return dataclasses.replace(songs, columns=dataclasses.replace(songs.columns, features=features))


@pytest.mark.parametrize(
    "songs",
    [
        pytest.param(made_up_songs(200, labels=False), id="no labels"),
        pytest.param(made_up_songs(200, extras=False), id="no years, durations, keys"),
        pytest.param(made_up_songs(200, labels=False, extras=False, per_artist=1), id="features only"),
        pytest.param(made_up_songs(200, genres=1), id="one genre"),
        pytest.param(made_up_songs(200, genres=2), id="two genres"),
        pytest.param(made_up_songs(200, per_artist=1), id="one song per artist"),
        pytest.param(made_up_songs(200, per_artist=200), id="one artist"),
        pytest.param(made_up_songs(200, playlists=True), id="genres and playlists"),
        pytest.param(made_up_songs(FEWEST_SONGS), id="as few as allowed"),
        pytest.param(dataclasses.replace(made_up_songs(60), artists=[()] * 60), id="no artists"),
    ],
)
def test_a_table_with_features_only_can_be_trained_on(songs: LabelledSongs) -> None:
    assert_sound(songs)


def test_constant_columns_can_be_trained_on() -> None:
    songs = made_up_songs(200)
    features = songs.columns.features.copy()
    features[:, 1:] = features[0, 1:]
    assert_sound(with_features(songs, features))


def test_labels_on_some_songs_only() -> None:
    songs = made_up_songs(200)
    genres = [names if row % 3 else frozenset() for row, names in enumerate(songs.genres)]
    assert_sound(dataclasses.replace(songs, genres=genres))


@settings(max_examples=5)
@given(
    lost=st.sets(st.sampled_from(["duration_ms", "release_year", "key", "mode", "popularity"])),
    seed=st.integers(0, 9),
)
def test_missing_values_anywhere_can_be_trained_on(lost: set[str], seed: int) -> None:
    songs = made_up_songs(60, seed=seed)
    holes = np.random.default_rng(seed).random(60) < 0.5
    columns = {name: np.where(holes, np.nan, getattr(songs.columns, name)) for name in lost}
    assert_sound(dataclasses.replace(songs, columns=dataclasses.replace(songs.columns, **columns)))


def test_too_few_songs_is_a_sentence() -> None:
    with pytest.raises(TrainingError, match=r"The catalogue has 10 songs; at least 20 are needed"):
        train(made_up_songs(10), clusters=None, seed=1)


def test_songs_that_do_not_differ_are_a_sentence() -> None:
    songs = made_up_songs(30)
    with pytest.raises(TrainingError, match="same audio features"):
        train(with_features(songs, np.tile(songs.columns.features[0], (30, 1))), clusters=None, seed=1)


@pytest.mark.parametrize("clusters", [0, -1, 31])
def test_an_impossible_number_of_clusters_is_a_sentence(clusters: int) -> None:
    with pytest.raises(TrainingError, match="choose 1 to 30"):
        train(made_up_songs(30), clusters=clusters, seed=1)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_nan_and_infinity_never_reach_a_model(bad: float) -> None:
    features = made_up_songs(30).columns.features.copy()
    features[3, 3] = bad
    with pytest.raises(InvalidFeatures, match="NaN or infinity"):
        bare_columns(features)
    with pytest.raises(InvalidFeatures, match="duration_ms holds infinity"):
        SongColumns(features[:3], np.full(3, np.inf), unknown(3), unknown(3), unknown(3), unknown(3))


@pytest.mark.slow
def test_the_embedded_catalogue_clusters_by_genre(made_state: Path) -> None:
    songs, rows = read_labelled_songs(catalogue_file(made_state))
    name = current_bundle(made_state / "models")
    assert name is not None
    model = read_estimators(made_state / "models", name)
    arrays = read_bundle(made_state / "models", name).arrays
    assert (np.sort(arrays.rows) == rows).all()
    place = np.searchsorted(rows, arrays.rows)
    assert_finite(model, songs)
    clusters = [place[arrays.clusters == cluster] for cluster in range(len(model.cluster_centers_))]
    commonest = [
        Counter(genre for row in cluster.tolist() for genre in songs.genres[row]).most_common(1)[0][1]
        for cluster in clusters
        if len(cluster)
    ]
    assert sum(commonest) / len(songs) > 0.7
    assert len(pickle.dumps(model)) < 2_000_000
