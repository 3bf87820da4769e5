"""A lock between processes, on a file; the operating system releases it when the process dies."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from bot.domain.errors import StorageFailed
from bot.domain.shards import Shards

_RUN_LOCK = "run.lock"


@contextmanager
def process_lock(path: Path, *, taken: str, patience: float = 0.0, shared: bool = False) -> Iterator[None]:
    """Hold a lock. SQLite's own locks work on every system.

    Args:
        taken: the sentence if another process holds it.
        patience: seconds to wait for that one.
        shared: whether others may hold it too who share it.

    Raises:
        StorageFailed: another process holds it, or the folder cannot be written.
    """
    lock = try_lock(path, patience=patience, shared=shared)
    if lock is None:
        raise StorageFailed(taken)
    with closing(lock):
        yield


def try_lock(path: Path, *, patience: float = 0.0, shared: bool = False) -> sqlite3.Connection | None:
    """Take a lock, which is held until the connection is closed; None if another process holds it.

    Raises:
        StorageFailed: the folder cannot be written.
    """
    lock = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
        lock.execute("BEGIN" if shared else "BEGIN EXCLUSIVE")
        lock.execute("SELECT 1 FROM sqlite_master").close()
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


def run_lock(state_dir: Path, *, taken: str, shared: bool = False) -> AbstractContextManager[None]:
    """The lock of the one bot on a state folder, or of those that share it; who only reads needs none."""
    return process_lock(state_dir / _RUN_LOCK, taken=taken, shared=shared)


def shard_locks(shards: Shards) -> list[str]:
    """The names of the locks in a shared database that a bot holds; without shards, that of the first."""
    return [f"shard {shard}" for shard in shards.ids]
