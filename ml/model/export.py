"""Exports fitted scikit-learn estimators to the arrays used for serving."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import QuantileTransformer, StandardScaler

from ml.serving.estimators import (
    FittedKMeans,
    FittedNetworks,
    FittedProjection,
    FittedQuantiles,
    FittedRegression,
    FittedScaler,
)


def served_scaler(scaler: StandardScaler) -> FittedScaler:
    """The scaler's arrays; the scale is one if it only centres."""
    scale = np.ones(len(scaler.mean_)) if scaler.scale_ is None else scaler.scale_
    return FittedScaler(scaler.mean_, scale)


def served_quantiles(quantiles: QuantileTransformer) -> FittedQuantiles:
    """The transformer's arrays; its output must be uniform."""
    return FittedQuantiles(quantiles.quantiles_, quantiles.references_)


def served_kmeans(kmeans: KMeans) -> FittedKMeans:
    """The centroids, in double precision."""
    return FittedKMeans(kmeans.cluster_centers_.astype(np.float64))


def served_pca(pca: PCA) -> FittedProjection:
    """The mean and the components as columns; the PCA must not whiten."""
    return FittedProjection(pca.mean_, np.ascontiguousarray(pca.components_.T))


def served_regressions(regressions: Sequence[Ridge]) -> FittedRegression:
    """Regressions of the same inputs, each with several outputs, as one."""
    return FittedRegression(
        np.concatenate([regression.coef_.T for regression in regressions], axis=1),
        np.concatenate([regression.intercept_ for regression in regressions]),
    )


def served_networks(networks: Sequence[MLPClassifier]) -> FittedNetworks:
    """Networks of one shape, side by side."""

    def stacked(layers: list[list[NDArray[np.floating]]]) -> list[NDArray[np.float32]]:
        return [np.stack(layer).astype(np.float32) for layer in zip(*layers, strict=True)]

    return FittedNetworks(
        tuple(stacked([network.coefs_ for network in networks])),
        tuple(biases[:, None] for biases in stacked([network.intercepts_ for network in networks])),
    )
