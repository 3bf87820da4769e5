"""The doors: `samewave run | recommend | similar | import | train | evaluate | …`."""

import os
import sys

import click

from bot.cli.catalogue import import_table, train
from bot.cli.console import fail
from bot.cli.doctor import doctor
from bot.cli.evaluate import evaluate_command
from bot.cli.hot_list import hotlist
from bot.cli.serve import run
from bot.cli.songs import recommend, similar
from bot.domain.errors import SamewaveError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="samewave")
def samewave() -> None:
    """Samewave: a Discord bot that answers a song with another on the same wave."""


for command in (run, recommend, similar, import_table, train, evaluate_command, hotlist, doctor):
    samewave.add_command(command)


def main() -> None:
    """Run the command line; every expected failure is one sentence on stderr and exit code 1."""
    try:
        samewave.main(standalone_mode=False)
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(wrong.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except SamewaveError as error:
        fail(error)
