"""Limits how many commands run at once; the others wait in a queue, or are refused.

A command gives its slot back when it calls an outside service or begins to answer: from then on it mostly
waits.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import ContextVar
from time import monotonic

AT_ONCE = 16
PATIENCE = 1.0
"""No further interaction is queued once the first in the queue has waited so many seconds."""
TEXT_PATIENCE = 3.0
"""The same for text commands, which expire later."""

_slot: "ContextVar[Slot | None]" = ContextVar("slot", default=None)


_Queue = deque[tuple[float, asyncio.Future[None]]]
"""Since when each waits, and what is done when its slot comes."""


class QueueFull(Exception):
    """The queue is too long to answer in time."""


class CommandSlots:
    """A number of slots with two queues: interactions, which expire within seconds, go first."""

    def __init__(self, at_once: int = AT_ONCE, *, clock: Callable[[], float] = monotonic) -> None:
        self._free = at_once
        self._clock = clock
        self._urgent: _Queue = deque()
        self._texts: _Queue = deque()

    async def acquire(self, *, urgent: bool) -> "Slot":
        """Wait for a slot.

        Raises:
            QueueFull: the queue is too long.
        """
        queue, patience = (self._urgent, PATIENCE) if urgent else (self._texts, TEXT_PATIENCE)
        if self._free and not self._urgent and not self._texts:
            self._free -= 1
            return Slot(self)
        if queue and self._clock() - queue[0][0] > patience:
            raise QueueFull
        waiting = self._clock(), asyncio.get_running_loop().create_future()
        queue.append(waiting)
        try:
            await waiting[1]
        except asyncio.CancelledError:
            if waiting in queue:
                queue.remove(waiting)
            elif not waiting[1].cancelled():  # the slot had come
                self.pass_on()
            raise
        return Slot(self)

    def pass_on(self) -> None:
        """Give a returned slot to the command that has waited longest."""
        for queue in (self._urgent, self._texts):
            while queue:
                _, called = queue.popleft()
                if not called.done():
                    called.set_result(None)
                    return
        self._free += 1


class Slot:
    """One slot."""

    def __init__(self, slots: CommandSlots) -> None:
        self._slots: CommandSlots | None = slots

    def hold(self) -> None:
        """Keep the slot until the current task ends or calls `release_slot`."""
        _slot.set(self)
        if (task := asyncio.current_task()) is not None:
            task.add_done_callback(lambda _: self.release())

    def release(self) -> None:
        """Return the slot; later calls do nothing."""
        slots, self._slots = self._slots, None
        if slots is not None:
            slots.pass_on()


def release_slot() -> None:
    """Return the slot of the current command, if it has one."""
    if (slot := _slot.get()) is not None:
        slot.release()
