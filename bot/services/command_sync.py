"""Stores a digest of the slash commands last sent to Discord, which limits how often they may be sent."""

from bot.storage.state.metadata import SYNCED_COMMANDS, Metadata


class CommandSync:
    """Compares digests; each application has its own, for Discord stores the commands with it."""

    def __init__(self, metadata: Metadata) -> None:
        self._metadata = metadata

    async def is_known(self, application: int, digest: str) -> bool:
        """Whether this definition was the last one that an application was sent."""
        return await self._metadata.get(_name(application)) == digest

    async def note(self, application: int, digest: str) -> None:
        """Store the digest of a definition that Discord has taken.

        Raises:
            StorageFailed: it could not be written.
        """
        await self._metadata.set(_name(application), digest)


def _name(application: int) -> str:
    return f"{SYNCED_COMMANDS} {application}"
