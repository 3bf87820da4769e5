import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from ml.model import cluster_model
from ml.model.artist_projection import ArtistProjection
from ml.model.cluster_model import FEWEST_SONGS, ClusterModel, default_clusters
from ml.model.embedding import Embedding
from ml.model.label_classifier import LabelClassifier
from tests.ml.made_up_songs import bare_columns, made_up_songs

SONGS = made_up_songs()


@pytest.fixture(scope="module")
def model() -> ClusterModel:
    return ClusterModel(random_state=5).fit(SONGS)


def test_the_array_path_is_scikit_learns(model: ClusterModel) -> None:
    assert isinstance(model.scaler_, StandardScaler)
    assert isinstance(model.kmeans_, KMeans)
    for columns in (SONGS.columns, bare_columns(SONGS.columns.features)):
        scaled = model.scaler_.transform(model.embedding_.transform(columns))
        np.testing.assert_allclose(model.transform(columns), scaled, atol=1e-6)
        assert (model.served().kmeans.predict(scaled) == model.kmeans_.predict(scaled)).all()


def test_training_rows_hold_their_artists_context(model: ClusterModel) -> None:
    points = model.transform_catalogue(SONGS, own_labels=True)
    assert (model.served().kmeans.predict(points) == model.labels_).mean() > 0.995
    exact = model.scaler_.transform(model.embedding_.transform_catalogue(SONGS, own_labels=True))
    assert (model.kmeans_.predict(exact) == model.labels_).all()
    assert model.inertia_ == pytest.approx(-model.kmeans_.score(exact))


def test_the_same_seed_gives_the_same_model_to_the_last_digit(model: ClusterModel) -> None:
    with threadpool_limits(2):  # threads sum in any order
        again = ClusterModel(random_state=5).fit(SONGS)
    assert (again.cluster_centers_ == model.cluster_centers_).all()
    assert (again.labels_ == model.labels_).all()
    assert again.inertia_ == model.inertia_


def test_a_pickled_model_is_the_same(model: ClusterModel) -> None:
    again = pickle.loads(pickle.dumps(model))
    assert (again.transform(SONGS.columns) == model.transform(SONGS.columns)).all()
    assert (again.cluster_centers_ == model.cluster_centers_).all()
    assert not hasattr(again, "points_")  # which is as large as the catalogue


def test_clusters_are_not_tiny_and_share_a_genre(model: ClusterModel) -> None:
    sizes = np.bincount(model.labels_, minlength=len(model.cluster_centers_))
    assert np.median(sizes) >= FEWEST_SONGS
    genres = np.array([next(iter(names)) for names in SONGS.genres])
    same = [np.mean(genres[model.labels_ == model.labels_[row]] == genres[row]) for row in range(len(SONGS))]
    assert np.mean(same) > 0.9


def test_the_number_of_clusters_asked_for_is_given() -> None:
    assert len(ClusterModel(7, random_state=1).fit(SONGS).cluster_centers_) == 7


def test_clusters_grow_with_the_catalogue_up_to_a_cap() -> None:
    counts = [default_clusters(n) for n in (1, 20, 500, 6_000, 30_000, 1_200_000)]
    assert counts == sorted(counts)
    assert counts[0] == 1
    assert counts[-1] == 2_000


def test_progress_is_told_in_words_and_rises_to_one_in_each_step() -> None:
    told: dict[str, list[float]] = {}
    ClusterModel(random_state=1).fit(
        SONGS, progress=lambda stage, done: told.setdefault(stage, []).append(done)
    )
    assert list(told) == ["Learning the feature space", "Clustering"]
    for fractions in told.values():
        assert fractions == sorted(fractions)
        assert (fractions[0], fractions[-1]) == (0.0, 1.0)
        assert len(set(fractions)) >= 6


def test_the_estimators_keep_scikit_learns_contract() -> None:
    for estimator in (
        ClusterModel(5, random_state=3),
        Embedding(random_state=3),
        LabelClassifier(random_state=3),
        ArtistProjection(),
    ):
        again = clone(estimator)
        assert again.get_params() == estimator.get_params()
        assert not [name for name in vars(estimator) if name.endswith("_")]  # nothing is learned before fit
        assert repr(again) == repr(estimator)
    model = ClusterModel().set_params(n_clusters=6, random_state=2)
    assert len(clone(model).fit(SONGS).cluster_centers_) == 6
    learned = vars(model.fit(SONGS)).keys() - model.get_params().keys()
    assert all(name.endswith("_") for name in learned)


def test_centroids_of_a_sample_settle_among_all_tracks(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ClusterModel(20, random_state=5).fit(SONGS)
    monkeypatch.setattr(cluster_model, "KMEANS_ROWS", len(SONGS) // 3)
    monkeypatch.setattr(cluster_model, "FIRST_ROWS", 100)
    settled = ClusterModel(20, random_state=5).fit(SONGS)
    assert settled.cluster_centers_.dtype == np.float64
    monkeypatch.setattr(cluster_model, "SETTLING_ROUNDS", 1)
    sampled = ClusterModel(20, random_state=5).fit(SONGS)

    def spread(model: ClusterModel) -> float:
        sounds = whole.scaler_.transform(whole.embedding_.transform_catalogue(SONGS, own_labels=False))
        return -float(model.kmeans_.score(sounds))

    assert spread(settled) < spread(sampled)
