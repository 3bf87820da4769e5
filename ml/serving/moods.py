"""Moods: target values for some features."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.arrays import Floats, Floats32, Rows
from ml.features import FEATURE_NAMES, FEATURE_RANGES, InvalidFeatures
from ml.serving.catalogue_arrays import BEST
from ml.serving.draw import Familiarity
from ml.serving.genre_table import family_of, family_rank
from ml.serving.recommender import Recommender
from ml.serving.seeds import Excluded

WITHIN = 0.5
"""Songs within so many standard deviations of a mood belong to it…"""
CONSIDERED = 12
"""… and at least so many for each that is wanted."""
KNOWN_WEIGHT = 2.0
"""The weight of full popularity, in the same unit."""
CHANCE = 0.12
"""The scale of the random part, in the same unit, so that a mood gives other songs every time."""
FURTHER = 2_000
"""Songs further from a mood that are considered before one family gets more than a third of a playlist."""

PRESETS: Mapping[str, Mapping[str, float]] = {
    "focus": {"instrumentalness": 0.85, "energy": 0.45, "speechiness": 0.04, "liveness": 0.1},
    "party": {"danceability": 0.8, "energy": 0.8, "valence": 0.75, "loudness": -4.5},
    "workout": {"energy": 0.93, "tempo": 135.0, "loudness": -4.0, "danceability": 0.65},
    "chill": {"energy": 0.35, "valence": 0.4, "acousticness": 0.5, "danceability": 0.6, "loudness": -11.0},
    "sleep": {"energy": 0.12, "acousticness": 0.9, "loudness": -18.0, "tempo": 80.0, "instrumentalness": 0.5},
    "happy": {"valence": 0.93, "energy": 0.7, "danceability": 0.7},
    "sad": {"valence": 0.15, "energy": 0.3, "acousticness": 0.6, "tempo": 90.0},
    "angry": {"energy": 0.96, "valence": 0.2, "loudness": -3.5, "acousticness": 0.01},
    "acoustic": {"acousticness": 0.9, "energy": 0.35, "instrumentalness": 0.0, "liveness": 0.12},
    "road trip": {"energy": 0.75, "valence": 0.65, "danceability": 0.55, "tempo": 122.0, "acousticness": 0.1},
}


def checked(wanted: Mapping[str, float]) -> Mapping[str, float]:
    """Validate that every value is a number within its feature's range.

    Raises:
        InvalidFeatures: one is not, or no feature has this name.
    """
    for name, value in wanted.items():
        low, high = FEATURE_RANGES.get(name, (1.0, 0.0))
        if not low <= value <= high:
            raise InvalidFeatures(f"{name} is {value!r}, not a number from {low:g} to {high:g}")
    return wanted


def away_from_mood(features: NDArray[np.floating], wanted: Mapping[str, float], scale: Floats) -> Floats:
    """Distances of n songs to a mood: the root mean square of z-scored differences, shape (n,).

    Features without a target are ignored.

    Args:
        features: (n, 9). scale: (9,), the standard deviations over the catalogue.
        wanted: at least one feature with its value.
    """
    columns = [FEATURE_NAMES.index(name) for name in wanted]
    differences = (features[:, columns] - np.array(list(wanted.values()))) / scale[columns]
    away: Floats = np.sqrt((differences**2).mean(axis=1))
    return away


@dataclass(frozen=True)
class MoodSongs:
    """Songs to choose from, one row each.

    Attributes:
        rows: (n,) catalogue rows of the best versions.
        features: (n, 9).
        known: (n,), how well known each song is, 0 to 1; NaN where unknown.
        families: (n,), equal for songs of one family of genres.
        kinds: (n,), as in `CatalogueArrays`.
    """

    rows: NDArray[np.int64]
    features: Floats32
    known: Floats32
    families: NDArray[np.int32]
    kinds: NDArray[np.uint16]

    @classmethod
    def of(
        cls,
        recommender: Recommender,
        lines: Sequence[Sequence[Any]],
        labelled: Sequence[tuple[str, Sequence[int]]] = (),
    ) -> "MoodSongs":
        """The best versions among some tracks.

        Args:
            lines: of row number, popularity (ignored) and nine features.
            labelled: genres with the rows that stand under them; songs under none are of the family of their
                cluster's commonest genre.
        """
        arrays, profiles = recommender.bundle.arrays, recommender.bundle.profiles
        order = np.argsort(arrays.rows)
        ascending = arrays.rows[order]

        def places(rows: Sequence[int]) -> tuple[Rows, NDArray[np.bool_]]:
            wanted = np.array(rows, dtype=np.int64)
            found = np.minimum(np.searchsorted(ascending, wanted), len(ascending) - 1)
            return order[found], ascending[found] == wanted

        at, trained = places([line[0] for line in lines])
        best = trained & (arrays.standing[at] & BEST > 0)
        at = at[best]
        values = [[np.nan if value is None else value for value in line[2:]] for line in lines]
        numbers: dict[str, int] = {}
        of_cluster = [
            numbers.setdefault(family_of(profile.genres[0][0]) if profile.genres else name, len(numbers))
            for profile, name in ((profile, f"cluster {profile.number}") for profile in profiles)
        ]
        of_song = np.full(int(arrays.songs.max()) + 1, -1, np.int32)
        # Families of regions, which rank first, come last and win.
        for name, members in sorted(labelled, key=lambda one: family_rank(one[0]), reverse=True):
            where, known = places(members)
            of_song[arrays.songs[where[known]]] = numbers.setdefault(family_of(name), len(numbers))
        families = of_song[arrays.songs[at]]
        return cls(
            arrays.rows[at],
            np.array(values, dtype=np.float32).reshape(len(lines), len(FEATURE_NAMES))[best],
            arrays.popularity[at] / np.float32(100.0),
            np.where(families < 0, np.array(of_cluster, dtype=np.int32)[arrays.clusters[at]], families),
            arrays.kinds[at],
        )


def of_mood(
    recommender: Recommender,
    songs: MoodSongs,
    wanted: Mapping[str, float],
    count: int,
    per_artist: int,
    excluded: Excluded,
    rng: np.random.Generator,
    *,
    familiarity: Familiarity = "known",
) -> list[int]:
    """Rows of songs near a mood, drawn across genres; the best known of them first.

    The songs near enough to the mood are put in order of how near and how well known they are, with some
    chance.

    Args:
        wanted: at least one feature with its value.
        per_artist: the maximum number of songs that credit one artist.
    """
    away = away_from_mood(songs.features, wanted, recommender.bundle.scale)
    near = np.argsort(away, kind="stable")
    enough = max(CONSIDERED * count, int(np.searchsorted(away[near], WITHIN)))
    near, further = near[:enough], near[enough : enough + FURTHER]
    known = songs.known[near] if familiarity == "known" else 1.0 - songs.known[near]
    known = np.nan_to_num(known, nan=0.0)  # a song of unknown popularity is neither well known nor hidden
    score = away[near] - KNOWN_WEIGHT * known - rng.gumbel(scale=CHANCE, size=len(near))
    near = near[np.argsort(score, kind="stable")]
    tiers = [*across_families(near, count), (further, max(1, count // 3)), (near, count), (further, count)]
    return taken(recommender, songs, tiers, count, per_artist, excluded)


def across_families(near: Rows, count: int) -> list[tuple[Rows, int]]:
    """Tiers of which a fourth of the songs at most are of one family of genres, then a third."""
    return [(near, max(1, count // 4)), (near, max(1, count // 3))]


def taken(
    recommender: Recommender,
    songs: MoodSongs,
    tiers: Sequence[tuple[Rows, int]],
    count: int,
    per_artist: int,
    excluded: Excluded,
) -> list[int]:
    """Rows of the first songs that are allowed, the best known first.

    Args:
        tiers: places in `songs`, the best first, and how many songs of one family of genres there may be
            after them; a tier is looked at if those before it gave too few songs.
    """
    chosen: dict[int, int] = {}  # rows by places
    artists: Counter[int] = Counter()
    families: Counter[int] = Counter()
    for places, most in tiers:
        if len(chosen) == count:
            break
        allowed = recommender.allowed_versions(songs.rows[places].tolist(), excluded)
        for at, family in zip(places.tolist(), songs.families[places].tolist(), strict=True):
            row = allowed.get(int(songs.rows[at]))
            if row is None or at in chosen or families[family] >= most or len(chosen) == count:
                continue
            credited = recommender.artists_of([row])
            if all(artists[artist] < per_artist for artist in credited):
                chosen[at] = row
                artists.update(credited)
                families[family] += 1
    best_known = sorted(chosen, key=lambda at: -float(np.nan_to_num(songs.known[at], nan=0.0)))
    return [chosen[at] for at in best_known]
