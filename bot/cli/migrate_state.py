"""`samewave migrate-state`: moves the state between SQLite and PostgreSQL."""

from contextlib import AsyncExitStack

import click

from bot.cli.console import load_settings, run_async, say
from bot.cli.progress import Tell, progress_bar
from bot.domain.shards import UNSHARDED
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.moving import move_state
from bot.storage.opening import open_database
from bot.storage.process_lock import run_lock, shard_locks
from bot.storage.state.processes import Processes

SQLITE = "sqlite"


@click.command("migrate-state")
@click.option(
    "--to", "target", required=True, metavar="URL", help=f"postgresql://…, or `{SQLITE}`: the state folder's."
)
def migrate_state(target: str) -> None:
    """Copy the state to another database, and compare each row; stop the bot before.

    The state in use (SAMEWAVE_DATABASE_URL, or SQLite where that is unset) is copied, and stays as it is.
    """
    settings = load_settings()
    if target == SQLITE and settings.postgres is None:
        raise click.ClickException("The state is in SQLite already: SAMEWAVE_DATABASE_URL is not set.")
    if target != SQLITE and not target.startswith(("postgresql://", "postgres://")):
        raise click.ClickException(f"A state is moved to postgresql://… or to `{SQLITE}`.")
    with progress_bar() as tell:
        moved = run_async(_move(settings, None if target == SQLITE else target, tell))
    then = "unset SAMEWAVE_DATABASE_URL" if target == SQLITE else "set SAMEWAVE_DATABASE_URL to it"
    say(f"{moved:,} rows were copied, and each compared. To use the new state, {then} and start the bot.")


async def _move(settings: Settings, target: str | None, tell: Tell) -> int:
    async with AsyncExitStack() as stack:
        running = f"A bot is running on {settings.state_dir}: stop it first, then move its state."
        stack.enter_context(run_lock(settings.state_dir, taken=running))
        opened: list[Database] = []
        for url in (settings.postgres, target):
            opened.append(await open_database(settings.database, url))
            stack.push_async_callback(opened[-1].close)
            alone = await stack.enter_async_context(opened[-1].lock(*shard_locks(UNSHARDED)))
            alive = await Processes(opened[-1]).alive()
            if not alone or any(0 not in shards.ids for shards in alive):
                raise click.ClickException("A bot is running on that PostgreSQL: stop it first.")
        source, other = opened
        return await move_state(source, other, tell)
