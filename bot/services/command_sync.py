"""Remembers which definition of the slash commands Discord was told last: it counts how often it is told."""

from bot.storage.state.metadata import Metadata

_DIGEST = "synced commands"


class CommandSync:
    """Compares digests."""

    def __init__(self, metadata: Metadata) -> None:
        self._metadata = metadata

    async def is_known(self, digest: str) -> bool:
        """Whether Discord was told this definition last."""
        return await self._metadata.get(_DIGEST) == digest

    async def note(self, digest: str) -> None:
        """Remember that Discord was told this definition.

        Raises:
            StorageFailed: it could not be written.
        """
        await self._metadata.set(_DIGEST, digest)
