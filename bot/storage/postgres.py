"""The state on PostgreSQL, through asyncpg's pool; for where one machine is outgrown."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import asyncpg

from bot.domain.errors import DatabaseTooNew, StorageFailed
from bot.domain.privacy import PERSONAL
from bot.storage.database import MIGRATIONS, Database, Question, Reader, Row, Transaction, to_its_end
from bot.storage.postgres_sql import migration, numbered

_CONNECTIONS = 4
_OPEN_SECONDS = 20.0
_STATEMENT_SECONDS = 60.0
_FAILURES = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a statement at the very moment when the connection is cut
    OSError,
    TimeoutError,
)
_VERSION = "schema_version"
# A lock's number belongs to the schema, so that two bots can share a database under two schemas.
_WRITING = "SELECT pg_advisory_xact_lock(hashtextextended('samewave writes ' || current_schema(), 0))"
_TRY = "SELECT pg_try_advisory_lock(hashtextextended('samewave ' || $1 || ' ' || current_schema(), 0))"
Result = TypeVar("Result")


class PostgresDatabase(Database):
    """An open pool of connections. Open it with `PostgresDatabase.open`, and close it."""

    def __init__(self, url: str, pool: asyncpg.Pool) -> None:
        self._url = url
        self._pool = pool

    @classmethod
    async def open(cls, url: str, *, migrations: Path = MIGRATIONS) -> Self:
        """Connect and migrate the schema to the newest one.

        Args:
            url: `postgresql://user:password@host:port/database`; `?search_path=name` chooses a schema.

        Raises:
            DatabaseTooNew: a newer Samewave made it.
            StorageFailed: it cannot be reached, refuses the user, or the schema cannot be made.
        """
        pool = None
        scripts = await asyncio.to_thread(_scripts, migrations)
        try:
            async with asyncio.timeout(_OPEN_SECONDS):
                pool = await asyncpg.create_pool(
                    url,
                    min_size=1,
                    max_size=_CONNECTIONS,
                    command_timeout=_STATEMENT_SECONDS,
                    reset=_roll_back,
                )
            async with pool.acquire() as connection, connection.transaction():
                await _migrate(connection, scripts)
        except BaseException as error:
            if pool is not None:
                pool.terminate()
            if isinstance(error, (*_FAILURES, ValueError)):
                raise StorageFailed(
                    f"The database on {_place(url)} cannot be opened ({_reason(error)}). Check "
                    "SAMEWAVE_DATABASE_URL, and whether PostgreSQL runs there."
                ) from error
            raise
        return cls(url, pool)

    async def close(self) -> None:
        await to_its_end(asyncio.ensure_future(self._pool.close()))

    async def look_up(self, sql: str, parameters: Sequence[Any]) -> list[Row]:
        """Fetch a few rows by key: the event loop is free meanwhile."""
        return await self.fetch(sql, parameters)

    async def look_up_together(self, questions: Sequence[Question]) -> list[list[Row]]:
        async with self.snapshot() as reader:
            return [await reader.fetch(sql, values) for sql, values in questions]

    async def fetch(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        try:
            async with self._pool.acquire() as connection:
                return await _fetch(connection, sql, parameters)
        except _FAILURES as error:
            raise _not_read(error) from error

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        try:
            async with self._pool.acquire() as connection:
                await connection.execute(numbered(sql), *map(_sent, parameters))
        except _FAILURES as error:
            raise _not_written(error) from error

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        try:
            async with self._pool.acquire() as connection:
                try:
                    await _finish(connection.execute(f"BEGIN; {_WRITING}"))
                    yield _PostgresTransaction(connection)
                    if await _finish(connection.execute("COMMIT")) != "COMMIT":
                        raise StorageFailed(
                            "I could not save that; try again in a moment.", detail="rolled back"
                        )
                except BaseException:
                    with suppress(*_FAILURES):
                        await _finish(_roll_back(connection))
                    raise
        except _FAILURES as error:
            raise _not_written(error) from error

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Reader]:
        try:
            async with (
                self._pool.acquire() as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):
                yield _PostgresTransaction(connection)
        except _FAILURES as error:
            raise _not_read(error) from error

    @asynccontextmanager
    async def lock(self, name: str, on_loss: Callable[[], object] | None = None) -> AsyncIterator[bool]:
        """Hold an advisory lock on a connection of its own; it goes with the process."""
        try:
            connection = await asyncpg.connect(self._url, timeout=_OPEN_SECONDS)
        except _FAILURES as error:
            raise _not_read(error) from error

        def lost(_: asyncpg.Connection) -> None:
            if on_loss is not None:
                on_loss()

        try:
            free = bool(await connection.fetchval(_TRY, name))
            connection.add_termination_listener(lost)
            yield free
        finally:
            connection.remove_termination_listener(lost)
            await to_its_end(asyncio.ensure_future(connection.close()))

    async def number_after(self, table: str, column: str) -> None:
        await self.fetch(
            f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), max({column})) "
            f"FROM {table} HAVING max({column}) IS NOT NULL"
        )

    async def remove_traces(self) -> bool:
        """Remove deleted rows from the tables with people's ids; PostgreSQL's own log forgets with time."""
        try:
            async with self._pool.acquire() as connection:
                await connection.execute(f"VACUUM {', '.join({one.table: None for one in PERSONAL})}")
        except _FAILURES as error:
            raise _not_written(error) from error
        return True

    async def check(self) -> None:
        """Look whether it answers; PostgreSQL looks after its pages itself."""
        await self.fetch("SELECT 1")


class _PostgresTransaction:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def fetch(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        return await _fetch(self._connection, sql, parameters)

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        status = await self._connection.execute(numbered(sql), *map(_sent, parameters))
        last = status.rpartition(" ")[2]  # "INSERT 0 1", "DELETE 3"
        return int(last) if last.isdigit() else 0

    async def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        await self._connection.executemany(numbered(sql), [[_sent(value) for value in row] for row in rows])


async def _fetch(connection: asyncpg.Connection, sql: str, parameters: Sequence[Any]) -> list[Row]:
    return [tuple(row) for row in await connection.fetch(numbered(sql), *map(_sent, parameters))]


async def _finish(statement: Awaitable[Result]) -> Result:
    """Run a statement to its end, so that no transaction is left open for the next writer."""
    return await to_its_end(asyncio.ensure_future(statement))


def _sent(value: Any) -> Any:
    """The value as PostgreSQL takes it: it has no texts with NUL in them."""
    return value.replace("\0", "\ufffd") if isinstance(value, str) and "\0" in value else value


async def _roll_back(connection: asyncpg.Connection) -> None:
    """End a transaction that was left open.

    Nothing else is set on a connection: the pool needs no more before the next one takes it, and more would
    cost a round trip.
    """
    if not connection.is_closed() and connection.is_in_transaction():
        await connection.execute("ROLLBACK")


def _scripts(folder: Path) -> list[tuple[int, str]]:
    return [(int(file.name[:4]), migration(file.read_text("utf-8"))) for file in sorted(folder.glob("*.sql"))]


async def _migrate(connection: asyncpg.Connection, scripts: Sequence[tuple[int, str]]) -> None:
    await connection.execute(_WRITING)  # processes may start together
    await connection.execute(f"CREATE TABLE IF NOT EXISTS {_VERSION} (version BIGINT NOT NULL)")
    version = await connection.fetchval(f"SELECT max(version) FROM {_VERSION}") or 0
    newest = scripts[-1][0]
    if version > newest:
        raise DatabaseTooNew(
            "The database in SAMEWAVE_DATABASE_URL was made by a newer version of Samewave. Update Samewave, "
            "or name another database."
        )
    for number, script in scripts:
        if version < number:
            await connection.execute(script)
    if version < newest:
        await connection.execute(f"DELETE FROM {_VERSION}")
        await connection.execute(f"INSERT INTO {_VERSION} VALUES ($1)", newest)


def _place(url: str) -> str:
    """Host and database, without the password."""
    parts = urlsplit(url)
    return f"{parts.hostname or 'localhost'}{parts.path}"


def _reason(error: BaseException) -> str:
    return str(error).strip() or type(error).__name__


def _is_gone(error: BaseException) -> bool:
    return not isinstance(error, asyncpg.PostgresError) or isinstance(
        error, asyncpg.PostgresConnectionError | asyncpg.OperatorInterventionError
    )


def _not_written(error: BaseException) -> StorageFailed:
    if isinstance(error, asyncpg.InsufficientResourcesError):
        sentence = "I could not save that: the disk may be full. Nothing that was there before is lost."
    elif _is_gone(error):
        sentence = "I could not save that: my database does not answer. Try again in a moment."
    else:
        sentence = "I could not save that; try again in a moment."
    return StorageFailed(sentence, detail=repr(error))


def _not_read(error: BaseException) -> StorageFailed:
    return StorageFailed("I could not read my database just now; try again in a moment.", detail=repr(error))
