"""Values in memory, so that a command reads nothing it read a moment ago."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from time import monotonic
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

MOST = 10_000
GOOD_FOR_SECONDS = 3_600.0
"""The catalogue grows and another process may write: nothing is believed for ever."""


class Kept(Generic[Key, Value]):
    """The values used last, each read when it is first asked for.

    Whoever changes a value drops it afterwards; a reading that was under way meanwhile is not kept.
    """

    def __init__(
        self,
        read: Callable[[Key], Awaitable[Value]],
        *,
        most: int = MOST,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._read = read
        self._most = most
        self._now = now
        self._values: OrderedDict[Key, tuple[Value, float]] = OrderedDict()
        self._drops = 0

    async def get(self, key: Key) -> Value:
        """The value, from memory where it is fresh."""
        if (found := self._values.get(key)) is not None and self._now() < found[1]:
            self._values.move_to_end(key)
            return found[0]
        drops = self._drops
        value = await self._read(key)
        if drops == self._drops:
            self._values[key] = (value, self._now() + GOOD_FOR_SECONDS)
            self._values.move_to_end(key)
            if len(self._values) > self._most:
                self._values.popitem(last=False)
        return value

    def drop(self, key: Key) -> None:
        """Read it anew the next time."""
        self._drops += 1
        self._values.pop(key, None)

    def drop_all(self) -> None:
        """Read everything anew."""
        self._drops += 1
        self._values.clear()
