"""Made-up catalogues: genres with different sounds, artists with similar songs."""

import numpy as np

from ml.features import FEATURE_RANGES
from ml.songs import LabelledSongs, SongColumns

NINE = len(FEATURE_RANGES)
LOW = np.array([low for low, _ in FEATURE_RANGES.values()])
HIGH = np.array([high for _, high in FEATURE_RANGES.values()])


def unknown(count: int) -> np.ndarray:
    return np.full(count, np.nan)


def bare_columns(features: np.ndarray) -> SongColumns:
    """Columns of songs of which only the nine features are known."""
    count = len(features)
    return SongColumns(
        features, unknown(count), unknown(count), unknown(count), unknown(count), unknown(count)
    )


def made_up_songs(
    count: int = 600,
    *,
    genres: int = 4,
    per_artist: int = 5,
    seed: int = 7,
    labels: bool = True,
    extras: bool = True,
    playlists: bool = False,
) -> LabelledSongs:
    """Songs whose genre can be heard: each genre has a centre, each artist one genre and a place near it."""
    generator = np.random.default_rng(seed)
    centres = generator.random((genres, NINE))
    artist = np.arange(count) // per_artist
    genre = generator.integers(0, genres, artist.max() + 1)
    place = centres[genre] + generator.normal(0, 0.12, (artist.max() + 1, NINE))
    share = np.clip(place[artist] + generator.normal(0, 0.06, (count, NINE)), 0, 1)
    features = LOW + share * (HIGH - LOW)
    known = {
        "duration_ms": generator.uniform(120_000, 300_000, count),
        "release_year": 1960.0 + generator.integers(0, 60, count),
        "key": generator.integers(0, 12, count).astype(float),
        "mode": generator.integers(0, 2, count).astype(float),
        "popularity": generator.integers(0, 101, count).astype(float),
    }
    columns = SongColumns(features, **(known if extras else {name: unknown(count) for name in known}))
    named = [frozenset({f"genre {genre[owner]}"}) if labels else frozenset() for owner in artist]
    listed = [frozenset({f"list {genre[owner]}-{row % 3}"}) for row, owner in enumerate(artist)]
    return LabelledSongs(
        columns=columns,
        ids=[f"track{row:05d}" for row in range(count)],
        titles=[f"Song {row}" for row in range(count)],
        artists=[(f"Artist {owner}",) for owner in artist],
        genres=named,
        subgenres=named if playlists else (),
        playlists=listed if playlists else (),
    )
