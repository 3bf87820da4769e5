"""Values in memory: what a command read a moment ago, and what is computed once for each model."""

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
"""The catalogue grows and another process may write: every value is read anew after an hour."""


class ReadThroughCache(Generic[Key, Value]):
    """The values used last, each read when it is first asked for.

    Whoever changes a value drops it afterwards; a reading that was under way meanwhile is not kept.
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

    async def get(self, key: Key) -> Value:
        """The value, from memory where it is fresh."""
        try:
            return self._values[key]
        except KeyError:
            drops = self._drops
        value = await self._read(key)
        if drops == self._drops:
            self._values[key] = value
        return value

    def drop(self, key: Key) -> None:
        """Read it anew the next time."""
        self._drops += 1
        self._values.pop(key, None)

    def drop_all(self) -> None:
        """Read everything anew."""
        self._drops += 1
        self._values.clear()


class ModelCache(Generic[Value]):
    """A value computed from the model and the catalogue in force; anew when another one comes into force."""

    def __init__(self, make: Callable[[Scope], Awaitable[Value]]) -> None:
        self._make = make
        self._made: tuple[str, Value] | None = None
        self._making = asyncio.Lock()

    async def of(self, scope: Scope) -> Value:
        """The value for what a request is answered from; shows that it waits while the value is computed.

        Raises:
            ModelUnavailable: there is no model.
        """
        key = scope.serving.name
        if self._made is None or self._made[0] != key:
            await scope.show_waiting()
        async with self._making:  # one computes, whoever else asks meanwhile
            if self._made is None or self._made[0] != key:
                self._made = key, await self._make(scope)
            return self._made[1]
