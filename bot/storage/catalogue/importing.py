"""Imported tables: staged beside the catalogue, put in its place all at once."""

import hashlib
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

from bot.domain.errors import StorageFailed
from bot.domain.tracks import Track
from bot.storage.catalogue.staging import STAGED, Staging, discard, part, staging_failed
from bot.storage.catalogue.tracks import fetched_after
from bot.storage.database import Database

_PATIENCE = 30.0
"""Seconds to wait for another writer."""


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


async def any_import(database: Database) -> bool:
    """Whether any file was imported to the end."""
    return bool(await database.fetch("SELECT 1 FROM imports LIMIT 1"))


async def finished_import(database: Database, digest: str) -> FinishedImport | None:
    """What the file of this SHA-256 brought, None where it was never imported to the end."""
    found = await database.fetch(
        "SELECT rows, imported, updated, merged FROM imports WHERE digest = ?", (digest,)
    )
    return FinishedImport(*found[0]) if found else None


def publish(
    database: Database, staging: Staging, *, digest: str, name: str
) -> tuple[FinishedImport, Sequence[Track]]:
    """Put the staged catalogue in the place of the present one, in one transaction of a few seconds.

    For a thread. The staging must be finished, and is gone afterwards.

    Returns:
        what the file brought, and the tracks that were fetched from outside meanwhile: they are not staged
        and must be kept anew.

    Raises:
        StorageFailed: nothing was changed.
    """
    finished = FinishedImport(staging.rows, staging.imported, staging.updated, staging.merged)
    try:
        with closing(_connected(database.path, staging_path(database))) as connection:
            connection.execute("BEGIN IMMEDIATE")
            fetched: Sequence[Track] = ()
            if finished.imported or finished.updated:
                fetched = fetched_after(connection, staging.last_before)
                _replace_tables(connection)
                _renew_fingerprint(connection, digest)
            connection.execute(
                """
                INSERT INTO imports (digest, name, rows, imported, updated, merged, at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                (digest, name, *astuple(finished), time.time()),
            )
            connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise staging_failed(staging_path(database), error) from error
    discard(staging_path(database))
    return finished, fetched


def _connected(database: Path, place: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(database, isolation_level=None, timeout=_PATIENCE)
    # With foreign keys every row would be looked up, and the tables could not be copied as they are.
    connection.executescript("PRAGMA foreign_keys = OFF; PRAGMA synchronous = NORMAL;")
    for file in STAGED:
        connection.execute(f"ATTACH DATABASE ? AS {file}", (str(part(place, file)),))
    return connection


def _replace_tables(connection: sqlite3.Connection) -> None:
    for file, tables in STAGED.items():
        for table in tables:
            connection.execute(f"DELETE FROM main.{table}")
            connection.execute(f"INSERT INTO main.{table} SELECT * FROM {file}.{table}")


def _renew_fingerprint(connection: sqlite3.Connection, digest: str) -> None:
    """The digest of all files that changed the catalogue, in their order."""
    found = connection.execute("SELECT value FROM facts WHERE name = 'catalogue'").fetchall()
    before = found[0][0] if found else ""
    fingerprint = hashlib.sha256(f"{before}\n{digest}".encode()).hexdigest()
    connection.execute(
        """
        INSERT INTO facts (name, value) VALUES ('catalogue', ?)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value
        """,
        (fingerprint,),
    )
