"""What is tidied up beside the commands."""

import asyncio
import logging
from time import time

from bot.domain.errors import StorageFailed
from bot.storage.history import History
from bot.storage.outside import UnknownSongs
from bot.storage.tracks import Tracks

log = logging.getLogger(__name__)

DAY = 24 * 3600.0
UNUSED_DAYS = 30
"""A fetched song that nobody asked for in so many days is removed: it was cached, not collected."""


FLUSH_SECONDS = 1.0


async def write_down(history: History) -> None:
    """Write what was recommended since the last time; a failure is logged and tried again the next time."""
    try:
        await history.flush()
    except StorageFailed as error:
        log.warning("recommendations were not written down: %s %s", error, error.detail)


async def write_behind(history: History) -> None:
    """Every second, for ever: write down what was recommended."""
    while True:
        await asyncio.sleep(FLUSH_SECONDS)
        await write_down(history)


async def clean_up(tracks: Tracks, history: History, unknown: UnknownSongs) -> None:
    """Once a day, for ever: remove what has expired."""
    while True:
        try:
            gone = await tracks.expire(time() - UNUSED_DAYS * DAY)
            await history.forget(time() - UNUSED_DAYS * DAY)
            await unknown.forget_expired()
            if gone:
                log.info("%d fetched songs expired", gone)
        except StorageFailed as error:
            log.warning("tidying up failed: %s %s", error, error.detail)
        await asyncio.sleep(DAY)
