"""Copies database files in use, and checks foreign ones."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bot.domain.errors import DatabaseTooNew, StorageFailed
from bot.domain.privacy import FORGET_MARKS
from bot.storage.catalogue.building import SCHEMA, make_empty
from bot.storage.database import MIGRATIONS
from bot.storage.migrating import newest_schema, run_migrations
from bot.storage.sqlite_errors import is_damage
from bot.storage.state.metadata import SYNCED_COMMANDS
from bot.storage.upgrade import OLD_MIGRATIONS

_PAGES_AT_ONCE = 2_000
Schema = set[tuple[str, ...]]


def copy_database(source: Path, target: Path, progress: Callable[[float], None]) -> None:
    """Copy a consistent snapshot of a database in use.

    Uses SQLite's backup API inside one read transaction: the copy is a snapshot, and writers neither wait nor
    restart it. Which commands Discord was sent is left out.

    Args:
        progress: called with the fraction done.

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
            copy.execute("PRAGMA secure_delete = ON")
            # It may be out of date when the copy is restored.
            copy.execute("DELETE FROM metadata WHERE name LIKE ? || '%'", [SYNCED_COMMANDS])
            if copy.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [FORGET_MARKS]).fetchone():
                copy.execute(f"DELETE FROM {FORGET_MARKS}")  # a backup is kept for longer than they may be
            copy.commit()
            [(verdict,), *_] = copy.execute("PRAGMA quick_check(1)")
    except sqlite3.Error as error:
        if not is_damage(error):
            raise StorageFailed(f"The database {source} could not be copied ({error}).") from error
        verdict = str(error)
    if verdict != "ok":
        raise StorageFailed(
            f"The database {source} is damaged ({verdict}). Put an earlier backup in its place with "
            "`samewave restore FILE`; keep the damaged file until then."
        )


def check_state(path: Path) -> None:
    """Check that a file is an intact state database with our schema only.

    Raises:
        DatabaseTooNew: a newer Samewave made it.
        StorageFailed: it is foreign or damaged.
    """
    _check(path, MIGRATIONS)


def check_old_database(path: Path) -> None:
    """The same for a database of the previous version, with catalogue and state."""
    _check(path, OLD_MIGRATIONS)


def check_catalogue(path: Path) -> None:
    """The same for a catalogue file; of an older schema only the tracks are read."""
    _check(path, None)


def in_use(path: Path) -> bool:
    """Whether another process has the database open; if not, its journal is checkpointed.

    False for a file that is no database.
    """
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(path, timeout=0.5)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")  # needs exclusive access
    except sqlite3.OperationalError as error:
        return "locked" in str(error)
    except sqlite3.DatabaseError:
        return False
    return False


def _check(path: Path, migrations: Path | None) -> None:
    """Args: migrations: of a state; None for a catalogue."""
    newest = SCHEMA if migrations is None else newest_schema(migrations)
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            [(schema,)] = connection.execute("PRAGMA user_version")
            if schema > newest:
                raise DatabaseTooNew("It was made by a newer version of Samewave: update Samewave first.")
            found, ours = _schema(connection), _expected(migrations, schema)
            strange = any(kind in ("trigger", "view") for kind, *_ in found)
            verdict = "other tables" if strange or ours not in (None, found) else "ok"
            if verdict == "ok":
                [(verdict,), *_] = connection.execute("PRAGMA quick_check(1)")
    except sqlite3.Error as error:
        raise StorageFailed(f"It holds no readable database ({error}).") from error
    if verdict != "ok":
        raise StorageFailed("Its database is damaged or is none of Samewave's.", detail=str(verdict))


def _expected(migrations: Path | None, schema: int) -> Schema | None:
    """What a database of that schema has; None for a catalogue that is made anew from its tracks."""
    if migrations is None and 0 < schema < SCHEMA:
        return None
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as empty:
        if migrations is not None:
            run_migrations(empty, migrations, upto=schema)
        elif schema == SCHEMA:
            make_empty(empty)
        return _schema(empty)


def _schema(connection: sqlite3.Connection) -> Schema:
    return set(connection.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master"))
