"""Covers and previews of songs: addresses at their owners', looked up after an answer."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from time import monotonic

from cachetools import TTLCache

from bot.domain.candidates import Cover, Preview
from bot.domain.errors import SourceUnavailable
from bot.domain.tracks import Track
from bot.sources.fallback import FirstCover
from bot.sources.protocols import CoverSource, PreviewSource

log = logging.getLogger(__name__)

SECONDS = 2.0
"""How long a cover is looked up after an answer, and a preview after a press."""
_KEPT, _KEPT_SECONDS = 2_000, 3600.0


class Covers:
    """Finds covers and previews; keeps addresses of covers for an hour, and no picture or sound.

    Attributes:
        on: whether there are covers. previews: whether there are previews.
    """

    def __init__(
        self,
        covers: Sequence[CoverSource],
        previews: PreviewSource | None,
        *,
        seconds: float = SECONDS,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._covers = FirstCover(covers, seconds=seconds) if covers else None
        self._previews = previews
        self._seconds = seconds
        self._known: TTLCache[str, Cover | None] = TTLCache(_KEPT, _KEPT_SECONDS, timer=clock)
        self.on, self.previews = bool(covers), previews is not None

    async def cover_of(self, track: Track) -> Cover | None:
        """A cover, or None where nobody has one or answers in time."""
        if self._covers is None:
            return None
        if track.id in self._known:
            return self._known[track.id]
        try:
            cover = await self._covers.cover_of(track)
        except SourceUnavailable as failure:
            log.debug("no cover of %s: %s", track.id, failure.detail)
            return None
        self._known[track.id] = cover
        return cover

    async def preview_of(self, track: Track) -> Preview | None:
        """A fresh preview, or None where nobody has one.

        Raises:
            SourceUnavailable: nobody answered in time.
        """
        if self._previews is None:
            return None
        try:
            async with asyncio.timeout(self._seconds):
                return await self._previews.preview_of(track)
        except TimeoutError as error:
            raise SourceUnavailable(self._previews.name, "too slow") from error
