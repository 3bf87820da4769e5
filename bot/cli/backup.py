"""`samewave backup` and `samewave restore`."""

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from bot.cli.console import day_of, load_settings, run_async, say
from bot.cli.progress import Tell, progress_bar
from bot.services.catalogue.backup import StateFolder, back_up
from bot.services.catalogue.restore import restore as put_back
from bot.settings import Settings
from bot.storage.moving import move_state
from bot.storage.opening import open_database


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write state, catalogue and model into FILE, a zip; a running bot goes on."""
    settings = load_settings()
    folder = StateFolder(settings.state_dir)
    with progress_bar() as tell:
        if settings.postgres is None:
            size = back_up(folder, file, tell)
        else:
            with TemporaryDirectory(dir=file.absolute().parent, prefix=".samewave-") as place:
                copy = Path(place) / "state.db"
                run_async(_copied(settings, copy, tell))
                size = back_up(folder, file, tell, database=copy)
    say(f"{file} holds state, catalogue and model ({size / 2**20:,.1f} MiB).")


async def _copied(settings: Settings, copy: Path, tell: Tell) -> None:
    """Copy the state from PostgreSQL into a SQLite file."""
    source = await open_database(settings.database, settings.postgres)
    try:
        target = await open_database(copy, None)
        try:
            await move_state(source, target, tell)
        finally:
            await target.close()
    finally:
        await source.close()


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def restore(file: Path) -> None:
    """Put the backup in FILE in place of what is there, which is saved first; stop the bot before."""
    settings = load_settings()
    if settings.postgres is not None:
        raise click.ClickException(
            "A backup is restored into SQLite: unset SAMEWAVE_DATABASE_URL, restore, then move the state "
            "with `samewave migrate-state --to URL` into an empty database."
        )
    with progress_bar() as tell:
        done = put_back(file, StateFolder(settings.state_dir), tell)
    say(f"The backup of {day_of(done.made)} {done.made:%H:%M} UTC is in place.")
    if done.saved is not None:
        say(f"What was there before lies in {done.saved}; remove it when you no longer need it.")
    if not done.model:
        say("It holds no model: run `samewave train`.")
