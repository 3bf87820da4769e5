"""Errors of SQLite, and their sentences."""

import sqlite3
from pathlib import Path

from bot.domain.errors import StorageFailed

FAILURES = (sqlite3.DatabaseError, MemoryError)  # Python's name for SQLITE_NOMEM


def is_damage(error: Exception) -> bool:
    """Whether SQLite reports that a file is damaged or no database."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def not_opened(path: Path, error: Exception | str) -> StorageFailed:
    """The sentence for a file that is damaged or cannot be opened."""
    if isinstance(error, str) or is_damage(error):
        return StorageFailed(
            f"The database {path} is damaged ({error}). Put a backup in its place with "
            "`samewave restore FILE`; keep the damaged file until then.",
        )
    return StorageFailed(
        f"The database {path} cannot be opened ({error}). Check the folder's permissions and the free disk "
        "space.",
    )


def not_written(error: Exception) -> StorageFailed:
    """The sentence for a change that did not take effect."""
    if is_damage(error):
        return _damaged(error)
    return StorageFailed(
        "I could not save that: the disk may be full. Nothing that was there before is lost.",
        detail=repr(error),
    )


def not_read(error: Exception) -> StorageFailed:
    """The sentence for a question without an answer."""
    if is_damage(error):
        return _damaged(error)
    return StorageFailed("I could not read my database just now; try again in a moment.", detail=repr(error))


def _damaged(error: Exception) -> StorageFailed:
    return StorageFailed(
        "My database is damaged; my host can put a backup in its place with `samewave restore`.",
        detail=str(error),
    )
