"""How the bot's shards connect: one after the other, and before it acts where another process has them."""

import logging
from typing import Any

import yarl
from discord.ext import commands

from bot.client.session_starts import SessionStarts
from bot.services.use_cases import Services

log = logging.getLogger(__name__)


class ShardedBot(commands.AutoShardedBot):
    """Tells its listeners nothing while another process has the shards; what people ask is kept meanwhile."""

    services: Services
    _starts: SessionStarts

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Connect a shard once Discord allows another start."""
        await self._starts.wait_until_allowed()
        await super().launch_shard(gateway, shard_id, initial=initial)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for the shard's turn; a connection that is resumed needs none."""
        await self._starts.take_turn(shard_id or 0)

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
