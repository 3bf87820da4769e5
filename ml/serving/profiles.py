"""Describes the distinctive features of clusters and songs in words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, count

import numpy as np
from numpy.typing import NDArray

from ml.features import FEATURE_NAMES, FEATURE_WORDS
from ml.songs import LabelledSongs

Floats = NDArray[np.float64]

_TELLING = (1.0, 1.0, 1.1, 1.0, 0.6, 0.7, 0.8, 0.9, 1.0)
"""How much a deviation says to a listener: how live or loud a master is says less than its mood."""

CLEAR = 0.5
"""A feature stands out when it is at least half a standard deviation off the catalogue's mean."""
_ARTISTS_LOOKED_AT = 10
COMMON_GENRE = 0.3
"""A genre names a cluster when at least this share of its labelled songs stands under it."""


def feature_word(feature: str, z: float) -> str:
    """`("energy", 1.2)` is "high-energy"."""
    low, high = FEATURE_WORDS[feature]
    return high if z > 0 else low


def shared_features(
    first: Sequence[float],
    second: Sequence[float],
    means: Sequence[float],
    scales: Sequence[float],
    *,
    most: int = 3,
) -> tuple[str, ...]:
    """Words for the common features of two songs, most distinctive first.

    Uses plain floats: for nine numbers numpy is ten times slower.

    Args:
        first, second: feature values in the order of `FEATURE_NAMES`.
        means, scales: of the catalogue, in the same order.
        most: how many words at most.
    """
    clear: list[tuple[float, str]] = []
    for name, x, y, mean, scale, telling in zip(
        FEATURE_NAMES, first, second, means, scales, _TELLING, strict=True
    ):
        a, b = (x - mean) / scale, (y - mean) / scale
        if a * b > 0 and -1.0 < a - b < 1.0 and (strength := min(abs(a), abs(b)) * telling) >= CLEAR:
            clear.append((strength, feature_word(name, a)))
    return tuple(word for _, word in sorted(clear, reverse=True)[:most])


def standing_out(z: Sequence[float], *, most: int = 4) -> tuple[str, ...]:
    """Words for features clearly above or below the catalogue's mean, most distinctive first.

    Args:
        z: z-scores in the order of `FEATURE_NAMES`.
        most: how many words at most.
    """
    strength = np.abs(np.array(z)) * _TELLING
    order = np.argsort(-strength, kind="stable")
    return tuple(feature_word(FEATURE_NAMES[i], z[i]) for i in order if strength[i] >= CLEAR)[:most]


@dataclass(frozen=True)
class ClusterProfile:
    """A description of a cluster for people.

    Attributes:
        number: the cluster, 0 to k - 1.
        name: unique within the model, such as "Mellow acoustic folk".
        size: how many tracks it holds.
        z: mean z-score of each feature against the catalogue, in the order of `FEATURE_NAMES`.
        genres: the most common genres with their share of the labelled tracks, most common first.
    """

    number: int
    name: str
    size: int
    z: tuple[float, ...]
    genres: tuple[tuple[str, float], ...]


def profile_clusters(songs: LabelledSongs, labels: NDArray[np.int32], clusters: int) -> list[ClusterProfile]:
    """Describe and name every cluster.

    Args:
        songs: n tracks; genres and popularity where known.
        labels: shape (n,), the cluster of each track.
        clusters: k.
    """
    features = songs.columns.features
    scale = features.std(axis=0)
    z = (features - features.mean(axis=0)) / np.where(scale > 0, scale, 1.0)
    sizes = np.bincount(labels, minlength=clusters)
    sums = np.column_stack([np.bincount(labels, weights=z[:, i], minlength=clusters) for i in range(9)])
    means = sums / np.maximum(sizes, 1)[:, None]
    counts: list[Counter[str]] = [Counter() for _ in range(clusters)]
    labelled = [0] * clusters
    for label, names in zip(labels.tolist(), songs.genres, strict=True):
        if names:
            labelled[label] += 1
            counts[label].update(names)
    shares = [
        tuple((name, times / labelled[c]) for name, times in _commonest(counts[c])) for c in range(clusters)
    ]
    unique = _unique_names(
        [_words(means[c], shares[c]) for c in range(clusters)], _known_artists(songs, labels, clusters)
    )
    return [
        ClusterProfile(c, unique[c], int(sizes[c]), tuple(float(x) for x in means[c]), shares[c])
        for c in range(clusters)
    ]


def _commonest(counted: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:3]


def _words(z: Floats, genres: Sequence[tuple[str, float]]) -> tuple[str, str]:
    """A name with one or two words for features and one for the genre, and a longer alternative."""
    order = np.argsort(-np.abs(z) * _TELLING, kind="stable")
    adjectives = [feature_word(FEATURE_NAMES[i], float(z[i])) for i in order]
    clear = sum(1 for i in order if abs(z[i]) * _TELLING[i] >= CLEAR)
    genre = [name.replace("-", " ") for name, share in genres[:1] if share >= COMMON_GENRE]
    words = max(1, min(clear, 2))
    return " ".join([*adjectives[:words], *genre]), " ".join([*adjectives[: words + 1], *genre])


def _known_artists(songs: LabelledSongs, labels: NDArray[np.int32], clusters: int) -> list[list[str]]:
    """Per cluster its first artists, the most popular first (by row where no popularity is known)."""
    order = np.argsort(-np.nan_to_num(songs.columns.popularity, nan=-1.0), kind="stable")
    found: list[dict[str, None]] = [{} for _ in range(clusters)]
    for row in order.tolist():
        artists = found[labels[row]]
        if songs.artists[row] and len(artists) < _ARTISTS_LOOKED_AT:
            artists.setdefault(songs.artists[row][0])
    return [list(artists) for artists in found]


def _unique_names(words: Sequence[tuple[str, str]], artists: Sequence[list[str]]) -> list[str]:
    """Make names unique by a third word, then by an artist."""
    short = Counter(name for name, _ in words)
    names = [name if short[name] == 1 else longer for name, longer in words]
    doubled = Counter(names)
    taken: set[str] = set()
    unique: list[str] = []
    for name, known in zip(names, artists, strict=True):
        candidates = [name] if doubled[name] == 1 else [f"{name} like {artist}" for artist in known]
        numbered = (f"{name} {number}" for number in count(2))
        chosen = next(candidate for candidate in chain(candidates, numbered) if candidate not in taken)
        taken.add(chosen)
        unique.append(chosen[0].upper() + chosen[1:])
    return unique
