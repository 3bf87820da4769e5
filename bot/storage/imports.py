"""Imported tables: staged row by row, published to the catalogue all at once."""

import hashlib
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiosqlite

from bot.domain.errors import StorageFailed
from bot.storage.database import Database
from bot.storage.search_index import rebuild_index
from bot.storage.staging import discard, staging_failed

# "excluded" is what SQLite calls the row that an upsert could not insert.
_STAGED_IS_NEWS = """
  tracks.source <> 'import'
  OR tracks.album IS NULL AND excluded.album IS NOT NULL
  OR tracks.popularity IS NULL AND excluded.popularity IS NOT NULL
  OR tracks.duration_ms IS NULL AND excluded.duration_ms IS NOT NULL
  OR tracks.release_year IS NULL AND excluded.release_year IS NOT NULL
  OR tracks.explicit IS NULL AND excluded.explicit IS NOT NULL
  OR tracks.key IS NULL AND excluded.key IS NOT NULL
  OR tracks.mode IS NULL AND excluded.mode IS NOT NULL
"""
_STAGED_LABELS = """
  staging.staged_labels AS given
  JOIN staging.staged_tracks AS staged USING (position)
  JOIN tracks ON tracks.id = staged.id
  JOIN labels ON labels.kind = given.kind AND labels.name = given.name
"""
_FIND_KNOWN = f"""
INSERT INTO known (row, updated)
SELECT tracks.row, max({_STAGED_IS_NEWS})
FROM staging.staged_tracks AS excluded JOIN tracks ON tracks.id = excluded.id
GROUP BY tracks.row
"""
_FIND_NEW_LABELS = f"""
UPDATE known SET updated = 1 WHERE row IN (
  SELECT tracks.row FROM {_STAGED_LABELS}
  WHERE NOT EXISTS (
    SELECT 1 FROM track_labels WHERE track_labels.row = tracks.row AND track_labels.label = labels.label
  )
)
"""
_ADD_LABELS = f"""
INSERT OR IGNORE INTO track_labels (row, label)
SELECT tracks.row, labels.label FROM {_STAGED_LABELS}
"""
_ADD_TRACKS = f"""
INSERT INTO tracks (
  id, title, artists, title_key, artist_key, album, popularity, duration_ms, release_year, explicit,
  key, mode, acousticness, danceability, energy, instrumentalness, liveness, loudness, speechiness,
  tempo, valence, source
)
SELECT
  id, title, artists, title_key, artist_key, album, popularity, duration_ms, release_year, explicit,
  key, mode, acousticness, danceability, energy, instrumentalness, liveness, loudness, speechiness,
  tempo, valence, 'import'
FROM staging.staged_tracks WHERE true ORDER BY position
ON CONFLICT (id) DO UPDATE SET
  title = iif(source = 'import', title, excluded.title),
  artists = iif(source = 'import', artists, excluded.artists),
  title_key = iif(source = 'import', title_key, excluded.title_key),
  artist_key = iif(source = 'import', artist_key, excluded.artist_key),
  album = coalesce(iif(source = 'import', album, NULL), excluded.album, album),
  popularity = coalesce(iif(source = 'import', popularity, NULL), excluded.popularity, popularity),
  duration_ms = coalesce(iif(source = 'import', duration_ms, NULL), excluded.duration_ms, duration_ms),
  release_year = coalesce(iif(source = 'import', release_year, NULL), excluded.release_year, release_year),
  explicit = coalesce(iif(source = 'import', explicit, NULL), excluded.explicit, explicit),
  key = coalesce(iif(source = 'import', key, NULL), excluded.key, key),
  mode = coalesce(iif(source = 'import', mode, NULL), excluded.mode, mode),
  acousticness = iif(source = 'import', acousticness, excluded.acousticness),
  danceability = iif(source = 'import', danceability, excluded.danceability),
  energy = iif(source = 'import', energy, excluded.energy),
  instrumentalness = iif(source = 'import', instrumentalness, excluded.instrumentalness),
  liveness = iif(source = 'import', liveness, excluded.liveness),
  loudness = iif(source = 'import', loudness, excluded.loudness),
  speechiness = iif(source = 'import', speechiness, excluded.speechiness),
  tempo = iif(source = 'import', tempo, excluded.tempo),
  valence = iif(source = 'import', valence, excluded.valence),
  used_at = NULL,
  source = 'import'
WHERE {_STAGED_IS_NEWS}
"""


@dataclass(frozen=True)
class FinishedImport:
    """What one file brought.

    Attributes:
        rows: rows read; imported, updated: tracks; merged: rows whose id had come before in the file.
    """

    rows: int
    imported: int
    updated: int
    merged: int


