"""Downloads a larger catalogue in the background on the first start with internet."""

import asyncio
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

from bot.cli.prepare import samewave_process
from bot.services.use_cases import Services
from bot.settings import Settings
from bot.storage.process_lock import try_lock


@asynccontextmanager
async def larger_catalogue(services: Services, settings: Settings) -> AsyncIterator[None]:
    """Get the configured catalogue in a separate process if only the embedded one is imported.

    The process reports its progress and ends with the bot; the next start resumes the download. Where several
    machines share a catalogue, none gets one by itself.
    """
    wanted = settings.catalogue != "embedded" and settings.shared_catalogue is None
    if not wanted or set(services.about.imported_files()) - {settings.embedded_catalogue.name}:
        yield
        return
    lock = await asyncio.to_thread(try_lock, settings.state_dir / "downloads" / "catalogue.lock")
    if lock is None:  # another process of this folder gets it
        yield
        return
    with closing(lock):
        async with samewave_process(
            *("catalogue", "get", settings.catalogue, "--in-background"),
            wait=True,
            stdin=DEVNULL,
            start_new_session=True,  # Ctrl-C is for the bot
        ):
            yield
