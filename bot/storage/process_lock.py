"""A lock between processes, on a file; the operating system releases it when the process dies."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from bot.domain.errors import StorageFailed

BOT_LOCK = "bot"
"""The name of the lock that the one bot of a shared database holds."""
_RUN_LOCK = "run.lock"


@contextmanager
def process_lock(path: Path, *, taken: str, patience: float = 0.0) -> Iterator[None]:
    """Hold a lock. SQLite's own locks work on every system.

    Args:
        taken: the sentence if another process holds it.
        patience: seconds to wait for that one.

    Raises:
        StorageFailed: another process holds it, or the folder cannot be written.
    """
    lock = try_lock(path, patience=patience)
    if lock is None:
        raise StorageFailed(taken)
    try:
        yield
    finally:
        lock.close()


def try_lock(path: Path, *, patience: float = 0.0) -> sqlite3.Connection | None:
    """Take a lock, which is held until the connection is closed; None if another process holds it.

    Raises:
        StorageFailed: the folder cannot be written.
    """
    lock = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
        lock.execute("BEGIN EXCLUSIVE")
    except (sqlite3.Error, OSError) as error:
        if lock is not None:
            lock.close()
        if "locked" in str(error):
            return None
        raise StorageFailed(
            f"The folder {path.parent} cannot be written ({error}). Check its permissions and the free disk "
            "space."
        ) from error
    return lock


def run_lock(state_dir: Path, *, taken: str) -> AbstractContextManager[None]:
    """The lock of the one bot on a state folder; commands that only read need none."""
    return process_lock(state_dir / _RUN_LOCK, taken=taken)
