"""The health of the outside services."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.sources.guard import Guard
from bot.storage.state.external_cache import SourceBlocks


@dataclass(frozen=True)
class SourceHealth:
    """The guards of the services, and the blocks that survive a restart."""

    guards: Sequence[Guard]
    _blocks: SourceBlocks

    async def left_alone(self) -> Sequence[tuple[str, datetime, str]]:
        """The blocked services, until when, and why."""
        return await self._blocks.all()
