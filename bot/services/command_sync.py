"""Stores a digest of the slash commands last synced with Discord, which limits the number of syncs."""

from bot.storage.state.metadata import Metadata

_DIGEST = "synced commands"


class CommandSync:
    """Compares digests."""

    def __init__(self, metadata: Metadata) -> None:
        self._metadata = metadata

    async def is_known(self, digest: str) -> bool:
        """Whether this definition was the last one synced."""
        return await self._metadata.get(_DIGEST) == digest

    async def note(self, digest: str) -> None:
        """Store the digest of a synced definition.

        Raises:
            StorageFailed: it could not be written.
        """
        await self._metadata.set(_DIGEST, digest)
