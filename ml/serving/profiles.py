"""Describes the distinctive features of clusters and songs in words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.features import FEATURE_NAMES, FEATURE_WORDS

TELLING = (1.0, 1.0, 1.1, 1.0, 0.6, 0.7, 0.8, 0.9, 1.0)
"""The weight of each feature's deviation for a listener: liveness or loudness says less than the mood."""

CLEAR = 0.5
"""A feature stands out when it is at least half a standard deviation off the catalogue's mean."""


def feature_word(feature: str, z: float) -> str:
    """`("energy", 1.2)` is "high-energy"."""
    low, high = FEATURE_WORDS[feature]
    return high if z > 0 else low


def shared_features(
    first: Sequence[float],
    second: Sequence[float],
    means: Sequence[float],
    scales: Sequence[float],
) -> tuple[str, ...]:
    """At most three words for the common features of two songs, most distinctive first.

    Uses plain floats: for nine numbers numpy is ten times slower.

    Args:
        first, second: feature values in the order of `FEATURE_NAMES`.
        means, scales: of the catalogue, in the same order.
    """
    clear: list[tuple[float, str]] = []
    for name, x, y, mean, scale, telling in zip(
        FEATURE_NAMES, first, second, means, scales, TELLING, strict=True
    ):
        a, b = (x - mean) / scale, (y - mean) / scale
        if a * b > 0 and -1.0 < a - b < 1.0 and (strength := min(abs(a), abs(b)) * telling) >= CLEAR:
            clear.append((strength, feature_word(name, a)))
    return tuple(word for _, word in sorted(clear, reverse=True)[:3])


def standing_out(z: Sequence[float]) -> tuple[str, ...]:
    """At most four words for features clearly off the catalogue's mean, most distinctive first.

    Args:
        z: z-scores in the order of `FEATURE_NAMES`.
    """
    strength = np.abs(np.array(z)) * TELLING
    order = np.argsort(-strength, kind="stable")
    return tuple(feature_word(FEATURE_NAMES[i], z[i]) for i in order if strength[i] >= CLEAR)[:4]


def likeness(first: Sequence[float], second: Sequence[float]) -> tuple[tuple[str, str], str]:
    """The two features that agree most in two songs, and the one that differs most.

    What is unusual in both songs counts more.

    Args:
        first, second: z-scores in the order of `FEATURE_NAMES`.
    """
    away = {
        name: abs(a - b) * telling
        for name, a, b, telling in zip(FEATURE_NAMES, first, second, TELLING, strict=True)
    }
    common = {
        name: min(abs(a), abs(b)) * telling if a * b > 0 and abs(a - b) < 1.0 else 0.0
        for name, a, b, telling in zip(FEATURE_NAMES, first, second, TELLING, strict=True)
    }
    apart = max(FEATURE_NAMES, key=lambda name: away[name])
    one, other, *_ = sorted(
        (name for name in FEATURE_NAMES if name != apart), key=lambda name: away[name] - common[name]
    )
    return (one, other), apart


@dataclass(frozen=True)
class ClusterProfile:
    """A description of a cluster for people.

    Attributes:
        number: the cluster, 0 to k - 1.
        name: unique within the model, such as "Mellow acoustic folk" (see `ml.serving.cluster_names`).
        size: how many tracks it holds.
        z: mean z-score of each feature against the catalogue, in the order of `FEATURE_NAMES`.
        genres: the most common genres with their share of the labelled tracks, most common first.
    """

    number: int
    name: str
    size: int
    z: tuple[float, ...]
    genres: tuple[tuple[str, float], ...]
