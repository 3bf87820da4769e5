"""Hands shards over without a gap.

Discord tells every session of a shard everything. The next process connects while the one before still
answers, and keeps what arrives; once it has the shards, it takes what the one before did not.
"""

import json
import logging
from collections import deque
from collections.abc import Callable
from time import monotonic

from bot.domain.errors import StorageFailed
from bot.domain.shards import Shards
from bot.storage.state.metadata import TAKEN_EVENTS, Metadata

log = logging.getLogger(__name__)

Take = Callable[[], None]
KEPT_SECONDS = 30.0
"""Nobody waits longer for the answer to a message."""
_TAKEN_SECONDS = 2 * KEPT_SECONDS
"""Longer, for an event may reach one process later than another."""


class Handover:
    """What arrived lately, taken or kept.

    Attributes:
        waiting: whether another process still has the shards.
    """

    def __init__(self, metadata: Metadata, shards: Shards, *, clock: Callable[[], float] = monotonic) -> None:
        """Args: clock: a monotonic clock in seconds."""
        self.waiting = False
        self._metadata = metadata
        self._name = f"{TAKEN_EVENTS} {shards}"
        self._clock = clock
        self._taken: deque[tuple[float, int]] = deque()
        self._kept: deque[tuple[float, int, Take]] = deque()

    def arrived(self, event: int, take: Take) -> None:
        """Take an event, or keep it while another process has the shards.

        Args:
            event: its id, the same in every process.
        """
        now = self._clock()
        if self.waiting:
            self._kept.append((now, event, take))
        else:
            self._taken.append((now, event))
            take()
        while self._taken and self._taken[0][0] < now - _TAKEN_SECONDS:
            self._taken.popleft()
        while self._kept and self._kept[0][0] < now - KEPT_SECONDS:
            self._kept.popleft()

    async def leave(self) -> None:
        """Store for the next process what was taken; call it while it waits."""
        if not self.waiting:
            await self._metadata.set(self._name, json.dumps([event for _, event in self._taken]))

    async def take_over(self, begin: Take) -> None:
        """Take what the process before did not, and from now on everything.

        What a process took that was killed is not known; so that nothing is answered twice, what was kept is
        dropped then.

        Args:
            begin: called before.
        """
        try:
            stored = await self._metadata.take(self._name)
        except StorageFailed as error:
            log.warning("%s (%s)", error, error.detail)
            stored = None
        self.waiting = False
        begin()
        taken, late = set(json.loads(stored or "[]")), self._clock() - KEPT_SECONDS
        for at, event, take in self._kept:
            if stored is not None and at >= late and event not in taken:
                self._taken.append((at, event))
                take()
        self._kept.clear()
