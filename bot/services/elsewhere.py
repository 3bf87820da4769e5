"""Invalidates caches when another process changes the state."""

import logging
from collections.abc import Callable, Mapping

from bot.storage.database import Database, Listener
from bot.storage.topics import Topic

log = logging.getLogger(__name__)

LISTEN_SECONDS = 1.0
"""Seconds between two checks of the connection."""

Drop = Callable[[str], object]
"""Takes the key of what changed."""
Keep = Callable[[bool], object]
"""Drops everything. Called with False when changes are no longer received, and with True when they are
again, or when everything of a topic may have changed."""


class Elsewhere:
    """Receives changes of other processes, and drops them from the caches.

    While it cannot receive, caches are off and everything is read from the database.
    """

    def __init__(self, database: Database, caches: Mapping[Topic, tuple[Drop, Keep]]) -> None:
        """Args: caches: by the topic of what they hold, how each drops a value, and keeps values or none."""
        self._listened = False
        self._database = database
        self._listener: Listener | None = None
        self._caches = caches

    async def listen(self) -> None:
        """Listen; if it listens already, check the connection.

        Raises:
            StorageFailed: changes cannot be received.
        """
        if self._listener is not None:
            await self._listener.check()
            return
        self._listener = await self._database.listen(self._heard, self._lost)
        if self._listener is not None:
            if self._listened:
                log.info("other processes are heard again")
            self._listened = True
            self._keep(kept=True)

    async def close(self) -> None:
        """Stop listening."""
        if self._listener is not None:
            await self._listener.close()

    def _heard(self, topic: Topic, key: str) -> None:
        drop, keep = self._caches[topic]
        if key:
            drop(key)
        else:
            keep(True)

    def _lost(self) -> None:
        if self._listener is None:
            return
        log.warning("other processes are not heard: until they are, everything is read from the database")
        self._listener = None
        self._keep(kept=False)

    def _keep(self, *, kept: bool) -> None:
        for _, keep in self._caches.values():
            keep(kept)
