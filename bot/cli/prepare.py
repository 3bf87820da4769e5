"""Prepares a start: an embedded catalogue and a model if necessary; a larger catalogue beside the bot."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from typing import Any, TypeVar

import numpy as np

from bot.cli.console import run_async, say
from bot.cli.progress import progress_bar
from bot.cli.shared_catalogue import take_up
from bot.domain.errors import ModelUnavailable, StorageFailed
from bot.domain.sharing import SharingFailed
from bot.services.use_cases import Services
from bot.settings import ROOT, Settings
from bot.storage.process_lock import try_lock
from bot.wiring import open_services

Result = TypeVar("Result")


def with_services(
    settings: Settings,
    work: Callable[[Services], Awaitable[Result]],
    *,
    seed: int | None = None,
    model: bool = True,
) -> Result:
    """Run a command's work on the opened services.

    Args:
        seed: of the draws; None for random ones.
        model: whether the work needs the model, which is then made if it is missing.
    """

    async def run() -> Result:
        async with open_services(settings, rng=np.random.default_rng(seed)) as services:
            if model:
                await prepare(services, retrain=False)
            return await work(services)

    return run_async(run())


async def prepare(services: Services, *, retrain: bool) -> None:
    """Fill an empty catalogue, train a missing model, load it; silent if everything is up to date.

    Runs `samewave build` in a separate process, which frees its memory. Where catalogue and model are
    published for several machines, they are taken up in place of made; where nothing is published yet, those
    of this machine are.

    Args:
        retrain: whether a model of an older catalogue is replaced as well, or what was published since is
            taken up.

    Raises:
        ModelUnavailable: it could not be made; the reason stands on stderr.
    """
    publishes = False
    if retrain and services.pull is not None:
        with progress_bar() as tell:
            if await take_up(services.pull, tell):
                await services.models.open_catalogue()
        with suppress(SharingFailed):  # said above
            publishes = await services.pull.published() is None
    if not await _is_ready(services, retrain=retrain and services.pull is None) or publishes:
        async with samewave_process("build") as builder:
            if await builder.wait():
                raise ModelUnavailable("The catalogue and its model could not be made ready; see above.")
        await services.models.load()


async def prepare_catalogue(services: Services, settings: Settings) -> None:
    """Fill an empty catalogue with the embedded one, without a model.

    Raises:
        StorageFailed: it could not be made; the reason stands on stderr.
    """
    if await services.about.tracks():
        return
    say("The first start makes the catalogue; later ones are quick.")
    async with samewave_process("import", str(settings.embedded_catalogue), stdout=sys.stderr) as importer:
        if await importer.wait():
            raise StorageFailed("The embedded catalogue could not be made ready; see above.")
    await services.models.open_catalogue()


async def _is_ready(services: Services, *, retrain: bool) -> bool:
    if await services.about.tracks() == 0:
        say("The first start makes the catalogue and the model; later ones are quick.")
        return False
    try:
        await services.models.load()
    except ModelUnavailable as error:
        say(f"{error} Doing so now …")
        return False
    return not retrain or await services.models.is_current()


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


@asynccontextmanager
async def samewave_process(*arguments: str, wait: bool = False, **options: Any) -> AsyncIterator[Process]:
    """Run `samewave` in a separate process, which is asked to end with the context.

    Args:
        wait: whether its end is waited for, which may take as long as it waits for another process.
        options: of `asyncio.create_subprocess_exec`.
    """
    # With this path another Python finds the code even if it is not installed.
    path = os.pathsep.join(part for part in (str(ROOT), os.environ.get("PYTHONPATH", "")) if part)
    # -P: do not import a file named `bot.py` from the current folder.
    command = sys.executable, "-P", "-m", "bot", *arguments
    process = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, "PYTHONPATH": path}, **options
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.terminate()
            if wait:
                await process.wait()
