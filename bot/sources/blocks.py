"""Times until which a service must not be asked, kept across processes and restarts."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.domain.errors import StorageFailed
from bot.sources.protocols import BlockMemory

log = logging.getLogger(__name__)

_STORED_FROM = timedelta(seconds=1)


def utc_now() -> datetime:
    """Return the wall clock's time, aware."""
    return datetime.now(UTC)


class Block:
    """The block of one service, or of one kind of request; logged once, when it begins.

    Blocks of a second or more are stored in `memory`: they hold after a restart, and in other processes. If
    storing or reading one fails, that is logged and the block holds in this process only.

    Args:
        name: the key in `memory`, stable across versions; also the name in the log.
        memory: where blocks are stored.
        now: the clock, aware and in UTC.
    """

    def __init__(self, name: str, memory: BlockMemory, *, now: Callable[[], datetime] = utc_now) -> None:
        self.name = name
        self.now = now
        self._memory = memory
        self._until: datetime | None = None
        self._read = False

    async def until(self) -> datetime | None:
        """Return the end of the block, or None when there is none now."""
        if not self._read:
            self._read = True
            self._extend(await self._stored())
        return self.until_now()

    def until_now(self) -> datetime | None:
        """Return the same without reading `memory`, for callers that awaited `until` before."""
        return self._until if self._until is not None and self._until > self.now() else None

    def read_again(self) -> None:
        """Look into `memory` the next time: another process may have stored a block."""
        self._read = False

    async def begin(self, wait: timedelta, reason: str, *, elsewhere: timedelta | None = None) -> None:
        """Block for that long; one that lasts longer already stays.

        Args:
            elsewhere: for how long other processes do not ask either; None for as long.
        """
        now = self.now()
        until = now + wait
        fresh = self.until_now() is None
        if not self._extend(until):
            return
        if fresh:
            log.warning("%s is blocked until %s: %s", self.name, f"{until:%Y-%m-%d %H:%M:%S} UTC", reason)
        if wait >= _STORED_FROM:
            try:
                await self._memory.block(
                    self.name, until, reason, elsewhere=until if elsewhere is None else now + elsewhere
                )
            except StorageFailed as error:
                log.warning("The block of %s could not be stored: %s", self.name, error.detail or error)

    def _extend(self, until: datetime | None) -> bool:
        if until is None or (self._until is not None and self._until >= until):
            return False
        self._until = until
        return True

    async def _stored(self) -> datetime | None:
        try:
            return await self._memory.blocked_until(self.name)
        except StorageFailed as error:
            log.warning("The block of %s could not be read: %s", self.name, error.detail or error)
            return None
