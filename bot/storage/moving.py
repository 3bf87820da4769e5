"""Moves the state from one database to another, and compares them row by row."""

import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import closing
from dataclasses import dataclass

from bot.domain.errors import StorageFailed
from bot.storage.database import MIGRATIONS, Database, Reader, Row
from bot.storage.migrating import run_migrations
from bot.storage.postgres_sql import without_nul

Progress = Callable[[str, float], None]
_ROWS_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the state.

    Attributes:
        columns: in the order they were made. key: those that tell a row from all others.
    """

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]

    @property
    def listed(self) -> str:
        """The columns, as SQL."""
        return ", ".join(f'"{column}"' for column in self.columns)

    @property
    def order(self) -> str:
        """An order in which no two rows are equal."""
        return ", ".join(f'"{column}" NULLS FIRST' for column in self.key or self.columns)


def state_tables() -> list[Table]:
    """All tables of the newest schema, each after those that it references."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as empty:
        run_migrations(empty, MIGRATIONS)
        names = empty.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid").fetchall()
        return [_table(empty, name) for (name,) in names if not name.startswith("sqlite_")]


def _table(connection: sqlite3.Connection, name: str) -> Table:
    columns = connection.execute(f'SELECT name, pk FROM pragma_table_info("{name}")').fetchall()
    key = sorted((place, column) for column, place in columns if place)
    return Table(name, tuple(column for column, _ in columns), tuple(column for _, column in key))


async def move_state(source: Database, target: Database, progress: Progress) -> int:
    """Copy all rows as they are now into an empty state, and compare each; returns their number.

    Args:
        progress: called with a table and the fraction done.

    Raises:
        StorageFailed: the target is not empty, a row differs, or one of them cannot be read or written; the
            target is as it was before.
    """
    tables, moved = state_tables(), 0
    async with source.snapshot() as before, target.transaction() as after:
        for table in tables:
            if await after.fetch(f"SELECT 1 FROM {table.name} LIMIT 1"):
                raise StorageFailed(
                    f"The state to move to is not empty (there are rows in {table.name}): name an empty one."
                )
        for at, table in enumerate(tables):
            progress(f"Copying {table.name}", at / len(tables))
            async for rows in _pages(before, table):
                marks = ", ".join("?" * len(table.columns))
                await after.execute_many(f"INSERT INTO {table.name} ({table.listed}) VALUES ({marks})", rows)
                moved += len(rows)
        for at, table in enumerate(tables):
            progress(f"Comparing {table.name}", at / len(tables))
            copies = _pages(after, table)
            same = [rows == await anext(copies, None) async for rows in _pages(before, table)]
            if not all(same) or await anext(copies, None) is not None:
                raise StorageFailed(
                    f"The rows of {table.name} did not arrive as they were; nothing was moved."
                )
    await target.continue_numbering()
    return moved


async def _pages(reader: Reader, table: Table) -> AsyncGenerator[list[Row]]:
    """The rows in an order that both databases have, so many at once."""
    sql = f"SELECT {table.listed} FROM {table.name} ORDER BY {table.order} LIMIT {_ROWS_AT_ONCE} OFFSET ?"
    skipped = 0
    while rows := await reader.fetch(sql, [skipped]):
        yield [tuple(map(without_nul, row)) for row in rows]
        skipped += len(rows)
