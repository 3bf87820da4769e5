"""Jobs that repeat beside the commands, supervised: a failure is logged, and the job goes on."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from time import time
from typing import NoReturn, Protocol

from bot.domain.errors import SamewaveError

log = logging.getLogger(__name__)


class Lock(Protocol):
    """Holds locks among all processes on this state."""

    def __call__(
        self, *names: str, on_loss: Callable[[], object] | None = None
    ) -> AbstractAsyncContextManager[bool]:
        """Hold the locks of some names; yields whether all were free, else none is held.

        Args:
            on_loss: called when it is lost before it was given back.
        """


TakeTurn = Callable[[str, float], Awaitable[None]]
"""Waits until the last turn of a name was so many seconds ago, among all processes on this state."""

RETRY_SECONDS = 15 * 60.0
"""The longest wait after a failure, however rarely the job runs otherwise."""
LOG_AGAIN_SECONDS = 10 * 60.0
"""How often a repeated failure is logged."""
GRACE_SECONDS = 90.0


@dataclass(eq=False)
class Job:
    """Work that is repeated until the program ends.

    Attributes:
        name: its name in logs, metrics and `samewave health`.
        seconds: seconds between two runs.
        work: one run; what it raises is logged.
        needs_outside: whether it depends on outside services; their outage does not make the bot unhealthy.
        clock: Unix seconds.
        started: when the job was made, in Unix seconds.
        last_success: when a run last ended without an error, in Unix seconds; None before the first.
        failures: how many runs have failed.
        error: why the last run failed; empty when it did not.
    """

    name: str
    seconds: float
    work: Callable[[], Awaitable[object]]
    needs_outside: bool = False
    clock: Callable[[], float] = time
    started: float = field(init=False)
    last_success: float | None = field(default=None, init=False)
    failures: int = field(default=0, init=False)
    error: str = field(default="", init=False)
    _logged: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self.started = self.clock()

    @property
    def late_after(self) -> float:
        """Seconds without a success after which the job counts as failing."""
        return self.seconds + max(GRACE_SECONDS, 2 * min(self.seconds, RETRY_SECONDS))

    async def attempt(self) -> bool:
        """Run once; returns whether that succeeded."""
        try:
            await self.work()
        except Exception as error:
            self._fail(error)
            return False
        if self.error:
            log.info("%s: works again", self.name)
        self.error = ""
        self.last_success = self.clock()
        return True

    def _fail(self, error: Exception) -> None:
        self.failures += 1
        detail = f" ({error.detail})" if isinstance(error, SamewaveError) and error.detail else ""
        reason = f"{str(error) or type(error).__name__}{detail}"
        if reason != self.error or self.clock() - self._logged >= LOG_AGAIN_SECONDS:
            self._logged = self.clock()
            if isinstance(error, SamewaveError):
                log.warning("%s failed and will be tried again: %s", self.name, reason)
            else:
                log.error("%s failed and will be tried again: %s", self.name, reason, exc_info=error)
        self.error = reason


async def attempt_all(jobs: Iterable[Job]) -> None:
    """Run each once; what fails is logged."""
    for job in jobs:
        await job.attempt()


async def every(job: Job, *, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep) -> NoReturn:
    """Repeat a job until cancelled; errors are logged and do not stop it."""
    while True:
        succeeded = await job.attempt()
        await sleep(job.seconds if succeeded else min(job.seconds, RETRY_SECONDS))


@asynccontextmanager
async def in_background(
    jobs: Iterable[Job], *, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
) -> AsyncIterator[None]:
    """Run jobs in tasks while the context is open."""
    tasks = [asyncio.create_task(every(job, sleep=sleep), name=job.name) for job in jobs]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
