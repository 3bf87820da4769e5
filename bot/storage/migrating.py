"""Migrates a database file with numbered SQL files and `PRAGMA user_version`."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bot.domain.errors import DatabaseTooNew

PAGE_BYTES = 16_384
"""The page size of a new file: larger pages are written faster than SQLite's default of 4,096 bytes."""
_ATTEMPTS = 200


def newest_schema(folder: Path) -> int:
    """The number of the last migration in a folder."""
    return max(int(file.name[:4]) for file in folder.glob("*.sql"))


def migrate(path: Path, folder: Path) -> None:
    """Create the file if necessary, switch to WAL and run missing migrations. Blocking.

    Raises:
        DatabaseTooNew: a newer Samewave made it.
        sqlite3.Error: it cannot be opened, is no database, or the disk is full; the schema is unchanged.
    """
    with closing(sqlite3.connect(path, isolation_level=None, timeout=60.0)) as connection:
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        _switch_to_wal(connection)
        # Recreating a table must not delete rows that reference it.
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("BEGIN EXCLUSIVE")  # two processes may start at the same time
        newest = newest_schema(folder)
        [(version,)] = connection.execute("PRAGMA user_version")
        if version > newest:
            raise DatabaseTooNew(
                f"The database {path} was made by a newer version of Samewave. Update Samewave, or point "
                "SAMEWAVE_STATE_DIR to another folder."
            )
        run_migrations(connection, folder, after=version)
        connection.execute("COMMIT")


def run_migrations(
    connection: sqlite3.Connection, folder: Path, *, after: int = 0, upto: int | None = None
) -> None:
    """Run a range of migrations and set `user_version`.

    Args:
        after: the current schema.
        upto: the schema to reach; None for the newest.
    """
    last = newest_schema(folder) if upto is None else upto
    for file in sorted(folder.glob("*.sql")):
        if after < int(file.name[:4]) <= last:
            for statement in _statements(file.read_text("utf-8")):
                connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {last}")


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Retry: SQLite has no busy timeout for this statement, and processes may start together."""
    for attempt in range(_ATTEMPTS):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if attempt == _ATTEMPTS - 1 or "locked" not in str(error):
                raise
            time.sleep(0.05)


def _statements(script: str) -> Iterator[str]:
    """Split a script, because `executescript` would commit the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
