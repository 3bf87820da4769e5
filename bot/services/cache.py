"""Caches in memory: values read from storage, and values computed once per model."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from time import monotonic
from typing import Generic, TypeVar

from cachetools import TTLCache

from bot.services.scope import Scope

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

MAX_ENTRIES = 10_000
TTL_SECONDS = 3_600.0
"""The catalogue grows and other processes write: every value is read again after an hour."""


class ReadThroughCache(Generic[Key, Value]):
    """A bounded LRU cache; a missing value is read on first use.

    Call `drop` after changing a value; a read that started before the drop is not cached. `keep(False)` where
    changes are not heard of: then every value is read each time.
    """

    def __init__(
        self,
        read: Callable[[Key], Awaitable[Value]],
        *,
        max_entries: int = MAX_ENTRIES,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._read = read
        self._values: TTLCache[Key, Value] = TTLCache(max_entries, TTL_SECONDS, timer=clock)
        self._drops = 0
        self._keeps = True

    async def get(self, key: Key) -> Value:
        """Return the cached value, or read it."""
        try:
            return self._values[key]
        except KeyError:
            drops = self._drops
        value = await self._read(key)
        if drops == self._drops and self._keeps:
            self._values[key] = value
        return value

    def drop(self, key: Key) -> None:
        self._drops += 1
        self._values.pop(key, None)

    def drop_all(self) -> None:
        self._drops += 1
        self._values.clear()

    def keep(self, kept: bool) -> None:
        """Drop all values; keep those read from now on, or none."""
        self._keeps = kept
        self.drop_all()


class ModelCache(Generic[Value]):
    """A value computed from the current model and catalogue, recomputed when they change."""

    def __init__(self, make: Callable[[Scope], Awaitable[Value]]) -> None:
        self._make = make
        self._made: tuple[str, Value] | None = None
        self._making = asyncio.Lock()

    async def of(self, scope: Scope) -> Value:
        """The value for a request's model and catalogue; shows a waiting indicator while it is computed.

        Raises:
            ModelUnavailable: there is no model.
        """
        key = scope.serving.name
        if self._made is None or self._made[0] != key:
            await scope.show_waiting()
        async with self._making:  # concurrent requests share one computation
            if self._made is None or self._made[0] != key:
                self._made = key, await self._make(scope)
            return self._made[1]
