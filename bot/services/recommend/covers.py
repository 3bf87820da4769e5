"""Covers and previews of songs: URLs on the owners' servers, looked up after an answer."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from time import monotonic

from cachetools import TTLCache

from bot.domain.candidates import Media, MediaHosts, Preview
from bot.domain.errors import SourceUnavailable
from bot.domain.tracks import Track
from bot.sources.fallback import FirstMedia
from bot.sources.protocols import MediaSource, PreviewSource
from bot.sources.rate_limit import Limiter, RateLimit

log = logging.getLogger(__name__)

SECONDS = 2.0
"""How long a cover is looked up after an answer, and a preview after a press."""
_KEPT, _KEPT_SECONDS = 2_000, 3600.0
VISITORS = RateLimit(20, 5.0, burst=10)
"""The limit of all visitors of the page together, so that the bot keeps most of what the services allow."""


class Covers:
    """Finds covers and previews; caches URLs of covers for an hour, and stores no picture or sound.

    Attributes:
        on: whether any source is enabled. hosts: the hosts of pictures and sounds.
    """

    def __init__(
        self,
        media: Sequence[MediaSource],
        previews: PreviewSource | None,
        hosts: MediaHosts,
        *,
        seconds: float = SECONDS,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._media = FirstMedia(media, seconds=seconds)
        self._previews = previews
        self._seconds = seconds
        self._known: TTLCache[str, Media] = TTLCache(_KEPT, _KEPT_SECONDS, timer=clock)
        self._visitors = Limiter(VISITORS)
        self.on, self.hosts = bool(media), hosts

    def known(self, track: Track) -> Media | None:
        """What was looked up within the last hour."""
        return self._known.get(track.id)

    async def of(self, track: Track) -> Media:
        """The cover and whether there is a preview; nothing if no source answers in time."""
        if (known := self.known(track)) is not None:
            return known
        try:
            found = await self._media.media_of(track)
        except SourceUnavailable as failure:
            log.debug("no cover of %s: %s", track.id, failure.detail)
            return Media(None, None)
        if found.has_preview is not None:
            self._known[track.id] = found
        return found

    async def visitors_turn(self) -> None:
        """Wait until visitors of the page may look something up.

        Raises:
            SourceUnavailable: they exceed the rate limit.
        """
        try:
            async with asyncio.timeout(self._seconds):
                await self._visitors.acquire()
        except TimeoutError as error:
            raise SourceUnavailable("covers", "visitors have asked too much") from error

    async def preview_of(self, track: Track) -> Preview | None:
        """A fresh preview, or None if no source has one.

        Raises:
            SourceUnavailable: no source answered in time.
        """
        if self._previews is None:
            return None
        try:
            async with asyncio.timeout(self._seconds):
                return await self._previews.preview_of(track)
        except TimeoutError as error:
            raise SourceUnavailable(self._previews.name, "too slow") from error
