"""Times until which something must not be asked, remembered across restarts."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.domain.errors import StorageFailed
from bot.sources.protocols import BlockMemory

log = logging.getLogger(__name__)

_WORTH_REMEMBERING = timedelta(minutes=5)


def utc_now() -> datetime:
    """The wall clock, aware."""
    return datetime.now(UTC)


class Block:
    """One thing that is at times not to be asked; the log says so once, when that begins.

    Blocks of five minutes or more are kept in `memory` too and hold after a restart. A memory that fails
    is logged and costs no more than that.

    Args:
        name: the key in `memory`, stable across versions; also what the log calls it.
        memory: where long blocks are kept.
        now: the clock, aware and in UTC.
    """

    def __init__(self, name: str, memory: BlockMemory, *, now: Callable[[], datetime] = utc_now) -> None:
        self.name = name
        self.now = now
        self._memory = memory
        self._until: datetime | None = None
        self._recalled = False

    async def until(self) -> datetime | None:
        """The end of the block, or None when there is none now."""
        if not self._recalled:
            self._recalled = True
            self._extend(await self._recall())
        return self.until_now()

    def until_now(self) -> datetime | None:
        """The same without a look into the memory, for whoever has awaited `until` before."""
        return self._until if self._until is not None and self._until > self.now() else None

    async def begin(self, wait: timedelta, reason: str) -> None:
        """Block for that long; a block that lasts longer already stays."""
        until = self.now() + wait
        fresh = self.until_now() is None
        if not self._extend(until):
            return
        if fresh:
            log.warning("%s is left alone until %s: %s", self.name, f"{until:%Y-%m-%d %H:%M:%S} UTC", reason)
        if wait >= _WORTH_REMEMBERING:
            try:
                await self._memory.block(self.name, until, reason)
            except StorageFailed as trouble:
                log.warning("The block of %s could not be stored: %s", self.name, trouble.detail or trouble)

    def _extend(self, until: datetime | None) -> bool:
        if until is None or (self._until is not None and self._until >= until):
            return False
        self._until = until
        return True

    async def _recall(self) -> datetime | None:
        try:
            return await self._memory.blocked_until(self.name)
        except StorageFailed as trouble:
            log.warning("The block of %s could not be read: %s", self.name, trouble.detail or trouble)
            return None
