"""On one PostgreSQL each shard is run by one process: whoever comes second waits, or ends with a sentence."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from time import monotonic

import click

from bot.domain.errors import StorageFailed
from bot.domain.shards import UNSHARDED
from bot.services.processes import LiveProcesses
from bot.services.use_cases import Services
from bot.storage.process_lock import shard_locks
from bot.storage.state.processes import DEAD_SECONDS

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
    holder = _Holder(services, 0.0 if services.processes.shards == UNSHARDED else patience, stand_by)
    try:
        async with asyncio.TaskGroup() as group:
            holding = group.create_task(holder.hold())
            await holder.held.wait()
            yield
            holding.cancel()
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None


class _Holder:
    def __init__(self, services: Services, patience: float, stand_by: Callable[[], object]) -> None:
        self.held = asyncio.Event()
        self._lock = services.lock
        self._processes: LiveProcesses = services.processes
        self._late = monotonic() + patience
        self._told = False
        self._stand_by: Callable[[], object] | None = stand_by if patience else None

    async def hold(self) -> None:
        """Take the locks and hold them, again and again, until cancelled."""
        names = shard_locks(self._processes.shards)
        while True:
            lost = asyncio.Event()
            try:
                async with self._lock(*names, on_loss=lost.set) as free:
                    obstacle = await self._enter() if free else _taken(self._processes)
                    if obstacle is None:
                        await self._held(lost)
            except StorageFailed as error:
                if not self.held.is_set():
                    raise
                log.warning("%s (%s)", error, error.detail)
                obstacle = None
            if obstacle is None:
                await asyncio.sleep(_PAUSE_SECONDS)
            elif self.held.is_set() or monotonic() >= self._late:
                raise click.ClickException(obstacle)
            else:
                await self._wait(obstacle)

    async def _enter(self) -> str | None:
        count = await self._processes.enter()
        return None if count == self._processes.shards.count else _of_another_set(count)

    async def _held(self, lost: asyncio.Event) -> None:
        if self._told:
            log.warning("the shards %s are free: going on", self._processes.shards)
            self._told = False
        self.held.set()
        try:
            await lost.wait()
        except asyncio.CancelledError:
            with suppress(StorageFailed):
                await self._processes.leave()
            raise
        log.warning("the connection that holds the locks of the shards was lost; taking them again")

    async def _wait(self, obstacle: str) -> None:
        if self._stand_by is not None and await self._processes.has_predecessor():
            self._late = monotonic() + SUCCESSOR_SECONDS
            self._stand_by()
            self._stand_by = None
        self._tell(obstacle)
        await asyncio.sleep(_AGAIN_SECONDS)

    def _tell(self, obstacle: str) -> None:
        if not self._told:
            log.warning("%s Waiting for up to %.0f s.", obstacle, self._late - monotonic())
        self._told = True


def _taken(processes: LiveProcesses) -> str:
    if processes.shards == UNSHARDED:
        return (
            "A bot is running on the database in SAMEWAVE_DATABASE_URL already: stop it first, or give this "
            "one a database or schema of its own."
        )
    return (
        f"Another process runs some of the shards {processes.shards} on this database: stop it, or give this "
        "one shards of its own (SAMEWAVE_SHARD_IDS, SAMEWAVE_PROCESS)."
    )


def _of_another_set(count: int) -> str:
    return (
        f"Other processes on this database run with a shard count of {count}: stop them (one that was killed "
        f"counts for {DEAD_SECONDS:.0f} s), or set SAMEWAVE_SHARD_COUNT to {count}."
    )
