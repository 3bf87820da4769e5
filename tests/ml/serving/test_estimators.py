"""The numpy estimators equal scikit-learn's, on random data and on the embedded model."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import QuantileTransformer, StandardScaler

from ml.model.cluster_model import ClusterModel
from ml.model.export import served_kmeans, served_networks, served_pca, served_quantiles, served_scaler
from ml.model.saving import read_estimators
from ml.serving.bundle import Bundle, current_bundle, read_bundle
from ml.serving.song_inputs import quantities, ranked
from ml.serving.song_model import SongModel
from ml.songs import SongColumns
from tests.ml.made_up_songs import bare_columns, made_up_songs

SONGS = made_up_songs()


@pytest.fixture(scope="module")
def embedded(made_state: Path) -> tuple[Bundle, ClusterModel]:
    folder = made_state / "models"
    name = current_bundle(folder)
    assert name is not None
    return read_bundle(folder, name), read_estimators(folder, name)


@pytest.mark.parametrize("seed", range(4))
def test_the_scaler_is_scikit_learns(seed: int) -> None:
    values = np.random.default_rng(seed).normal(3.0, 20.0, (200, 5))
    values[:, 2] = 7.0  # does not vary
    for scaler in (StandardScaler(), StandardScaler(with_std=False)):
        expected = scaler.fit_transform(values)
        np.testing.assert_allclose(served_scaler(scaler).transform(values), expected)


@pytest.mark.parametrize("seed", range(4))
def test_kmeans_is_scikit_learns(seed: int) -> None:
    points = np.random.default_rng(seed).normal(size=(3_000, 6))
    kmeans = KMeans(40, n_init=1, random_state=seed).fit(points[:500])
    labels, inertia = served_kmeans(kmeans).assign(points)
    assert (labels == kmeans.predict(points)).all()
    assert (served_kmeans(kmeans).predict(points) == labels).all()
    assert inertia == pytest.approx(-kmeans.score(points))


@pytest.mark.parametrize("seed", range(4))
def test_quantile_ranks_are_scikit_learns(seed: int) -> None:
    generator = np.random.default_rng(seed)
    values = generator.normal(size=(500, 4))
    values[:, 1] = np.maximum(values[:, 1], 0.0)  # half of them tied at the lower end
    values[:, 2] = np.round(values[:, 2])
    values[generator.random(500) < 0.3, 3] = np.nan
    quantiles = QuantileTransformer(n_quantiles=65, subsample=None).fit(values)
    asked = np.concatenate([values, generator.normal(0, 5, (200, 4)), np.zeros((1, 4))])
    np.testing.assert_allclose(served_quantiles(quantiles).transform(asked), quantiles.transform(asked))


@pytest.mark.parametrize("classes", [2, 5])
def test_the_posterior_is_the_mean_of_scikit_learns(classes: int) -> None:
    generator = np.random.default_rng(classes)
    inputs = generator.normal(size=(300, 7)).astype(np.float32)
    networks = [
        MLPClassifier((9, 6), max_iter=20, random_state=state).fit(
            inputs, generator.integers(0, classes, 300)
        )
        for state in range(3)
    ]
    expected = np.mean([network.predict_proba(inputs) for network in networks], axis=0)
    np.testing.assert_allclose(served_networks(networks).predict_proba(inputs), expected, atol=1e-6)


def test_principal_components_are_scikit_learns() -> None:
    values = np.random.default_rng(1).normal(size=(300, 8)) * np.arange(1, 9)
    pca = PCA(5).fit(values)
    np.testing.assert_allclose(served_pca(pca).transform(values), pca.transform(values))


@pytest.mark.parametrize(
    "columns", [SONGS.columns, bare_columns(SONGS.columns.features)], ids=["all known", "nine features"]
)
def test_the_embedded_model_serves_what_its_estimators_say(
    embedded: tuple[Bundle, ClusterModel], columns: SongColumns
) -> None:
    bundle, estimators = embedded
    served = bundle.model
    values, embedding = quantities(columns), estimators.embedding_
    inputs = served.feature_step.inputs
    np.testing.assert_allclose(inputs.scaler.transform(values), embedding.standard_.transform(values))
    np.testing.assert_allclose(
        inputs.ranks.transform(ranked(values)), embedding.quantiles_.transform(ranked(values))
    )
    points = estimators.scaler_.transform(embedding.transform(columns))
    np.testing.assert_allclose(served.transform(columns), points, atol=1e-6)
    assert (served.kmeans.predict(points) == estimators.kmeans_.predict(points)).all()


def test_the_embedded_catalogue_stands_where_its_estimators_put_it(
    embedded: tuple[Bundle, ClusterModel],
) -> None:
    bundle, estimators = embedded
    expected = estimators.kmeans_.predict(np.asarray(bundle.arrays.scaled, dtype=np.float64))
    assert (bundle.arrays.clusters == expected).mean() > 0.999  # single precision, a tie now and then
    assert (bundle.model.centers == estimators.kmeans_.cluster_centers_).all()


@pytest.mark.parametrize("labels", [True, False])
def test_a_model_is_the_same_from_its_arrays(labels: bool) -> None:
    songs = made_up_songs(300, labels=labels, playlists=labels)
    model = ClusterModel(random_state=2).fit(songs).served()
    again = SongModel.from_arrays(model.to_arrays())
    assert (again.transform(songs.columns) == model.transform(songs.columns)).all()
    assert (again.centers == model.centers).all()
