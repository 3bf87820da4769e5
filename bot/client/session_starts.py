"""Limits IDENTIFY: Discord accepts a number per five seconds, and per day, from all processes together."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from time import monotonic
from typing import Any

import aiohttp
import discord

from bot.domain.errors import StorageFailed

log = logging.getLogger(__name__)

APART_SECONDS = 5.5
"""Seconds between two in a bucket: Discord's five, and a half for different travel times."""
WAIT_SECONDS = 45.0
"""The longest wait for a turn: Discord closes a connection that is silent for a minute."""
KEPT_BACK = 20
"""Starts of a day that are never used: Discord resets the token after the last one, and several processes
count at once."""
_PLENTY, _KNOWN_SECONDS = 100, 60.0
"""While so many are left, their number is requested only once in so many seconds."""
_FAILURES = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)


class SessionStarts:
    """Knows when a shard may identify."""

    def __init__(self, bot: Any, *, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
        """Args: bot: the `Samewave` whose shards they are."""
        self._bot = bot
        self._sleep = sleep
        self._known: discord.SessionStartLimits | None = None
        self._read_at = 0.0

    async def wait_until_allowed(self) -> None:
        """Wait while Discord allows few further starts."""
        while (limits := await self._limits()).remaining <= KEPT_BACK:
            pause = timedelta(milliseconds=limits.reset_after) + timedelta(seconds=1)
            log.warning("%s; connecting waits for that", _nearly_used_up(limits))
            await self._sleep(pause.total_seconds())

    async def take_turn(self, shard: int) -> None:
        """Wait until a shard may identify.

        Raises:
            OSError: it may not; discord.py tries again.
        """
        limits, turn = await self._limits(), self._bot.services.take_turn
        if limits.remaining <= KEPT_BACK:
            raise ConnectionRefusedError(_nearly_used_up(limits))
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await turn(f"identify {shard % limits.max_concurrency}", APART_SECONDS)
        except StorageFailed as error:
            log.warning("shard %d identifies without a turn among all processes: %s", shard, error)
            await self._sleep(APART_SECONDS)

    async def _limits(self) -> discord.SessionStartLimits:
        known, age = self._known, monotonic() - self._read_at
        if known is not None and known.remaining > _PLENTY and age < _KNOWN_SECONDS:
            return known
        try:
            self._known = known = await self._bot.fetch_session_start_limits()
        except _FAILURES:
            if known is None:
                raise
        else:
            self._read_at = monotonic()
        return known


def _nearly_used_up(limits: discord.SessionStartLimits) -> str:
    return (
        f"Discord allows only {limits.remaining} more starts of {limits.total}, and all again in "
        f"{timedelta(seconds=limits.reset_after // 1000)}"
    )
