"""`samewave catalogue push` and `pull`, and the part of a shared folder in imports and training."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import click
from pydantic import ValidationError

from bot.cli.console import load_settings, run_async, say
from bot.cli.progress import Tell, progress_bar
from bot.domain.errors import StorageFailed
from bot.domain.sharing import SharingFailed
from bot.services.catalogue.backup import StateFolder
from bot.services.catalogue.pull import PullCatalogue
from bot.services.catalogue.push import pair_in_force, push
from bot.services.workers import run_in_thread
from bot.settings import Settings
from bot.shared_catalogue import open_pull
from bot.sources.http import Http
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.catalogue.published import Published
from bot.storage.catalogue.shared_folder import SharedFolder

_PATIENCE = 600.0


@click.command("push")
@click.argument("folder", required=False)
def push_command(folder: str | None) -> None:
    """Publish catalogue and model in FOLDER, for all machines that see it (SAMEWAVE_SHARED_CATALOGUE)."""
    settings = _with_place(load_settings(), folder)
    if settings.shared_folder is None:
        raise click.ClickException(
            f"{settings.shared_catalogue} can only be read: name the folder that its web server serves, "
            "`samewave catalogue push FOLDER`."
        )
    shared = SharedFolder(settings.shared_folder)
    with progress_bar() as tell, shared.lock():
        published = push(StateFolder(settings.state_dir), shared, tell)
    say(
        f"Published in {shared}: the catalogue {published.catalogue:.12} with the model {published.model}. "
        "Running bots take them up within seconds."
    )


@click.command("pull")
@click.argument("place", required=False)
def pull_command(place: str | None) -> None:
    """Take up the catalogue and the model published in PLACE, a folder or an http(s) address."""
    settings = _with_place(load_settings(), place)
    taken = run_async(_pull(settings))
    if taken is None:
        raise click.ClickException(
            f"Nothing is published in {settings.shared_catalogue} yet: run `samewave catalogue push` where "
            "the catalogue is."
        )
    say(f"The catalogue {taken.catalogue:.12} with the model {taken.model} is in force.")


async def _pull(settings: Settings) -> Published | None:
    with progress_bar() as tell:
        async with _opened(settings) as pull:
            return await pull(again=True, tell=tell) if pull else None


@asynccontextmanager
async def in_step(settings: Settings, tell: Tell, *, at_start: bool = False) -> AsyncIterator[None]:
    """Import or train on the published catalogue, and publish the result if there is a shared place.

    The shared folder is locked meanwhile, so that one machine at a time imports or trains. A catalogue
    that is not derived from the published one is published by `samewave catalogue push` only.

    Args:
        at_start: whether to wait for another machine, and to continue if the place is unavailable.

    Raises:
        SharingFailed: the folder is unavailable, or cannot be written.
        StorageFailed: another machine is publishing.
    """
    async with AsyncExitStack() as stack:
        folder = None if settings.shared_folder is None else SharedFolder(settings.shared_folder)
        if folder is not None:
            try:
                lock = folder.lock(patience=_PATIENCE if at_start else 0.0)
                await asyncio.to_thread(stack.enter_context, lock)
            except SharingFailed as away:
                if not at_start:
                    raise
                say(str(away))
                folder = None
        pull = await stack.enter_async_context(_opened(settings))
        if pull is not None:
            await take_up(pull, tell)
        yield
        if folder is not None and pull is not None:
            await _publish(StateFolder(settings.state_dir), folder, pull, tell)


async def take_up(pull: PullCatalogue, tell: Tell) -> bool:
    """Pull the published pair; print a message and continue on failure. Returns whether it was new."""
    try:
        return await pull(tell=tell) is not None
    except (SharingFailed, StorageFailed) as error:
        say(str(error))
        return False


async def _publish(state: StateFolder, folder: SharedFolder, pull: PullCatalogue, tell: Tell) -> None:
    model = pair_in_force(state)
    if model is None:
        say(f"It is published in {folder} when a model is trained on it: `samewave train`.")
        return
    catalogue = CatalogueFolder(state.catalogues).open()
    try:
        before = await pull.published()
    except SharingFailed as error:
        say(f"Not published. {error}")
        return
    if before is not None and not catalogue.is_made_of(before.catalogue):
        say(
            f"Not published: another catalogue is published in {folder}. `samewave catalogue push` puts this "
            "one in its place."
        )
    elif before is None or (before.catalogue, before.model) != (catalogue.digest, model):
        await run_in_thread(partial(push, state, folder, tell))


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[PullCatalogue | None]:
    http = Http()
    try:
        yield open_pull(settings, http)
    finally:
        await http.close()


def _with_place(settings: Settings, place: str | None) -> Settings:
    if place is not None:
        try:
            checked = Settings(_env_file=None, shared_catalogue=place)
        except ValidationError as wrong:
            raise click.ClickException(f"{place} is no place: {wrong.errors()[0]['msg']}.") from wrong
        return settings.model_copy(update={"shared_catalogue": checked.shared_catalogue})
    if settings.shared_catalogue is None:
        raise click.ClickException(
            "Name a folder that all machines see, or set SAMEWAVE_SHARED_CATALOGUE (docs/scaling.md)."
        )
    return settings
