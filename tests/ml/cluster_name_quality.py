"""Measures whether the names of clusters hold for their songs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.features import FEATURE_NAMES, FEATURE_WORDS
from ml.serving.cluster_names import MIXED, ClusterName
from ml.songs import LabelledSongs


@dataclass(frozen=True)
class NameQuality:
    """How well names fit.

    Attributes:
        contradicted: of all pairs of a song and a trait in its cluster's name, the share where the song's
            z-score has the other sign.
        genre_carried: of all songs whose cluster's name has a genre, the share that carries it, or one that
            ends so.
        doubled: names whose words are another name's words, in any order.
        longest: most words in a name, without the example artist.
    """

    contradicted: float
    genre_carried: float
    doubled: int
    longest: int


def measure_names(songs: LabelledSongs, labels: NDArray[np.int32], names: Sequence[str]) -> NameQuality:
    """Compare the names of clusters with their songs.

    Args:
        songs: n tracks.
        labels: shape (n,), the cluster of each.
        names: one for each cluster.
    """
    features = songs.columns.features
    scale = features.std(axis=0)
    z = (features - features.mean(axis=0)) / np.where(scale > 0, scale, 1.0)
    sides = {
        word: sign * z[:, FEATURE_NAMES.index(feature)]
        for feature, words in FEATURE_WORDS.items()
        for sign, word in zip((-1.0, 1.0), words, strict=True)
    }
    parts = [ClusterName.parse(name) for name in names]
    pairs = [
        bool(sides[trait][row] < 0)
        for row, label in enumerate(labels.tolist())
        for trait in parts[label].traits
        if trait != MIXED
    ]
    carried = [
        any(
            genre.replace("-", " ").lower().endswith(parts[label].genre.replace("-", " ").lower())
            for genre in genres
        )
        for label, genres in zip(labels.tolist(), songs.genres, strict=True)
        if parts[label].has_genre
    ]
    return NameQuality(
        contradicted=float(np.mean(pairs)) if pairs else 0.0,
        genre_carried=float(np.mean(carried)) if carried else 1.0,
        doubled=len(names) - len({frozenset(name.lower().split()) for name in names}),
        longest=max(len(name.partition(" like ")[0].split()) for name in names),
    )
