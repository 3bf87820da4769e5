"""Stores what was last sent to Discord as slash commands, which limits how often they may be sent."""

from collections.abc import Callable
from time import time

from bot.storage.state.metadata import SYNCED_COMMANDS, Metadata

LOCK = "slash commands"
"""The lock of the one process that sends them."""
AGAIN_SECONDS = 600.0
"""Between two uploads on demand: Discord limits them by the day."""


class CommandSync:
    """Compares digests; each application has its own, for Discord stores the commands with it."""

    def __init__(self, metadata: Metadata, *, clock: Callable[[], float] = time) -> None:
        """Args: clock: Unix seconds."""
        self._metadata = metadata
        self._clock = clock

    async def is_due(self, application: int, digest: str, *, demanded: bool) -> bool:
        """Whether an application is to be sent this definition.

        Args:
            demanded: Discord called a command that is not in it.
        """
        known = await self._metadata.get(_name(application))
        if not demanded:
            return known != digest
        if known not in (None, digest):  # another version of the bot runs beside this one and sent its own
            return False
        last = await self._metadata.get(_demanded(application))
        return last is None or abs(self._clock() - float(last)) >= AGAIN_SECONDS

    async def note(self, application: int, digest: str, *, demanded: bool) -> None:
        """Store the digest of a definition that Discord has taken.

        Raises:
            StorageFailed: it could not be written.
        """
        await self._metadata.set(_name(application), digest)
        if demanded:
            await self._metadata.set(_demanded(application), repr(self._clock()))


def _name(application: int) -> str:
    return f"{SYNCED_COMMANDS} {application}"


def _demanded(application: int) -> str:
    return f"{_name(application)} demanded"
