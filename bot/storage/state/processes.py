"""Stores which processes run, and with which shards."""

import json

from bot.domain.shards import Shards
from bot.storage.database import Repository, Transaction

DEAD_SECONDS = 30.0
"""Who was not seen for so long, by the clock of whoever looks, is dead."""


class Processes(Repository):
    """The processes on this state."""

    async def enter(self, process: str, shards: Shards, now: float) -> int:
        """Add a process, unless others run another number of shards; returns that of all.

        Raises:
            StorageFailed: it could not be written.
        """
        async with self._database.transaction() as connection:
            await _drop_dead(connection, now)
            others = await connection.fetch(
                "SELECT shard_count FROM processes WHERE process <> ? AND shard_count <> ? LIMIT 1",
                [process, shards.count],
            )
            for (count,) in others:
                return int(count)
            await _note(connection, process, shards, now)
            return shards.count

    async def seen(self, process: str, shards: Shards, now: float) -> int:
        """Note that a process lives, and drop those that are dead; returns how many live.

        Raises:
            StorageFailed: it could not be written.
        """
        async with self._database.transaction() as connection:
            await _note(connection, process, shards, now)
            await _drop_dead(connection, now)
            [(alive,)] = await connection.fetch("SELECT count(*) FROM processes")
            return int(alive)

    async def leave(self, process: str) -> None:
        """Remove a process.

        Raises:
            StorageFailed: it could not be written.
        """
        await self._database.execute("DELETE FROM processes WHERE process = ?", [process])

    async def alive(self, now: float) -> list[Shards]:
        """The shards of each process that lives.

        Raises:
            StorageFailed: it cannot be read.
        """
        rows = await self._database.fetch(
            "SELECT shard_ids, shard_count FROM processes WHERE seen_at >= ? ORDER BY shard_ids, process",
            [now - DEAD_SECONDS],
        )
        return [Shards(tuple(json.loads(ids)), count) for ids, count in rows]


async def _note(connection: Transaction, process: str, shards: Shards, now: float) -> None:
    await connection.execute(
        """
        INSERT INTO processes (process, shard_ids, shard_count, seen_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (process) DO UPDATE SET seen_at = excluded.seen_at
        """,
        [process, json.dumps(shards.ids), shards.count, now],
    )


async def _drop_dead(connection: Transaction, now: float) -> None:
    await connection.execute("DELETE FROM processes WHERE seen_at < ?", [now - DEAD_SECONDS])
