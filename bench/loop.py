"""The longest stall of the event loop during a refresh, an import, a training and plots."""

import asyncio
import gc
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np

from bench.figure import Figure
from bench.size import Size
from bench.state import offline_settings
from bot.cli.console import tune_interpreter
from bot.domain.errors import SamewaveError
from bot.model_building import open_maintenance
from bot.wiring import open_services

TICK = 0.001
PAUSE = 0.1
"""Between one plot, or one refresh, and the next."""
IDLE_SECONDS = 5.0
MOST_MILLISECONDS = 50.0


class Probe:
    """Ticks every millisecond and records the largest delay.

    The delay of a tick counts up to the CPU time of the process meanwhile; the rest went to other programs.
    """

    def __init__(self) -> None:
        self.longest = 0.0

    async def __call__(self) -> None:
        """Run until it is cancelled."""
        while True:
            began, cpu = time.perf_counter(), time.process_time()
            await asyncio.sleep(TICK)
            late = time.perf_counter() - began - TICK
            self.longest = max(self.longest, min(late, time.process_time() - cpu))


async def _stalls(state: Path, table: Path) -> tuple[float, float]:
    settings = offline_settings(state)
    rng = np.random.default_rng(1)
    async with open_services(settings, rng=rng) as services, open_maintenance(settings) as maintenance:
        await services.models.load()
        # As `samewave run` has it: what is there stays, and is not looked through for garbage.
        tune_interpreter()
        gc.collect()
        gc.freeze()

        async def plots() -> None:
            while True:
                await services.recommend.clusters.page(0, services.scope.nowhere)
                await asyncio.sleep(PAUSE)

        async def refreshes() -> None:
            while True:
                with suppress(SamewaveError):
                    await services.hot_list.refresh()
                await asyncio.sleep(PAUSE)

        async def work() -> None:
            await maintenance.import_catalogue(table)
            await maintenance.train(clusters=None, seed=1, progress=lambda stage, done: None)
            await services.models.load()

        idle, busy = Probe(), Probe()
        ticking = asyncio.create_task(idle())
        await asyncio.sleep(IDLE_SECONDS)
        ticking.cancel()
        beside = [asyncio.create_task(task) for task in (busy(), plots(), refreshes())]
        await work()
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        gc.unfreeze()
    return idle.longest * 1e3, busy.longest * 1e3


def loop_stalls(state: Path, size: Size) -> Iterator[Figure]:
    """The latest of all ticks.

    Args:
        state: with a catalogue and a model; it is changed.
        size: whose table is imported and trained on.
    """
    idle, busy = asyncio.run(_stalls(state, size.table))
    yield size.figure(
        "event loop, longest stall",
        busy,
        "ms",
        f"the same bot idle for {IDLE_SECONDS:g} s: {idle:.1f} ms; the table is imported and trained on",
        f"≤ {MOST_MILLISECONDS:g} ms",
        busy <= MOST_MILLISECONDS,
        busy,
    )
