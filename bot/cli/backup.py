"""`samewave backup` and `samewave restore`."""

from pathlib import Path

import click

from bot.cli.console import day_of, load_settings, say
from bot.cli.progress import progress_bar
from bot.services.catalogue.backup import StateFolder, back_up
from bot.services.catalogue.restore import restore as put_back


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write state, catalogue and model into FILE, a zip; a running bot goes on."""
    settings = load_settings()
    with progress_bar() as tell:
        size = back_up(StateFolder(settings.state_dir), file, tell)
    say(f"{file} holds state, catalogue and model ({size / 2**20:,.1f} MiB).")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def restore(file: Path) -> None:
    """Put the backup in FILE in place of what is there, which is saved first; stop the bot before."""
    settings = load_settings()
    with progress_bar() as tell:
        done = put_back(file, StateFolder(settings.state_dir), tell)
    say(f"The backup of {day_of(done.made)} {done.made:%H:%M} UTC is in place.")
    if done.saved is not None:
        say(f"What was there before lies in {done.saved}; remove it when you no longer need it.")
    if not done.model:
        say("It holds no model: run `samewave train`.")
