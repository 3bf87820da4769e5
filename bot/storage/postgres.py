"""The state on PostgreSQL, through asyncpg's pool, for more than one machine."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Self

import asyncpg

from bot.domain.errors import DatabaseTooNew, StorageFailed
from bot.domain.privacy import FORGET_MARKS, PERSONAL
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
from bot.storage.postgres_errors import FAILURES, not_read, not_written, place, reason
from bot.storage.postgres_listener import LISTENER_NAME, PostgresListener
from bot.storage.postgres_sql import CHANNEL, migration, numbered, without_nul
from bot.storage.topics import Topic

_CONNECTIONS = 4
_OPEN_SECONDS = 20.0
_STATEMENT_SECONDS = 60.0
_VERSION = "schema_version"
# A lock's number belongs to the schema, so that two bots can share a database under two schemas.
_WRITING = "SELECT pg_advisory_xact_lock(hashtextextended('samewave writes ' || current_schema(), 0))"
_LOCK = "hashtextextended('samewave ' || name || ' ' || current_schema(), 0)"
_TRY = f"SELECT pg_try_advisory_lock({_LOCK}) FROM (SELECT $1::text AS name) AS named"
_WAIT = f"SELECT pg_advisory_lock({_LOCK}) FROM (SELECT $1::text AS name) AS named"
_NUMBERED = """
SELECT table_name::text, column_name::text FROM information_schema.columns
WHERE table_schema = current_schema() AND is_identity = 'YES'
"""


class PostgresDatabase(Database):
    """An open pool of connections. Open it with `PostgresDatabase.open`, and close it."""

    def __init__(self, url: str, pool: asyncpg.Pool) -> None:
        self._url = url
        self._pool = pool
        self._turns: dict[asyncio.Task[None], asyncpg.Connection] = {}

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
            if isinstance(error, (*FAILURES, ValueError)):
                raise StorageFailed(
                    f"The database on {place(url)} cannot be opened ({reason(error)}). Check "
                    "SAMEWAVE_DATABASE_URL, and whether PostgreSQL runs there."
                ) from error
            raise
        return cls(url, pool)

    async def close(self) -> None:
        for connection in self._turns.values():
            connection.terminate()
        await asyncio.gather(*self._turns)
        await to_its_end(self._pool.close())

    async def look_up(self, sql: str, parameters: Sequence[Any]) -> list[Row]:
        return await self.fetch(sql, parameters)

    async def look_up_together(self, questions: Sequence[Question]) -> list[list[Row]]:
        async with self.snapshot() as reader:
            return [await reader.fetch(sql, values) for sql, values in questions]

    async def fetch(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        async with self._acquired(not_read) as connection:
            return await _PostgresTransaction(connection).fetch(sql, parameters)

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        async with self._acquired(not_written) as connection:
            await _PostgresTransaction(connection).execute(sql, parameters)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        began = self.forgettings
        async with self._acquired(not_written) as connection:
            try:  # each statement to its end, so that no transaction is left open for the next writer
                await to_its_end(connection.execute(f"BEGIN; {_WRITING}"))
                yield _PostgresTransaction(connection, began)
                if await to_its_end(connection.execute("COMMIT")) != "COMMIT":
                    raise StorageFailed("I could not save that; try again in a moment.", detail="rolled back")
            except BaseException:
                with suppress(*FAILURES):
                    await to_its_end(_roll_back(connection))
                raise

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Reader]:
        async with (
            self._acquired(not_read) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield _PostgresTransaction(connection)

    @asynccontextmanager
    async def lock(self, *names: str, on_loss: Callable[[], object] | None = None) -> AsyncIterator[bool]:
        """Hold advisory locks on a separate connection; they end with the process."""
        async with self._connected() as connection:
            free = True
            for name in names:  # none behind a taken one, so that of two who start at once one gets all
                if not await connection.fetchval(_TRY, name):
                    free = False
                    await connection.execute("SELECT pg_advisory_unlock_all()")
                    break

        def lost(_: asyncpg.Connection) -> None:
            if on_loss is not None:
                on_loss()

        connection.add_termination_listener(lost)
        try:
            yield free
        finally:
            connection.remove_termination_listener(lost)
            await to_its_end(connection.close())

    async def listen(self, heard: Heard, lost: Callable[[], object]) -> PostgresListener:
        """Listen on a connection of its own."""
        async with self._connected({"application_name": LISTENER_NAME}) as connection:
            return await PostgresListener(connection, heard, lost).begin()

    async def take_turn(self, name: str, seconds: float) -> None:
        """Wait for an advisory lock.

        The server itself holds it for so long: a process that dies meanwhile has had its turn.
        """
        async with self._connected({"statement_timeout": "0"}) as connection:
            await connection.fetchval(_WAIT, name)
        holding = asyncio.create_task(_hold(connection, seconds))
        self._turns[holding] = connection
        holding.add_done_callback(self._turns.pop)
        await asyncio.sleep(0)  # now the server has been told

    async def continue_numbering(self) -> None:
        for table, column in await self.fetch(_NUMBERED):
            await self.fetch(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), max({column})) "
                f"FROM {table} HAVING max({column}) IS NOT NULL"
            )

    async def remove_traces(self) -> bool:
        """Remove deleted rows from the tables with people's ids; PostgreSQL's own log forgets with time."""
        tables = dict.fromkeys([*(one.table for one in PERSONAL), FORGET_MARKS])
        async with self._acquired(not_written) as connection:
            await connection.execute(f"VACUUM {', '.join(tables)}")
        return True

    async def check(self) -> None:
        """Check whether it answers; PostgreSQL checks its pages itself."""
        await self.fetch("SELECT 1")

    @asynccontextmanager
    async def _acquired(
        self, sentence: Callable[[BaseException], StorageFailed]
    ) -> AsyncIterator[asyncpg.Connection]:
        """A connection of the pool; failures get a sentence."""
        try:
            async with self._pool.acquire() as connection:
                yield connection
        except FAILURES as error:
            raise sentence(error) from error

    @asynccontextmanager
    async def _connected(self, settings: dict[str, str] | None = None) -> AsyncIterator[asyncpg.Connection]:
        """A connection of its own, for what is held longer than a statement; closed only on failure."""
        try:
            connection = await asyncpg.connect(self._url, timeout=_OPEN_SECONDS, server_settings=settings)
            try:
                yield connection
            except BaseException:
                connection.terminate()
                raise
        except FAILURES as error:
            raise not_read(error) from error


async def _hold(connection: asyncpg.Connection, seconds: float) -> None:
    """Let the server hold a connection's locks; it does so to the end, whatever becomes of this process."""
    with suppress(*FAILURES):
        await connection.execute(f"SELECT pg_sleep({seconds})")
    connection.terminate()


class _PostgresTransaction:
    def __init__(self, connection: asyncpg.Connection, began: int = 0) -> None:
        self._connection = connection
        self.began = began

    async def fetch(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        rows = await self._connection.fetch(numbered(sql), *map(without_nul, parameters))
        return [tuple(row) for row in rows]

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        status = await self._connection.execute(numbered(sql), *map(without_nul, parameters))
        last = status.rpartition(" ")[2]  # "INSERT 0 1", "DELETE 3"
        return int(last) if last.isdigit() else 0

    async def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        await self._connection.executemany(numbered(sql), [list(map(without_nul, row)) for row in rows])

    async def now(self) -> float:
        return float(await self._connection.fetchval("SELECT EXTRACT(EPOCH FROM clock_timestamp())"))

    async def notify(self, topic: Topic, key: int | str = "") -> None:
        await self._connection.execute(f"SELECT pg_notify({CHANNEL}, $1)", f"{topic} {key}")


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
