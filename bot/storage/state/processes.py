"""Stores which processes run, and with which shards."""

import json
from collections.abc import Callable
from secrets import token_hex
from time import time

from bot.domain.shards import UNSHARDED, Shards
from bot.storage.database import Database, Repository, Transaction

BEAT_SECONDS = 5.0
DEAD_SECONDS = 30.0
"""Who was not seen for so long, by the clock of whoever looks, is dead."""


class Processes(Repository):
    """The bots on this state, of which this process may be one.

    Attributes:
        shards: those of this process.
    """

    def __init__(
        self, database: Database, shards: Shards = UNSHARDED, *, clock: Callable[[], float] = time
    ) -> None:
        """Args: clock: Unix seconds."""
        super().__init__(database)
        self.shards = shards
        self._clock = clock
        self._name = token_hex(8)
        self._entered = False

    async def enter(self) -> int:
        """Add this process, unless others run another number of shards; returns that of all.

        Raises:
            StorageFailed: it could not be written.
        """
        self._entered = False
        async with self._database.transaction() as connection:
            await self._drop_dead(connection)
            others = await connection.fetch(
                "SELECT shard_count FROM processes WHERE process <> ? AND shard_count <> ? LIMIT 1",
                [self._name, self.shards.count],
            )
            for (count,) in others:
                return int(count)
            await self._note(connection)
        self._entered = True
        return self.shards.count

    async def beat(self) -> None:
        """Note that this process lives, if it entered, and drop those that are dead.

        Raises:
            StorageFailed: it could not be written.
        """
        if self._entered:
            async with self._database.transaction() as connection:
                await self._note(connection)
                await self._drop_dead(connection)

    async def leave(self) -> None:
        """Remove this process.

        Raises:
            StorageFailed: it could not be written.
        """
        self._entered = False
        await self._database.execute("DELETE FROM processes WHERE process = ?", [self._name])

    async def alive(self) -> list[Shards]:
        """The shards of each process that lives.

        Raises:
            StorageFailed: it cannot be read.
        """
        rows = await self._database.fetch(
            "SELECT shard_ids, shard_count FROM processes WHERE seen_at >= ? ORDER BY shard_ids, process",
            [self._clock() - DEAD_SECONDS],
        )
        return [Shards(tuple(json.loads(ids)), count) for ids, count in rows]

    async def _note(self, connection: Transaction) -> None:
        await connection.execute(
            """
            INSERT INTO processes (process, shard_ids, shard_count, seen_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (process) DO UPDATE SET seen_at = excluded.seen_at
            """,
            [self._name, json.dumps(self.shards.ids), self.shards.count, self._clock()],
        )

    async def _drop_dead(self, connection: Transaction) -> None:
        await connection.execute("DELETE FROM processes WHERE seen_at < ?", [self._clock() - DEAD_SECONDS])
