"""The database interface of the state's repositories; SQLite and PostgreSQL get the same SQL.

Statements have `?` for values. A test runs every method of every repository on both.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path
from typing import Any, Protocol, TypeVar

from bot.storage.topics import Topic

MIGRATIONS = Path(__file__).parent / "state" / "migrations"
Row = tuple[Any, ...]
Question = tuple[str, Sequence[Any]]
Heard = Callable[[Topic, str], object]
"""What to do with a notification: its topic and key. It must not wait."""
Result = TypeVar("Result")


class Reader(Protocol):
    """Queries on one snapshot of the database."""

    async def fetch(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query; in a transaction, of a statement with RETURNING too."""


class Transaction(Reader, Protocol):
    """Statements that take effect together.

    Attributes:
        began: `Database.forgettings` when it was asked for.
    """

    began: int

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Execute a statement; returns the number of rows it changed."""

    async def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Execute a statement for each of the rows."""

    async def now(self) -> float:
        """The time by the one clock that all processes on this state share (Unix seconds)."""

    async def notify(self, topic: Topic, key: int | str = "") -> None:
        """Tell every listening process of a change, this one too, once it is committed."""


class Listener(Protocol):
    """Hears what processes on this state tell each other."""

    async def check(self) -> None:
        """Look whether it still hears.

        Raises:
            StorageFailed: it does not, and it was said to be lost.
        """

    async def close(self) -> None:
        """Hear nothing more; this is no loss."""


class Database(ABC):
    """An open database, closed by the caller that opened it.

    One transaction is written at a time, over all processes: what it read first still holds when it writes.

    Attributes:
        forgettings: the number of the newest `/forgetme` known to this process (`state/forget_marks.py`).
    """

    forgettings: int = 0

    def know_forgetting(self, number: int) -> None:
        """Note that this process knows of a `/forgetme`."""
        self.forgettings = max(self.forgettings, number)

    @abstractmethod
    async def close(self) -> None:
        """Wait for the current transaction, then close all connections, even when cancelled."""

    @abstractmethod
    async def look_up(self, sql: str, parameters: Sequence[Any]) -> list[Row]:
        """Fetch a few rows by key, without a thread where the database is a file.

        Raises:
            StorageFailed: the database cannot be read.
        """

    @abstractmethod
    async def look_up_together(self, questions: Sequence[Question]) -> list[list[Row]]:
        """Look up several things in one snapshot, each a query and its parameters.

        Raises:
            StorageFailed: the database cannot be read.
        """

    @abstractmethod
    async def fetch(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Fetch all rows of a query.

        Raises:
            StorageFailed: the database is damaged, locked for long or cannot be read.
        """

    @abstractmethod
    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Execute one writing statement in its own transaction.

        Raises:
            StorageFailed: it could not be written.
        """

    @abstractmethod
    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction, which is committed at the end or rolled back on any error.

        Raises:
            StorageFailed: it could not be written; nothing was changed.
        """

    @abstractmethod
    def snapshot(self) -> AbstractAsyncContextManager[Reader]:
        """Read one snapshot of the database, whatever is written meanwhile.

        Raises:
            StorageFailed: the database cannot be read.
        """

    @abstractmethod
    def lock(
        self, *names: str, on_loss: Callable[[], object] | None = None
    ) -> AbstractAsyncContextManager[bool]:
        """Hold locks among all processes on this state; yields whether all were free, else none is held.

        Args:
            on_loss: called when it is lost before it was given back.

        Raises:
            StorageFailed: the database does not answer, or the folder cannot be written.
        """

    @abstractmethod
    async def listen(self, heard: Heard, lost: Callable[[], object]) -> Listener | None:
        """Receive changes of other processes from now on; None if there are none to receive from.

        Args:
            lost: called when nothing is heard any more.

        Raises:
            StorageFailed: the database does not answer.
        """

    @abstractmethod
    async def take_turn(self, name: str, seconds: float) -> None:
        """Wait until the last turn of that name, over all processes on this state, is so many seconds ago.

        Raises:
            StorageFailed: the database does not answer.
        """

    @abstractmethod
    async def continue_numbering(self) -> None:
        """Continue the numbering of new rows after rows that were copied with their numbers."""

    @abstractmethod
    async def remove_traces(self) -> bool:
        """Remove traces of deleted rows from the disk; False if another process still reads them.

        Raises:
            StorageFailed: it could not be done.
        """

    @abstractmethod
    async def check(self) -> None:
        """Check whether the database is intact.

        Raises:
            StorageFailed: it is damaged, or cannot be read.
        """


class Repository:
    """Reads and writes the rows of one aggregate."""

    def __init__(self, database: Database) -> None:
        self._database = database


async def to_its_end(work: Awaitable[Result]) -> Result:
    """Await the result, even when the caller is cancelled.

    A connection's thread always finishes its work and then posts to the event loop, which must not be closed
    by then.
    """
    running = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        while not running.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([running])
        if not running.cancelled():
            running.exception()
        raise
