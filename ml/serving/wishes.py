"""Songs for a wish in words: targets in standard deviations, and required properties."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.arrays import Floats, Floats32
from ml.features import FEATURE_NAMES
from ml.serving.moods import MoodSongs, across_families, taken
from ml.serving.recommender import Recommender
from ml.serving.seeds import Excluded

_LOOKED_AT = 12
"""Best fitting songs considered per song wanted."""
_OWN_SHARE = 0.3
"""A target is relative to the songs to choose from: calm metal is the calmest three tenths of metal."""
_INSTRUMENTAL, _LIVE = 0.5, 0.6
"""Spotify's own marks: above .5 instrumentalness a track has no vocals; above .6 it is probably live."""
_TAKEN_FROM = 24
"""Songs considered per song wanted, before one family of genres gets more than a third."""
_ENOUGH = 3
"""Songs per song wanted that are enough to choose from; at most a third of those there are."""
_AS_GOOD = 0.25
"""How much less than the last of these a well known song, or one of another genre, may fit."""
_MANY = 0.3
"""A kind belongs to a genre if at least this share of its songs is of that kind."""
_CHANCE = 0.25
"""The scale of the random part, in standard deviations of features, so that two answers differ."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The wanted properties of songs.

    Attributes:
        targets: features in standard deviations from the catalogue's mean, or from `near`'s own features.
        instrumental, live: whether only such songs are wanted (True), only others (False), or any (None).
        known: the weight of popularity, in standard deviations; negative prefers hidden songs.
        near: (d,) a point of the model's space that songs should be near to.
        near_features: (9,) the features at `near`.
        genre: whether the songs to choose from are of a requested genre; else genres are mixed.
        kinds: bits of kinds that belong to a genre where many of its songs are of them, such as nursery
            rhymes to songs for children.
    """

    targets: Mapping[str, float]
    instrumental: bool | None = None
    live: bool | None = None
    known: float = 0.0
    near: Floats32 | None = None
    near_features: Floats | None = None
    genre: bool = False
    kinds: int = 0


def songs_for(
    recommender: Recommender,
    songs: MoodSongs,
    wanted: Wanted,
    count: int,
    per_artist: int,
    excluded: Excluded,
    rng: np.random.Generator,
) -> list[int]:
    """Rows of the songs that fit best, with some chance.

    Required properties are a filter, relaxed if too few songs pass; the rest is a distance that grows only
    where a song falls short of a target.

    Args:
        songs: to choose from.
    """
    bundle = recommender.bundle
    scores = (songs.features.astype(np.float64) - bundle.mean) / bundle.scale
    kept, missing = _with_marks(songs, wanted, count, bundle.scale)
    short = missing + _short_of(scores, scores[kept], wanted, (bundle.mean, bundle.scale))
    known = np.nan_to_num(songs.known, nan=0.0)
    away = short - wanted.known * known + rng.normal(0.0, _CHANCE, len(short))
    near = kept[np.argsort(away[kept], kind="stable")]
    if wanted.near is not None:
        near = near[: 4 * _LOOKED_AT * count]
        apart = np.linalg.norm(recommender.points_of(songs.rows[near].tolist()) - wanted.near, axis=1)
        apart /= recommender.usual_distance or 1.0
        near = near[np.argsort(2.0 * apart + away[near], kind="stable")]
    if wanted.kinds:
        excluded = replace(excluded, kinds=excluded.kinds | (wanted.kinds & _kinds_of_many(songs)))
    good = near
    if wanted.near is None:
        enough = min(_ENOUGH * count, max(count, len(kept) // 3))
        good = near[short[near] <= np.sort(short[kept])[:enough][-1:] + _AS_GOOD]
    good = good[: _TAKEN_FROM * count]
    if not wanted.genre and wanted.near is None:
        better = [(good, count)] if wanted.targets else []  # without targets all songs fit alike
        tiers = [*across_families(good, count), *better, *across_families(near, count), (near, count)]
    else:
        tiers = [(good, count), (near, count)]
    if len(whole := near[missing[near] == 0]) < len(near):
        tiers = [(whole, count), *tiers]
    return taken(recommender, songs, tiers, count, per_artist, excluded)


def _kinds_of_many(songs: MoodSongs) -> int:
    bits = (1 << place for place in range(16))
    return sum(bit for bit in bits if np.count_nonzero(songs.kinds & bit) > _MANY * len(songs.rows))


def _with_marks(
    songs: MoodSongs, wanted: Wanted, count: int, scale: Floats
) -> tuple[NDArray[np.int64], Floats]:
    """The indices of songs with the required properties; the nearest to these too if there are few.

    Returns:
        the indices, and of all songs (n,) what they lack of the properties, in standard deviations.
    """
    kept, missing = np.arange(len(songs.rows)), np.zeros(len(songs.rows))
    for name, limit, is_wanted in (
        ("instrumentalness", _INSTRUMENTAL, wanted.instrumental),
        ("liveness", _LIVE, wanted.live),
    ):
        if is_wanted is None:
            continue
        column, sign = FEATURE_NAMES.index(name), 1.0 if is_wanted else -1.0
        lacks = np.maximum(sign * (limit - songs.features[:, column].astype(np.float64)), 0.0) / scale[column]
        passes = lacks[kept] <= 0.0
        if passes.sum() < count:
            passes = lacks[kept] <= np.sort(lacks[kept])[: _LOOKED_AT * count][-1:]
        kept, missing = kept[passes], missing + lacks
    return kept, missing


def _short_of(scores: Floats, own: Floats, wanted: Wanted, scaling: tuple[Floats, Floats]) -> Floats:
    """How far each song falls short, in standard deviations: the root mean square over the targets, (n,).

    Args:
        scores: (n, 9), of all songs. own: (m, 9), of those to choose from.
        scaling: the mean and the standard deviations of the catalogue, each (9,).
    """
    squares = np.zeros(len(scores))
    if not wanted.targets or not len(own):
        return squares
    mean, scale = scaling
    for name, amount in wanted.targets.items():
        column, sign = FEATURE_NAMES.index(name), 1.0 if amount > 0 else -1.0
        if wanted.near_features is not None:
            target = amount + float((wanted.near_features[column] - mean[column]) / scale[column])
        else:
            edge = float(np.quantile(sign * own[:, column], 1.0 - _OWN_SHARE))
            target = sign * max(sign * amount, edge)
        squares += np.maximum(sign * (target - scores[:, column]), 0.0) ** 2
    return np.sqrt(squares / len(wanted.targets))
