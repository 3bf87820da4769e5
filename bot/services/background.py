"""What is tidied up beside the commands."""

import asyncio
import logging
from time import time

from bot.domain.errors import StorageFailed
from bot.domain.privacy import FEEDBACK_DAYS, LOG_DAYS, RECENT_DAYS, SESSION_DAYS
from bot.services.guilds.feedback import Feedback
from bot.services.guilds.settings import SettingsKeeper
from bot.services.playlists.playlist import MakePlaylist
from bot.services.playlists.radio import Radio
from bot.storage.catalogue.tracks import Tracks
from bot.storage.state.external_cache import UnknownSongs
from bot.storage.state.history import History
from bot.storage.state.sessions import Sessions

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


async def clean_up(
    tracks: Tracks,
    history: History,
    unknown: UnknownSongs,
    feedback: Feedback,
    guilds: SettingsKeeper,
    radio: Radio,
    playlist: MakePlaylist,
    sessions: Sessions,
) -> None:
    """Once a day, for ever: remove what has expired."""
    while True:
        try:
            gone = await tracks.expire(time() - UNUSED_DAYS * DAY)
            await history.forget(time() - RECENT_DAYS * DAY)
            await feedback.expire(time() - FEEDBACK_DAYS * DAY)
            await guilds.forget_changes(time() - LOG_DAYS * DAY)
            await radio.forget(time() - RECENT_DAYS * DAY)
            await playlist.forget(time() - RECENT_DAYS * DAY)
            await sessions.forget(time() - SESSION_DAYS * DAY)
            await unknown.forget_expired()
            if gone:
                log.info("%d fetched songs expired", gone)
        except StorageFailed as error:
            log.warning("tidying up failed: %s %s", error, error.detail)
        await asyncio.sleep(DAY)
