"""How the bot's shards connect: as often as Discord accepts, and before the bot acts if it stands by.

Discord accepts a number of IDENTIFY per five seconds, and per day, from all processes together.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from time import monotonic
from typing import Any

import aiohttp
import discord
import yarl
from discord.ext import commands

from bot.domain.errors import StorageFailed
from bot.services.use_cases import Services

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


class ShardedBot(commands.AutoShardedBot):
    """Tells its listeners nothing while another process has the shards; what people ask is kept meanwhile."""

    services: Services

    def __init__(self, *, sleep: Callable[[float], Awaitable[object]], **options: Any) -> None:
        super().__init__(**options)
        self._sleep = sleep
        self._starts: discord.SessionStartLimits | None = None
        self._starts_read_at = 0.0

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Connect a shard once Discord allows another start."""
        while (starts := await self._starts_left()).remaining <= KEPT_BACK:
            pause = timedelta(milliseconds=starts.reset_after) + timedelta(seconds=1)
            log.warning("%s; connecting waits for that", _nearly_used_up(starts))
            await self._sleep(pause.total_seconds())
        await super().launch_shard(gateway, shard_id, initial=initial)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for the shard's turn; a connection that is resumed needs none.

        Raises:
            OSError: it may not identify; discord.py tries again.
        """
        starts, shard = await self._starts_left(), shard_id or 0
        if starts.remaining <= KEPT_BACK:
            raise ConnectionRefusedError(_nearly_used_up(starts))
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self.services.take_turn(f"identify {shard % starts.max_concurrency}", APART_SECONDS)
        except StorageFailed as error:
            log.warning("shard %d identifies without a turn among all processes: %s", shard, error)
            await self._sleep(APART_SECONDS)

    async def _starts_left(self) -> discord.SessionStartLimits:
        known, age = self._starts, monotonic() - self._starts_read_at
        if known is not None and known.remaining > _PLENTY and age < _KNOWN_SECONDS:
            return known
        try:
            self._starts = known = await self.fetch_session_start_limits()
        except _FAILURES:
            if known is None:
                raise
        else:
            self._starts_read_at = monotonic()
        return known

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:
        """Tell the listeners, unless another process has the shards: then that one acts."""
        if not self.services.handover.waiting:
            super().dispatch(event_name, *args, **kwargs)
        elif event_name == "ready":
            log.info("connected, and standing by: the process before it can be stopped")

    def begin(self) -> None:
        """Act from now on; call it when the shards are free."""
        if self.is_ready():
            self.dispatch("ready")


def _nearly_used_up(limits: discord.SessionStartLimits) -> str:
    return (
        f"Discord allows only {limits.remaining} more starts of {limits.total}, and all again in "
        f"{timedelta(seconds=limits.reset_after // 1000)}"
    )
