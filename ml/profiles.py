"""What stands out in a cluster or in a song, in words a person would use."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.features import FEATURE_NAMES

Floats = NDArray[np.float64]

_WORDS: Mapping[str, tuple[str, str]] = {
    "acousticness": ("electric", "acoustic"),
    "danceability": ("free-flowing", "danceable"),
    "energy": ("mellow", "high-energy"),
    "instrumentalness": ("vocal", "instrumental"),
    "liveness": ("studio", "live-sounding"),
    "loudness": ("quiet", "loud"),
    "speechiness": ("sung", "wordy"),
    "tempo": ("slow", "fast"),
    "valence": ("dark", "bright"),
}
"""What a low and a high value of each feature sounds like."""

_TELLING = np.array([1.0, 1.0, 1.1, 1.0, 0.6, 0.7, 0.8, 0.9, 1.0])
"""How much a deviation says to a listener: how live or loud a master is says less than its mood."""

CLEAR = 0.5
"""A feature stands out when it is at least half a standard deviation off the catalogue's mean."""
COMMON_GENRE = 0.3
"""A genre names a cluster when at least this share of its labelled songs stands under it."""


def feature_word(feature: str, z: float) -> str:
    """`("energy", 1.2)` is "high-energy"."""
    low, high = _WORDS[feature]
    return high if z > 0 else low


def shared_features(first: Floats, second: Floats, *, most: int = 3) -> tuple[str, ...]:
    """The words for what two songs have in common, most telling first.

    Args:
        first, second: z-scores against the catalogue, shape (9,).
        most: how many words at most.
    """
    strength = np.minimum(np.abs(first), np.abs(second)) * _TELLING
    alike = (np.sign(first) == np.sign(second)) & (np.abs(first - second) < 1.0)
    order = np.argsort(-strength)
    return tuple(
        feature_word(FEATURE_NAMES[i], float(first[i])) for i in order if alike[i] and strength[i] >= CLEAR
    )[:most]


@dataclass(frozen=True)
class ClusterProfile:
    """One cluster as a person may look at it.

    Attributes:
        number: the cluster, 0 to k - 1.
        name: unique within the model, such as "Mellow acoustic folk".
        size: how many tracks it holds.
        z: mean z-score of each feature against the catalogue, in the order of `FEATURE_NAMES`.
        genres: the commonest genres with their share of the labelled tracks, commonest first.
    """

    number: int
    name: str
    size: int
    z: tuple[float, ...]
    genres: tuple[tuple[str, float], ...]


def profile_clusters(
    features: Floats, labels: NDArray[np.int32], genres: Sequence[frozenset[str]], clusters: int
) -> list[ClusterProfile]:
    """Describe and name every cluster.

    Args:
        features: shape (n, 9), as measured.
        labels: shape (n,), the cluster of each track.
        genres: n sets of genre names, empty where unknown.
        clusters: k.
    """
    scale = features.std(axis=0)
    z = (features - features.mean(axis=0)) / np.where(scale > 0, scale, 1.0)
    sizes = np.bincount(labels, minlength=clusters)
    sums = np.column_stack([np.bincount(labels, weights=z[:, i], minlength=clusters) for i in range(9)])
    means = sums / np.maximum(sizes, 1)[:, None]
    counts: list[Counter[str]] = [Counter() for _ in range(clusters)]
    labelled = [0] * clusters
    for label, names in zip(labels.tolist(), genres, strict=True):
        if names:
            labelled[label] += 1
            counts[label].update(names)
    shares = [
        tuple((name, count / labelled[c]) for name, count in _commonest(counts[c])) for c in range(clusters)
    ]
    unique = _unique_names([_words(means[c], shares[c]) for c in range(clusters)])
    return [
        ClusterProfile(c, unique[c], int(sizes[c]), tuple(float(x) for x in means[c]), shares[c])
        for c in range(clusters)
    ]


def _commonest(count: Counter[str]) -> list[tuple[str, int]]:
    return sorted(count.items(), key=lambda item: (-item[1], item[0]))[:3]


def _words(z: Floats, genres: Sequence[tuple[str, float]]) -> list[str]:
    """All that could be said of a cluster, the most telling first; a name takes as many as it needs."""
    order = np.argsort(-np.abs(z) * _TELLING, kind="stable")
    adjectives = [feature_word(FEATURE_NAMES[i], float(z[i])) for i in order]
    clear = sum(1 for i in order if abs(z[i]) * _TELLING[i] >= CLEAR)
    genre = [name.replace("-", " ") for name, share in genres[:1] if share >= COMMON_GENRE]
    start = adjectives[: max(1, min(clear, 2))]
    return [" ".join([*start, *genre]), *adjectives[len(start) :]]


def _unique_names(words: Sequence[list[str]]) -> list[str]:
    """Add a further word where two clusters would share a name, and a number where words run out."""
    names = [parts[0] for parts in words]
    for extra in (1, 2):
        doubled = {name for name, count in Counter(names).items() if count > 1}
        names = [
            f"{parts[extra]}, {name}" if name in doubled and len(parts) > extra else name
            for name, parts in zip(names, words, strict=True)
        ]
    seen: Counter[str] = Counter()
    unique: list[str] = []
    for name in names:
        seen[name] += 1
        numbered = name if seen[name] == 1 else f"{name} {seen[name]}"
        unique.append(numbered[0].upper() + numbered[1:])
    return unique
