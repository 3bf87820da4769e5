"""Reads the tracks of a catalogue as training columns, never songs fetched from APIs."""

import asyncio
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.domain.errors import StorageFailed
from bot.storage.catalogue.building import make_empty
from bot.storage.catalogue.catalogue import Catalogue, uri_of
from ml.arrays import Floats
from ml.features import FEATURE_NAMES
from ml.songs import LabelledSongs, SongColumns, known_popularity

Rows = NDArray[np.int64]
_OPTIONAL = ("duration_ms", "release_year", "key", "mode", "popularity", "explicit")
_FEATURES = ", ".join(FEATURE_NAMES)
# Infinity represents NULL, because numpy arrays cannot hold None.
_NUMBERS = f"""
SELECT row, {_FEATURES}, {", ".join(f"coalesce({name}, 9e999)" for name in _OPTIONAL)}
FROM tracks ORDER BY row
"""
_NAMES = "SELECT id, title, artists, album FROM tracks ORDER BY row"
_LABELS = """
SELECT row, name FROM track_labels JOIN labels USING (label) WHERE kind = ? ORDER BY row, label
"""
_SAMPLE = f"SELECT {_FEATURES} FROM tracks WHERE row IN (SELECT value FROM json_each(?)) ORDER BY row"


def read_labelled_songs(file: Path | None) -> tuple[LabelledSongs, Rows]:
    """All tracks of a catalogue file in the order of `tracks.row`, and those rows, shape (n,). Blocks.

    Args:
        file: None for the empty catalogue.

    Raises:
        StorageFailed: it cannot be read.
    """
    try:
        with closing(sqlite3.connect(":memory:" if file is None else uri_of(file), uri=True)) as connection:
            if file is None:
                make_empty(connection)
            return _labelled_songs(connection)
    except sqlite3.Error as error:
        raise StorageFailed("The catalogue cannot be read.", detail=str(error)) from error


async def labelled_songs(file: Path | None) -> tuple[LabelledSongs, Rows]:
    """The same for the event loop.

    Raises:
        StorageFailed: it cannot be read.
    """
    return await asyncio.to_thread(read_labelled_songs, file)


async def sample_features(catalogue: Catalogue, size: int, *, seed: int = 0) -> Floats:
    """The nine features of a seeded random sample of tracks, shape (n, 9).

    Raises:
        StorageFailed: the catalogue cannot be read.
    """
    [(last,)] = await catalogue.fetch("SELECT coalesce(max(row), 0) FROM tracks")
    rows = np.random.default_rng(seed).permutation(last)[:size] + 1
    found = await catalogue.fetch(_SAMPLE, [json.dumps(rows.tolist())])
    return await asyncio.to_thread(lambda: np.array(found, dtype=np.float64).reshape(-1, len(FEATURE_NAMES)))


def _labelled_songs(connection: sqlite3.Connection) -> tuple[LabelledSongs, Rows]:
    kind = np.dtype([("row", np.int64), ("features", np.float64, len(FEATURE_NAMES) + len(_OPTIONAL))])
    numbers = np.fromiter(((line[0], line[1:]) for line in connection.execute(_NUMBERS)), dtype=kind)
    rows: Rows = np.ascontiguousarray(numbers["row"])
    values = numbers["features"]
    features = np.ascontiguousarray(values[:, : len(FEATURE_NAMES)])
    optional = values[:, len(FEATURE_NAMES) :].T.copy()
    optional[np.isinf(optional)] = np.nan
    popularity = _OPTIONAL.index("popularity")
    optional[popularity] = known_popularity(optional[popularity])
    ids: list[str] = []
    titles: list[str] = []
    artists: list[tuple[str, ...]] = []
    albums: list[str | None] = []
    credits: dict[str, tuple[str, ...]] = {}  # each once: an artist has several songs
    for id, title, names, album in connection.execute(_NAMES):
        ids.append(id)
        titles.append(title)
        if names not in credits:
            credits[names] = tuple(json.loads(names))
        artists.append(credits[names])
        albums.append(album)
    explicit = optional[-1]
    songs = LabelledSongs(
        SongColumns(features, *optional[:-1]),
        ids,
        titles,
        artists,
        genres=_labels(connection, "genre", rows),
        subgenres=_labels(connection, "subgenre", rows),
        playlists=_labels(connection, "playlist", rows),
        explicit=None if np.isnan(explicit).all() else explicit == 1,
        unrated=np.isnan(explicit),
        albums=albums,
    )
    return songs, rows


def _labels(connection: sqlite3.Connection, kind: str, rows: Rows) -> Sequence[frozenset[str]]:
    """The names of each row's labels; equal sets are one object, for there are few different ones."""
    sets: list[frozenset[str]] = [frozenset()] * len(rows)
    position = {row: at for at, row in enumerate(rows.tolist())}
    known: dict[frozenset[str], frozenset[str]] = {}
    for row, labelled in groupby(connection.execute(_LABELS, [kind]), itemgetter(0)):
        if (at := position.get(row)) is not None:
            names = frozenset(name for _, name in labelled)
            sets[at] = known.setdefault(names, names)
    return sets
