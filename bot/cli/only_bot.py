"""One bot on one PostgreSQL: a second one ends, and so does one that lost the lock to another."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import click

from bot.domain.errors import StorageFailed
from bot.services.background import Lock
from bot.storage.process_lock import BOT_LOCK

log = logging.getLogger(__name__)
_PAUSE_SECONDS = 2.0


@asynccontextmanager
async def only_bot(lock: Lock) -> AsyncIterator[None]:
    """Hold the bot's lock; where the connection is lost, take it again.

    Raises:
        ClickException: another bot holds it, at the start or after the connection was lost.
        StorageFailed: the database does not answer at the start.
    """
    held = asyncio.Event()
    try:
        async with asyncio.TaskGroup() as group:
            holding = group.create_task(_hold(lock, held))
            await held.wait()
            yield
            holding.cancel()
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None


async def _hold(lock: Lock, held: asyncio.Event) -> None:
    while True:
        lost = asyncio.Event()
        try:
            async with lock(BOT_LOCK, lost.set) as free:
                if not free:
                    raise click.ClickException(
                        "A bot is running on the database in SAMEWAVE_DATABASE_URL already: stop it first, "
                        "or give this one a database or schema of its own."
                    )
                held.set()
                await lost.wait()
            log.warning("the connection that holds the lock of the only bot was lost; taking it again")
        except StorageFailed as error:
            if not held.is_set():
                raise
            log.warning("%s (%s)", error, error.detail)
        await asyncio.sleep(_PAUSE_SECONDS)
