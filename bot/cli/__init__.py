"""The command line: `samewave run | recommend | similar | playlist | import | train | evaluate | …`."""

import asyncio
import errno
import gc
import os
import sys
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from bot.cli.logs import set_up_logs
from bot.domain.errors import TO_KNOW_MORE, SamewaveError, SongNotFound
from bot.safe_path import leave_out_current_folder
from bot.settings import ENV_FILE

_TOO_LITTLE_MEMORY = (
    "There is too little memory for this; nothing was changed. Free some, or give the container more: making "
    "a catalogue and a model takes most."
)
COMMANDS = {
    "run": "bot.cli.serve:run",
    "recommend": "bot.cli.songs:recommend",
    "similar": "bot.cli.songs:similar",
    "playlist": "bot.cli.playlist:playlist",
    "find": "bot.cli.find:find",
    "hotlist": "bot.cli.hot_list:hotlist",
    "import": "bot.cli.catalogue:import_table",
    "catalogue": "bot.cli.public_catalogues:catalogue",
    "train": "bot.cli.catalogue:train",
    "build": "bot.cli.catalogue:build",
    "evaluate": "bot.cli.evaluate:evaluate_command",
    "report": "bot.cli.report:report",
    "backup": "bot.cli.backup:backup",
    "restore": "bot.cli.backup:restore",
    "migrate-state": "bot.cli.migrate_state:migrate_state",
    "web": "bot.cli.web:web",
    "doctor": "bot.cli.doctor:doctor",
    "unfound": "bot.cli.unfound:unfound",
    "health": "bot.cli.health:health",
}


class LazyGroup(click.Group):
    """Imports a command's module when the command is called, so that the bot starts faster."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        gc.disable()  # modules live until the end: scanning them for garbage takes a tenth of the start
        command: Any = getattr(import_module(module), name)
        gc.freeze()
        gc.enable()
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; for a misspelt one the error names what may be meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = get_close_matches(args[0], COMMANDS, n=2)
            if not near:
                raise
            raise click.UsageError(f"{error.message} Did you mean {' or '.join(near)}?", ctx) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands, each with its first sentence uncut."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [
                    (name, command.get_short_help_str(limit=200))
                    for name in COMMANDS
                    if (command := self.get_command(ctx, name)) is not None
                ]
            )


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="samewave")
@click.option(
    "--env-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Settings; unset, `.env` in the project and in the state folder.",
)
def samewave(env_file: Path | None) -> None:
    """Samewave: a Discord bot that answers a song with another on the same wave."""
    if env_file is not None:
        os.environ[ENV_FILE] = str(env_file.absolute())


def main() -> None:
    """Run the command line; an expected error is one sentence on stderr and exit code 1."""
    leave_out_current_folder()
    os.umask(0o077)  # state, backups and logs are readable by the operator only
    set_up_logs("ERROR")
    try:
        code = samewave.main(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.UsageError as wrong:
        wrong.show()
        sys.exit(wrong.exit_code)
    except click.ClickException as wrong:
        click.echo(wrong.format_message(), err=True)
        sys.exit(wrong.exit_code)
    except (click.Abort, KeyboardInterrupt, asyncio.CancelledError):
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except SamewaveError as error:
        click.echo(str(error), err=True)
        if isinstance(error, SongNotFound):
            click.echo(TO_KNOW_MORE, err=True)
        sys.exit(1)
    except Exception as error:
        if not _is_out_of_memory(error):
            raise
        click.echo(_TOO_LITTLE_MEMORY, err=True)
        sys.exit(1)


def _is_out_of_memory(error: Exception) -> bool:
    """Whether this is one of the errors by which Python and libraries tell that memory ran out."""
    if isinstance(error, ImportError):
        return any(words in str(error).lower() for words in ("failed to map segment", "cannot allocate"))
    if isinstance(error, RuntimeError):
        return "can't start new thread" in str(error)
    return isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM)
