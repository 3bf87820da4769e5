"""Prepares a start: imports the embedded catalogue and trains a model if necessary."""

import asyncio
import os
import sys
from contextlib import suppress

from bot.cli.console import say
from bot.cli.progress import progress_bar
from bot.cli.shared_catalogue import take_up
from bot.domain.errors import ModelUnavailable, StorageFailed
from bot.domain.sharing import SharingFailed
from bot.services.use_cases import Services
from bot.settings import ROOT, Settings


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
        # -P: do not import a file named `bot.py` from the current folder.
        builder = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "bot", "build"), env=module_environment()
        )
        try:
            failed = await builder.wait()
        except asyncio.CancelledError:
            with suppress(ProcessLookupError):
                builder.terminate()
            raise
        if failed:
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
    importer = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "bot", "import", str(settings.embedded_catalogue)),
        env=module_environment(),
        stdout=sys.stderr,
    )
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
    return not retrain or await services.about.model_is_current()


def module_environment() -> dict[str, str]:
    """Environment variables with which another Python finds this code even if it is not installed."""
    path = os.pathsep.join(part for part in (str(ROOT), os.environ.get("PYTHONPATH", "")) if part)
    return {**os.environ, "PYTHONPATH": path}
