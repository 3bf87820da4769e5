"""Where the rows of an import gather, in a file of their own, until all of them are there."""

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import pyarrow as pa

from bot.domain.errors import StorageFailed
from bot.storage.search_keys import artist_key, title_keys

_VERSION = 1
"""Staged rows of another version of this schema are not continued."""
_SCHEMA = """
CREATE TABLE staged_file (digest TEXT NOT NULL) STRICT;
CREATE TABLE staged_chunks (
  rows INTEGER NOT NULL,
  skipped TEXT NOT NULL                  -- JSON: rows left out, by reason
) STRICT;
CREATE TABLE staged_tracks (
  position INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  title TEXT NOT NULL,
  artists TEXT NOT NULL,
  title_key TEXT NOT NULL,
  artist_key TEXT NOT NULL,
  album TEXT,
  popularity INTEGER,
  duration_ms INTEGER,
  release_year INTEGER,
  explicit INTEGER,
  key INTEGER,
  mode INTEGER,
  acousticness REAL NOT NULL,
  danceability REAL NOT NULL,
  energy REAL NOT NULL,
  instrumentalness REAL NOT NULL,
  liveness REAL NOT NULL,
  loudness REAL NOT NULL,
  speechiness REAL NOT NULL,
  tempo REAL NOT NULL,
  valence REAL NOT NULL
) STRICT;
CREATE TABLE staged_labels (
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL
) STRICT;
"""
_encode = json.JSONEncoder(ensure_ascii=False).encode


@lru_cache(maxsize=1 << 15)
def _artists(names: tuple[str, ...]) -> tuple[str, str]:
    """As JSON, and as a key."""
    return _encode(names), artist_key(names)


class Staging:
    """The staged rows of one file: each chunk is committed, so that a second run goes on after it.

    Synchronous: for a thread. One thread at a time.

    Raises:
        StorageFailed: the disk is full or the file cannot be written; what was staged is given up when it
            is the disk that is full.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    @classmethod
    def open(cls, path: Path, digest: str) -> Self:
        """Go on where an import of the same file stopped, or begin."""
        try:
            connection = _continue(path, digest)
        except sqlite3.DatabaseError:
            connection = None
        try:
            return cls(path, connection or _begin(path, digest))
        except (sqlite3.Error, OSError) as error:
            raise staging_failed(path, error) from error

    def add(self, rows: int, tracks: pa.Table, labels: pa.Table, skipped: Mapping[str, int]) -> None:
        """Commit one chunk: as many rows of the file were read; `labels.position` counts in `tracks`."""
        columns: dict[str, list[Any]] = {
            name: tracks.column(name).to_pylist() for name in tracks.column_names
        }
        ids, titles, names = (columns.pop(name) for name in ("id", "title", "artists"))
        artists, artist_keys = zip(*map(_artists, map(tuple, names)), strict=True) if names else ((), ())
        title_key = title_keys(titles)
        try:
            with self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                [(first,)] = self._connection.execute(
                    "SELECT coalesce(max(position), -1) + 1 FROM staged_tracks"
                )
                self._connection.executemany(
                    """
                    INSERT INTO staged_tracks (
                      id, title, artists, title_key, artist_key, album, popularity, duration_ms,
                      release_year, explicit, key, mode, acousticness, danceability, energy,
                      instrumentalness, liveness, loudness, speechiness, tempo, valence, position
                    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                    zip(
                        *(ids, titles, artists, title_key, artist_keys),
                        *columns.values(),
                        range(first, first + len(ids)),
                        strict=True,
                    ),
                )
                self._connection.executemany(
                    "INSERT INTO staged_labels (position, kind, name) VALUES (? + ?, ?, ?)",
                    (
                        (first, position, kind, name)
                        for position, kind, name in zip(
                            *map(pa.ChunkedArray.to_pylist, labels.columns), strict=True
                        )
                    ),
                )
                self._connection.execute(
                    "INSERT INTO staged_chunks (rows, skipped) VALUES (?, ?)", (rows, _encode(dict(skipped)))
                )
        except (sqlite3.Error, OSError) as error:
            self.close()
            raise staging_failed(self.path, error) from error

    @property
    def rows(self) -> int:
        """How many rows of the file are dealt with."""
        [(rows,)] = self._connection.execute("SELECT coalesce(sum(rows), 0) FROM staged_chunks")
        return int(rows)

    @property
    def skipped(self) -> Mapping[str, int]:
        """How many rows were left out so far, by reason."""
        total: Counter[str] = Counter()
        for (skipped,) in self._connection.execute("SELECT skipped FROM staged_chunks"):
            total.update(json.loads(skipped))
        return total

    def close(self) -> None:
        """Keep what is staged for another run."""
        self._connection.close()


def discard(path: Path) -> None:
    """Delete the staged rows."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def staging_failed(path: Path, error: Exception) -> StorageFailed:
    """The sentence for an import that could not be saved; a full disk is given its space back."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        discard(path)
    return StorageFailed(
        "The import could not be saved: the disk may be full. The catalogue is as it was before.",
        detail=str(error),
    )


def _continue(path: Path, digest: str) -> sqlite3.Connection | None:
    if not path.exists():
        return None
    connection = _connect(path)
    try:
        [(version,)] = connection.execute("PRAGMA user_version")
        same = version == _VERSION and [(digest,)] == list(
            connection.execute("SELECT digest FROM staged_file")
        )
    except BaseException:
        connection.close()
        raise
    if same:
        return connection
    connection.close()
    return None


def _begin(path: Path, digest: str) -> sqlite3.Connection:
    discard(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = _connect(path)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_VERSION};")
        connection.execute("INSERT INTO staged_file (digest) VALUES (?)", (digest,))
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    with closing(connection.cursor()) as cursor:
        cursor.execute("PRAGMA synchronous = NORMAL")
    return connection
