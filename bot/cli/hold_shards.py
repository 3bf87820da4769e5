"""On one PostgreSQL each shard is run by one process: whoever comes second waits, or ends with a sentence."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from time import monotonic
from typing import NoReturn

import click

from bot.domain.errors import StorageFailed
from bot.domain.shards import UNSHARDED, Shards
from bot.services.use_cases import Services
from bot.storage.process_lock import shard_locks
from bot.storage.state.processes import DEAD_SECONDS, Processes

log = logging.getLogger(__name__)
_PAUSE_SECONDS = 2.0
WAIT_SECONDS = 60.0
"""For the process that ran the shards before, in a restart one after the other; and for one that was killed
to be forgotten."""
SUCCESSOR_SECONDS = 3600.0
"""For a process that ran exactly these shards: the next one stands by until that one is asked to end."""
_AGAIN_SECONDS = 0.3


@asynccontextmanager
async def hold_shards(
    services: Services,
    *,
    patience: float = WAIT_SECONDS,
    stand_by: Callable[[], object] = lambda: None,
) -> AsyncIterator[None]:
    """Hold the locks of this process's shards; where the connection is lost, take them again.

    Args:
        patience: seconds to wait for another process; a bot without shards of its own waits for none.
        stand_by: called once when it waits for a process that runs the same shards.

    Raises:
        ClickException: another process holds one of them, at the start or after the connection was lost, or
            others run another number of shards.
        StorageFailed: the database does not answer at the start.
    """
    held = asyncio.Event()
    patience = 0.0 if services.processes.shards == UNSHARDED else patience
    try:
        async with asyncio.TaskGroup() as group:
            holding = group.create_task(_hold(services, held, patience, stand_by))
            await held.wait()
            yield
            holding.cancel()
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None


async def _hold(
    services: Services, held: asyncio.Event, patience: float, stand_by: Callable[[], object]
) -> NoReturn:
    """Take the locks and hold them, again and again, until cancelled."""
    processes, shards = services.processes, services.processes.shards
    late, told, stands_by = monotonic() + patience, False, False
    while True:
        obstacle, lost = None, asyncio.Event()
        try:
            async with services.lock(*shard_locks(shards), on_loss=lost.set) as free:
                obstacle = await _enter(processes) if free else _taken(shards)
                if obstacle is None:
                    if told:
                        log.warning("the shards %s are free: going on", shards)
                        told = False
                    held.set()
                    await _until(lost, processes)
        except StorageFailed as error:
            if not held.is_set():
                raise
            log.warning("%s (%s)", error, error.detail)
            obstacle = None
        if obstacle is None:
            await asyncio.sleep(_PAUSE_SECONDS)
            continue
        if held.is_set() or monotonic() >= late:
            raise click.ClickException(obstacle)
        if not stands_by and patience and shards in await processes.alive():
            late, stands_by = monotonic() + SUCCESSOR_SECONDS, True
            stand_by()
        if not told:
            log.warning("%s Waiting for up to %.0f s.", obstacle, late - monotonic())
            told = True
        await asyncio.sleep(_AGAIN_SECONDS)


async def _enter(processes: Processes) -> str | None:
    """Count this process as a bot; returns what is in the way."""
    count = await processes.enter()
    if count == processes.shards.count:
        return None
    return (
        f"Other processes on this database run with a shard count of {count}: stop them (one that was killed "
        f"counts for {DEAD_SECONDS:.0f} s), or set SAMEWAVE_SHARD_COUNT to {count}."
    )


async def _until(lost: asyncio.Event, processes: Processes) -> None:
    """Wait until the locks are lost; a process that ends counts no longer."""
    try:
        await lost.wait()
    except asyncio.CancelledError:
        with suppress(StorageFailed):
            await processes.leave()
        raise
    log.warning("the connection that holds the locks of the shards was lost; taking them again")


def _taken(shards: Shards) -> str:
    if shards == UNSHARDED:
        return (
            "A bot is running on the database in SAMEWAVE_DATABASE_URL already: stop it first, or give this "
            "one a database or schema of its own."
        )
    return (
        f"Another process runs some of the shards {shards} on this database: stop it, or give this "
        "one shards of its own (SAMEWAVE_SHARD_IDS, SAMEWAVE_PROCESS)."
    )