def staging_path(database: Database) -> Path:
    """Where imports into this database gather: beside it."""
    return database.path.with_name(f"{database.path.stem}-import.db")


@contextmanager
def import_lock(database: Database) -> Iterator[None]:
    """Hold while importing. The operating system lets go of it when the process dies.

    Raises:
        StorageFailed: another import holds it.
    """
    path = database.path.with_name(f"{database.path.stem}-import.lock")
    lock = None
    try:
        lock = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        if lock is not None:
            lock.close()
        if "locked" in str(error):
            raise StorageFailed(
                "Another import into this catalogue is running; try again when it is done.", detail=str(error)
            ) from error
        raise staging_failed(path, error) from error
    try:
        yield
    finally:
        lock.close()


async def finished_import(database: Database, digest: str) -> FinishedImport | None:
    """What the file of this SHA-256 brought, None where it was never imported to the end."""
    found = await database.fetch(
        "SELECT rows, imported, updated, merged FROM imports WHERE digest = ?", (digest,)
    )
    return FinishedImport(*found[0]) if found else None


async def publish(
    database: Database, *, digest: str, name: str, progress: Callable[[str, float], None]
) -> FinishedImport:
    """Move all staged rows to the catalogue and rebuild the index, in one transaction.

    Known tracks keep their values and get what was unknown; tracks fetched from outside are replaced.
    The staging must be closed before; it is gone afterwards.

    Raises:
        StorageFailed: nothing was changed.
    """
    path = staging_path(database)
    try:
        async with _attached(database, path), database.transaction() as connection:
            finished = await _publish(connection, digest=digest, name=name, progress=progress)
    except sqlite3.Error as error:
        raise staging_failed(path, error) from error
    except StorageFailed as error:
        if isinstance(error.__cause__, sqlite3.Error):
            raise staging_failed(path, error.__cause__) from error
        raise
    discard(path)
    progress("Tidying up", 1.0)
    await database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return finished


@asynccontextmanager
async def _attached(database: Database, path: Path) -> AsyncIterator[None]:
    await database.execute("ATTACH DATABASE ? AS staging", (str(path),))
    try:
        await database.execute("PRAGMA main.cache_size = -32768")
        yield
    finally:
        await database.execute("PRAGMA main.cache_size = -2000")
        await database.execute("DETACH DATABASE staging")


async def _publish(
    connection: aiosqlite.Connection, *, digest: str, name: str, progress: Callable[[str, float], None]
) -> FinishedImport:
    progress("Adding the songs to the catalogue", 0.0)
    rows = await _number(connection, "SELECT coalesce(sum(rows), 0) FROM staging.staged_chunks")
    staged = await _number(connection, "SELECT count(*) FROM staging.staged_tracks")
    before = await _number(connection, "SELECT count(*) FROM tracks")
    await connection.execute("DROP TABLE IF EXISTS temp.known")
    await connection.execute("CREATE TEMP TABLE known (row INTEGER PRIMARY KEY, updated INTEGER NOT NULL)")
    await connection.execute(_FIND_KNOWN)
    await connection.execute(_ADD_TRACKS)
    progress("Adding the songs to the catalogue", 0.7)
    await connection.execute(
        """
        INSERT OR IGNORE INTO labels (kind, name)
        SELECT DISTINCT kind, name FROM staging.staged_labels ORDER BY kind, name
        """
    )
    await connection.execute(_FIND_NEW_LABELS)
    await connection.execute(_ADD_LABELS)
    imported = await _number(connection, "SELECT count(*) FROM tracks") - before
    merged = staged - imported - await _number(connection, "SELECT count(*) FROM known")
    updated = await _number(connection, "SELECT count(*) FROM known WHERE updated")
    await connection.execute("DROP TABLE temp.known")
    if imported or updated:
        await rebuild_index(connection, lambda done: progress("Building the search index", done))
        await _renew_fingerprint(connection, digest)
    await connection.execute(
        """
        INSERT INTO imports (digest, name, rows, imported, updated, merged, at)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        (digest, name, rows, imported, updated, merged, time.time()),
    )
    return FinishedImport(rows, imported, updated, merged)


async def _renew_fingerprint(connection: aiosqlite.Connection, digest: str) -> None:
    """The digest of all files that changed the catalogue, in their order."""
    found = list(await connection.execute_fetchall("SELECT value FROM facts WHERE name = 'catalogue'"))
    before = found[0][0] if found else ""
    fingerprint = hashlib.sha256(f"{before}\n{digest}".encode()).hexdigest()
    await connection.execute(
        """
        INSERT INTO facts (name, value) VALUES ('catalogue', ?)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value
        """,
        (fingerprint,),
    )


async def _number(connection: aiosqlite.Connection, sql: str) -> int:
    [(number,)] = await connection.execute_fetchall(sql)
    return int(number)
