"""Whole copies of a database file: taken while it is in use, looked over before they are trusted."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bot.domain.errors import DatabaseTooNew, StorageFailed
from bot.storage.database import newest_schema

_PAGES_AT_ONCE = 2_000
_TABLES = {"tracks", "facts", "charts"}


def copy_database(source: Path, target: Path, progress: Callable[[float], None]) -> None:
    """Copy the database as it is at this moment, whoever reads and writes it meanwhile.

    SQLite's backup API inside one read transaction: the copy is of one moment, and writers neither wait nor
    make it begin anew.

    Args:
        progress: told the fraction done.

    Raises:
        StorageFailed: there is no database, it is damaged, or the disk is full.
    """
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as whole,
            closing(sqlite3.connect(target)) as copy,
        ):
            whole.execute("BEGIN")
            whole.execute("SELECT count(*) FROM sqlite_master").fetchone()
            whole.backup(
                copy,
                pages=_PAGES_AT_ONCE,
                progress=lambda _, left, pages: progress(1 - left / max(pages, 1)),
                sleep=0.0,
            )
            copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise StorageFailed(f"The database {source} could not be copied ({error}).") from error


def look_over(path: Path) -> int:
    """Check that a file is a sound database of ours.

    Returns:
        its schema's number.

    Raises:
        DatabaseTooNew: a newer Samewave made it.
        StorageFailed: it is none of ours, or damaged.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            [(schema,)] = connection.execute("PRAGMA user_version")
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
            [(verdict,), *_] = connection.execute("PRAGMA quick_check(1)")
    except sqlite3.Error as error:
        raise StorageFailed(f"It holds no readable database ({error}).") from error
    if schema > newest_schema():
        raise DatabaseTooNew("It was made by a newer version of Samewave: update Samewave first.")
    if schema < 1 or not tables >= _TABLES or verdict != "ok":
        raise StorageFailed("Its database is damaged or is none of Samewave's.")
    return int(schema)


def in_use(path: Path) -> bool:
    """Whether another process has the database open; if none has, what its journal holds is moved into it.

    A file that is no database is in nobody's use.
    """
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(path, timeout=0.5)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")  # needs the file for itself
    except sqlite3.OperationalError as error:
        return "locked" in str(error)
    except sqlite3.DatabaseError:
        return False
    return False
