"""Describes clusters and names them after what their songs are."""

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import replace
from itertools import chain, count

import numpy as np
from numpy.typing import NDArray

from ml.arrays import Floats, Rows
from ml.features import FEATURE_NAMES, FEATURE_WORDS
from ml.serving.cluster_names import MIXED, SONGS, TRAIT_ORDER, ClusterName, spoken_genre
from ml.serving.genre_families import families_of
from ml.serving.profiles import CLEAR, TELLING, ClusterProfile, feature_word
from ml.songs import LabelledSongs

CARRIED_GENRE = 0.5
"""A genre stands in a name if at least this share of the songs carries it."""
SHARED_TRAIT = 2 / 3
"""A trait stands in a name if at least this share of the songs has it clearly…"""
CONTRADICTED_TRAIT = 0.06
"""… and at most this share lies on the other side of the catalogue's mean…"""
CONTRADICTED_LAST_TRAIT = 0.25
"""… or this share, if a name would otherwise be empty."""
USUAL_TRAIT = 0.5
"""A trait that a larger share of the whole catalogue has says nothing, such as vocals."""
MOST_TRAITS = 2
MOST_WORDS = 4
"""Without the example artist."""
_ARTISTS_LOOKED_AT = 20
_SHOWN_GENRES = 3
_SIDES = {
    word: (FEATURE_NAMES.index(feature), sign)
    for feature, words in FEATURE_WORDS.items()
    for sign, word in zip((-1.0, 1.0), words, strict=True)
}
"""Words with their feature's number and the sign of its side."""


def profile_clusters(songs: LabelledSongs, labels: NDArray[np.int32], clusters: int) -> list[ClusterProfile]:
    """Describe and name every cluster.

    A name is the genre (or the family of genres) that at least half of the songs carry, with at most two
    traits that they share; three traits where there is no such genre. That is four words at most. Where
    clusters have the same words, an example artist follows them.

    Args:
        songs: n tracks; genres and popularity where known.
        labels: shape (n,), the cluster of each track.
        clusters: k.
    """
    features = songs.columns.features
    scale = features.std(axis=0)
    z = (features - features.mean(axis=0)) / np.where(scale > 0, scale, 1.0)
    sizes = np.bincount(labels, minlength=clusters)
    means = _by_cluster(z, labels, sizes)
    counts, labelled = _counted(songs.genres, labels, clusters)
    family_of = families_of(set().union(*songs.genres))
    of_family = [{family_of[genre] for genre in genres} for genres in songs.genres]
    families, _ = _counted(of_family, labels, clusters)
    names = _unique_names(
        [
            _words(traits, _carried(counts[c], families[c], int(sizes[c])))
            for c, traits in enumerate(_traits(z, labels, sizes, means))
        ],
        songs,
        [genres | own for genres, own in zip(songs.genres, of_family, strict=True)],
        labels,
        z,
    )
    return [
        ClusterProfile(
            c,
            names[c],
            int(sizes[c]),
            tuple(float(x) for x in means[c]),
            tuple((name, times / labelled[c]) for name, times in _commonest(counts[c])[:_SHOWN_GENRES]),
        )
        for c in range(clusters)
    ]


def _by_cluster(values: Floats, labels: NDArray[np.int32], sizes: Rows) -> Floats:
    """The mean of each column (n, m) in each cluster, shape (k, m)."""
    sums = [np.bincount(labels, weights=column, minlength=len(sizes)) for column in values.T]
    means: Floats = np.column_stack(sums) / np.maximum(sizes, 1)[:, None]
    return means


