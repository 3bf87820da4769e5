"""Receives notifications of other processes on one schema of PostgreSQL (LISTEN)."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

import asyncpg

from bot.storage.database import Heard
from bot.storage.postgres_errors import FAILURES, not_read
from bot.storage.postgres_sql import CHANNEL
from bot.storage.topics import Topic

LISTENER_NAME = "samewave listener"
"""In `pg_stat_activity`."""
_TOPICS = {topic.value: topic for topic in Topic}
_CHECK_SECONDS = 5.0
"""A connection that does not answer for so long is closed."""


class PostgresListener:
    """Listens on a separate connection."""

    def __init__(self, connection: asyncpg.Connection, heard: Heard, lost: Callable[[], object]) -> None:
        self._connection = connection
        self._heard = heard
        self._lost = lost

    async def begin(self) -> Self:
        self._connection.add_termination_listener(self._ended)
        await self._connection.add_listener(await self._connection.fetchval(f"SELECT {CHANNEL}"), self._told)
        return self

    async def check(self) -> None:
        try:
            await self._connection.fetchval("SELECT 1", timeout=_CHECK_SECONDS)
        except FAILURES as error:
            self._connection.terminate()  # counts as a loss
            raise not_read(error) from error

    async def close(self) -> None:
        self._connection.remove_termination_listener(self._ended)
        with suppress(*FAILURES):
            await self._connection.close(timeout=_CHECK_SECONDS)

    def _told(self, _connection: Any, _process: int, _channel: str, payload: str) -> None:
        name, _, key = payload.partition(" ")
        if (topic := _TOPICS.get(name)) is not None:  # a newer version may have more topics
            self._heard(topic, key)

    def _ended(self, _connection: Any) -> None:
        self._lost()
