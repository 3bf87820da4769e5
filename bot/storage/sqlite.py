"""A SQLite file with one writer, several readers, and migrations on opening."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import ExitStack, asynccontextmanager, closing
from pathlib import Path
from time import time
from typing import Any, Self

import aiosqlite

from bot.storage.database import (
    MIGRATIONS,
    Database,
    Heard,
    Question,
    Reader,
    Row,
    Transaction,
    to_its_end,
)
from bot.storage.migrating import migrate
from bot.storage.process_lock import try_lock
from bot.storage.sqlite_errors import FAILURES, is_damage, not_opened, not_read, not_written
from bot.storage.topics import Topic

_LONG_WAIT = 60_000
_SHORT_WAIT = 200
"""Milliseconds to wait for another process."""


class SqliteDatabase(Database):
    """An open file. Open it with `SqliteDatabase.open`, and close it.

    Writes use one connection, one transaction at a time; reads use a pool of read-only connections. In WAL
    mode readers and the writer do not block each other.
    """

    def __init__(
        self, path: Path, connections: Sequence[aiosqlite.Connection], quick: sqlite3.Connection
    ) -> None:
        self.path = path
        self._quick = quick
        self._all = connections
        self._writer, *readers = connections
        self._turn = asyncio.Lock()
        self._turns: dict[str, asyncio.Lock] = {}
        self._last_turns: dict[str, float] = {}
        self._idle: asyncio.Queue[aiosqlite.Connection] = asyncio.Queue()
        for reader in readers:
            self._idle.put_nowait(reader)

    @classmethod
    async def open(cls, path: Path, *, readers: int = 2, migrations: Path = MIGRATIONS) -> Self:
        """Open or create the file and migrate it to the newest schema.

        Args:
            readers: the number of reading connections.
            migrations: the folder of migrations.

        Raises:
            DatabaseTooNew: a newer Samewave made it.
            StorageFailed: it cannot be opened, is no database, or the disk is full.
        """
        opening = asyncio.ensure_future(cls._open(path, readers, migrations))
        try:
            return await to_its_end(opening)
        except asyncio.CancelledError:
            if opening.exception() is None:
                await opening.result().close()
            raise

    @classmethod
    async def _open(cls, path: Path, readers: int, migrations: Path) -> Self:
        opened: list[aiosqlite.Connection] = []
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            await asyncio.to_thread(migrate, path, migrations)
            for number in range(1 + readers):
                opened.append(await _connect(path, query_only=number > 0))
            # No busy timeout on the event loop: if this connection is blocked, a thread waits instead.
            quick = sqlite3.connect(path, isolation_level=None, timeout=0.0)
            quick.executescript("PRAGMA query_only = ON; PRAGMA trusted_schema = OFF;")
        except BaseException as error:
            for connection in opened:
                await connection.close()
            if isinstance(error, sqlite3.Error | OSError | MemoryError):
                raise not_opened(path, error) from error
            raise
        return cls(path, opened, quick)

    async def close(self) -> None:
        await to_its_end(self._close())

    async def _close(self) -> None:
        async with self._turn:
            self._quick.close()
            for connection in self._all:
                await connection.close()

    async def look_up(self, sql: str, parameters: Sequence[Any]) -> list[Row]:
        """Fetch a few rows by key, on the event loop.

        This takes 20 µs; passing it to a thread would take three times as long. Use `fetch` for everything
        but look-ups by key.
        """
        try:
            return self._quick.execute(sql, parameters).fetchall()
        except sqlite3.OperationalError:  # locked: wait in a thread
            return await self.fetch(sql, parameters)
        except FAILURES as error:
            raise not_read(error) from error

    async def look_up_together(self, questions: Sequence[Question]) -> list[list[Row]]:
        """Look them up on the event loop, in one read transaction."""
        try:
            self._quick.execute("BEGIN")
            try:
                return [self._quick.execute(sql, values).fetchall() for sql, values in questions]
            finally:
                self._quick.execute("ROLLBACK")
        except sqlite3.OperationalError:  # locked: wait in a thread
            async with self.snapshot() as reader:
                return [await reader.fetch(sql, values) for sql, values in questions]
        except FAILURES as error:
            raise not_read(error) from error

    async def fetch(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        async with self._reader() as reader:
            return await _SqliteTransaction(reader).fetch(sql, parameters)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Reader]:
        async with self._reader() as reader:
            await to_its_end(reader.execute_fetchall("BEGIN"))
            try:
                yield _SqliteTransaction(reader)
            finally:
                await to_its_end(reader.execute_fetchall("ROLLBACK"))

    @asynccontextmanager
    async def lock(self, *names: str, on_loss: Callable[[], object] | None = None) -> AsyncIterator[bool]:
        """Hold locks on files beside the database; they are never lost."""
        with ExitStack() as held:
            for name in names:
                lock = await asyncio.to_thread(try_lock, self.path.with_name(f"{name}.lock"))
                if lock is None:
                    held.close()
                    yield False
                    return
                held.callback(lock.close)
            yield True

    async def listen(self, heard: Heard, lost: Callable[[], object]) -> None:
        """Receive nothing: only one bot runs on a file."""

    async def take_turn(self, name: str, seconds: float) -> None:
        """Wait for the turn in memory: one bot runs on a file."""
        loop = asyncio.get_running_loop()
        async with self._turns.setdefault(name, asyncio.Lock()):
            if name in self._last_turns:
                await asyncio.sleep(self._last_turns[name] + seconds - loop.time())
            self._last_turns[name] = loop.time()

    async def continue_numbering(self) -> None:
        """Do nothing: SQLite numbers after the existing rows."""

    async def remove_traces(self) -> bool:
        """Move everything from the journal into the file and empty it."""
        async with self._writing() as writer:
            await writer.execute_fetchall(f"PRAGMA busy_timeout = {_SHORT_WAIT}")
            try:
                rows = await writer.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    raise
                return False
            finally:
                await writer.execute_fetchall(f"PRAGMA busy_timeout = {_LONG_WAIT}")
        [(busy, *_)] = map(tuple, rows)
        return not busy

    async def check(self) -> None:
        """Check every page."""
        await asyncio.to_thread(check_pages, self.path)

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        async with self._writing() as writer:
            await writer.execute_fetchall(sql, parameters)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        began = self.forgettings
        async with self._writing() as writer:
            try:  # each statement to its end, so that no transaction is left open for the next writer
                await to_its_end(writer.execute_fetchall("BEGIN IMMEDIATE"))
                yield _SqliteTransaction(writer, began)
                await to_its_end(writer.execute_fetchall("COMMIT"))
            except BaseException:
                if writer.in_transaction:
                    await to_its_end(writer.execute_fetchall("ROLLBACK"))
                raise

    @asynccontextmanager
    async def _reader(self) -> AsyncIterator[aiosqlite.Connection]:
        reader = await self._idle.get()
        try:
            yield reader
        except FAILURES as error:
            raise not_read(error) from error
        finally:
            self._idle.put_nowait(reader)

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[aiosqlite.Connection]:
        async with self._turn:
            try:
                yield self._writer
            except FAILURES as error:
                raise not_written(error) from error


class _SqliteTransaction:
    def __init__(self, connection: aiosqlite.Connection, began: int = 0) -> None:
        self._connection = connection
        self.began = began

    async def fetch(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        return [tuple(row) for row in await self._connection.execute_fetchall(sql, parameters)]

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        return (await self._connection.execute(sql, parameters)).rowcount

    async def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        await self._connection.executemany(sql, rows)

    async def now(self) -> float:
        return time()

    async def notify(self, topic: Topic, key: int | str = "") -> None:
        """Do nothing: no other process listens."""


def check_pages(path: Path) -> None:
    """Check every page of a database, through a separate connection.

    Raises:
        StorageFailed: it is damaged, or cannot be read.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            [(verdict,), *_] = connection.execute("PRAGMA quick_check(1)")
    except (sqlite3.Error, MemoryError) as error:
        if not is_damage(error):
            raise not_read(error) from error
        verdict = str(error)
    if verdict != "ok":
        raise not_opened(path, verdict)


async def _connect(path: Path, *, query_only: bool) -> aiosqlite.Connection:
    # Opened here: if aiosqlite's thread cannot open a file, it posts to the event loop after it is closed.
    opened = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection = await aiosqlite.Connection(lambda: opened, iter_chunk_size=64)
    try:
        await connection.executescript(
            "PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF; "
            f"PRAGMA busy_timeout = {_LONG_WAIT}; PRAGMA secure_delete = ON; "
            f"PRAGMA query_only = {query_only};"
        )
    except BaseException:
        await connection.close()  # its thread would keep the program alive
        raise
    return connection
