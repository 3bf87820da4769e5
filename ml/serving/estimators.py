"""Fitted scikit-learn estimators reimplemented in numpy for serving.

Tests compare each with scikit-learn's own, on random data and on the embedded model.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ml.arrays import Floats, Floats32

Arrays = Mapping[str, NDArray[np.generic]]
Fitted = TypeVar("Fitted")

CHUNK = 1_024


def arrays_of(fitted: Any, prefix: str = "") -> dict[str, NDArray[np.generic]]:
    """The arrays of an estimator by name, for a file."""
    return {f"{prefix}{field.name}": getattr(fitted, field.name) for field in fields(fitted)}


def fitted_from(kind: type[Fitted], arrays: Arrays, prefix: str = "") -> Fitted:
    """The estimator from the arrays of `arrays_of`, in double precision.

    Raises:
        KeyError: an array is missing.
    """
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]  # each kind is a dataclass
    return kind(**{name: arrays[f"{prefix}{name}"].astype(np.float64) for name in names})


@dataclass(frozen=True)
class FittedScaler:
    """`sklearn.preprocessing.StandardScaler`, fitted.

    Attributes:
        mean, scale: shape (d,).
    """

    mean: Floats
    scale: Floats

    def transform(self, values: Floats) -> Floats:
        """Scale values of shape (n, d)."""
        scaled: Floats = (values - self.mean) / self.scale
        return scaled


@dataclass(frozen=True)
class FittedQuantiles:
    """`sklearn.preprocessing.QuantileTransformer` with a uniform output, fitted.

    Attributes:
        quantiles: shape (q, columns), ascending.
        references: shape (q,), the ranks of the quantiles, 0 to 1.
    """

    quantiles: Floats
    references: Floats

    def transform(self, values: Floats) -> Floats:
        """The rank of each value of shape (n, columns) in its column, 0 to 1; NaN stays NaN."""
        ranks = np.empty_like(values)
        for column, quantiles in enumerate(self.quantiles.T):
            wanted = values[:, column]
            # Interpolate from both sides, so that equal quantiles give their mean rank.
            upwards = np.interp(wanted, quantiles, self.references)
            downwards = -np.interp(-wanted, -quantiles[::-1], -self.references[::-1])
            ranks[:, column] = (upwards + downwards) / 2.0
            ranks[wanted == quantiles[-1], column] = 1.0
            ranks[wanted == quantiles[0], column] = 0.0
        return ranks


@dataclass(frozen=True)
class FittedKMeans:
    """`sklearn.cluster.KMeans`, fitted.

    Attributes:
        cluster_centers: shape (k, d).
    """

    cluster_centers: Floats

    @cached_property
    def _squares(self) -> Floats:
        squares: Floats = np.einsum("ij,ij->i", self.cluster_centers, self.cluster_centers)
        return squares

    def predict(self, points: Floats | Floats32) -> NDArray[np.int32]:
        """The nearest centroid of n points, shape (n,)."""
        return self.assign(points)[0]

    def assign(self, points: Floats | Floats32) -> tuple[NDArray[np.int32], float]:
        """The nearest centroid of n points, and the sum of their squared distances to it (the inertia)."""
        labels = np.empty(len(points), np.int32)
        inertia = 0.0
        for start in range(0, len(points), CHUNK):
            part = points[start : start + CHUNK].astype(np.float64)
            distances = part @ self.cluster_centers.T
            distances *= -2.0
            distances += self._squares
            nearest = distances.argmin(axis=1)
            labels[start : start + CHUNK] = nearest
            squares = np.einsum("ij,ij->i", part, part)
            inertia += float(np.maximum(distances[np.arange(len(part)), nearest] + squares, 0.0).sum())
        return labels, inertia


@dataclass(frozen=True)
class FittedProjection:
    """A centred linear map: `PCA`, or the projection of `LinearDiscriminantAnalysis`, fitted.

    Attributes:
        mean: shape (p,).
        directions: shape (p, d).
    """

    mean: Floats
    directions: Floats

    def transform(self, values: Floats | Floats32) -> Floats:
        """Project values of shape (n, p) to (n, d)."""
        projected: Floats = (values - self.mean) @ self.directions
        return projected


@dataclass(frozen=True)
class FittedRegression:
    """A linear regression with several outputs, such as `Ridge`, fitted.

    Attributes:
        coefficients: shape (p, outputs).
        intercept: shape (outputs,).
    """

    coefficients: Floats
    intercept: Floats

    def predict(self, values: Floats) -> Floats:
        """The outputs for values of shape (n, p), shape (n, outputs)."""
        predicted: Floats = values @ self.coefficients + self.intercept
        return predicted


@dataclass(frozen=True)
class FittedNetworks:
    """Several `sklearn.neural_network.MLPClassifier` of one shape (ReLU), fitted; their mean is the answer.

    Attributes:
        weights: per layer the weights of all networks, shape (networks, inputs, outputs).
        biases: per layer, shape (networks, 1, outputs).
    """

    weights: tuple[Floats32, ...]
    biases: tuple[Floats32, ...]

    def predict_proba(self, inputs: Floats32) -> Floats32:
        """The mean posterior of n rows, shape (n, classes), rows summing to 1."""
        values = inputs
        for weights, biases in zip(self.weights[:-1], self.biases[:-1], strict=True):
            values = np.maximum(np.matmul(values, weights) + biases, 0.0)
        scores = np.matmul(values, self.weights[-1]) + self.biases[-1]
        if scores.shape[-1] == 1:  # two classes: scikit-learn has one logistic output
            yes = 1.0 / (1.0 + np.exp(-scores))
            chances = np.concatenate([1.0 - yes, yes], axis=2)
        else:
            chances = np.exp(scores - scores.max(axis=2, keepdims=True))
            chances /= chances.sum(axis=2, keepdims=True)
        mean: Floats32 = chances.mean(axis=0)
        return mean