def _traits(z: Floats, labels: NDArray[np.int32], sizes: Rows, means: Floats) -> list[list[tuple[str, bool]]]:
    """The traits that each cluster's songs share, strongest first; True for what only a bare name takes."""
    found: list[list[tuple[bool, float, str]]] = [[] for _ in sizes]
    for sign in (-1.0, 1.0):
        shared = _by_cluster((sign * z >= CLEAR).astype(np.float64), labels, sizes) >= SHARED_TRAIT
        usual = (sign * z >= CLEAR).mean(axis=0) > USUAL_TRAIT
        denied = _by_cluster((sign * z < 0.0).astype(np.float64), labels, sizes)
        strength = sign * means * TELLING
        fits = shared & ~usual & (denied <= CONTRADICTED_LAST_TRAIT) & (strength >= CLEAR)
        for cluster, feature in np.argwhere(fits).tolist():
            word = feature_word(FEATURE_NAMES[feature], sign)
            if word in TRAIT_ORDER:
                last = bool(denied[cluster, feature] > CONTRADICTED_TRAIT)
                found[cluster].append((last, -float(strength[cluster, feature]), word))
    return [[(word, last) for last, _, word in sorted(traits)] for traits in found]


def _counted(
    genres: Sequence[Set[str]], labels: NDArray[np.int32], clusters: int
) -> tuple[list[Counter[str]], list[int]]:
    """How many songs of each cluster carry each genre, and how many carry any."""
    counts: list[Counter[str]] = [Counter() for _ in range(clusters)]
    labelled = [0] * clusters
    for label, names in zip(labels.tolist(), genres, strict=True):
        if names:
            labelled[label] += 1
            counts[label].update(names)
    return counts, labelled


def _carried(counts: Counter[str], families: Counter[str], size: int) -> str:
    """The commonest genre, or else family of genres, if half of the songs carry it; empty if they do not."""
    for counted in (counts, families):
        if counted and (most := _commonest(counted)[0])[1] >= CARRIED_GENRE * size:
            return spoken_genre(most[0])
    return ""


def _commonest(counted: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def _words(traits: Sequence[tuple[str, bool]], genre: str) -> ClusterName:
    """At most four words; traits in the order of all names."""
    clear = [word for word, last in traits if not last]
    if genre:
        kept = clear[: min(MOST_TRAITS, max(0, MOST_WORDS - len(genre.split())))]
    else:
        kept = clear[: MOST_WORDS - 1] or [word for word, _ in traits[:1]] or [MIXED]
    return ClusterName(tuple(sorted(kept, key=TRAIT_ORDER.index)), genre or SONGS)


def _unique_names(
    names: Sequence[ClusterName],
    songs: LabelledSongs,
    carried: Sequence[Set[str]],
    labels: NDArray[np.int32],
    z: Floats,
) -> list[str]:
    """Names with an example artist where several clusters have the same words."""
    times = Counter(names)
    doubled = [times[name] > 1 for name in names]
    artists = _example_artists(names, doubled, songs, carried, labels, z)
    taken: set[frozenset[str]] = set()
    unique: list[str] = []
    for name, known in zip(names, artists, strict=True):
        candidates = [str(replace(name, artist=artist)) for artist in known] or [str(name)]
        numbered = (f"{name} {number}" for number in count(2))
        chosen = next(one for one in chain(candidates, numbered) if _key(one) not in taken)
        taken.add(_key(chosen))
        unique.append(chosen)
    return unique


def _key(name: str) -> frozenset[str]:
    return frozenset(name.lower().split())


def _example_artists(
    names: Sequence[ClusterName],
    wanted: Sequence[bool],
    songs: LabelledSongs,
    carried: Sequence[Set[str]],
    labels: NDArray[np.int32],
    z: Floats,
) -> list[list[str]]:
    """Artists of the best-known songs that fit the name, then of the others, for the clusters wanted."""
    sides = [[_SIDES[trait] for trait in name.traits if trait != MIXED] for name in names]
    order = np.argsort(-np.nan_to_num(songs.columns.popularity, nan=-1.0), kind="stable").tolist()
    found: list[tuple[dict[str, None], dict[str, None]]] = [({}, {}) for _ in names]
    for row in order:
        label = labels[row]
        if wanted[label] and songs.artists[row]:
            fits = all(sign * z[row, feature] > 0 for feature, sign in sides[label]) and (
                not names[label].has_genre or names[label].genre in map(spoken_genre, carried[row])
            )
            artists = found[label][0 if fits else 1]
            if len(artists) < _ARTISTS_LOOKED_AT:
                artists.setdefault(songs.artists[row][0])
    return [[*fitting, *others] for fitting, others in found]
