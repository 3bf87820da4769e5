"""What every command shares: settings with readable faults, one event loop, logs."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

import click
from pydantic import ValidationError

from bot.settings import Settings

T = TypeVar("T")


def load_settings() -> Settings:
    """The settings of the environment; a wrong one ends the program with a sentence that names it."""
    try:
        return Settings()
    except ValidationError as wrong:
        faults = "; ".join(f"{_variable(str(fault['loc'][0]))}: {fault['msg']}" for fault in wrong.errors())
        raise click.ClickException(
            f"A setting is not right: {faults}. See the table in README.md."
        ) from wrong


def _variable(location: str) -> str:
    """The environment variable behind a field."""
    return f"SAMEWAVE_{location.upper()}" if location in Settings.model_fields else location


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run one command's work on an event loop of its own."""
    return asyncio.run(work)


def say(text: str = "") -> None:
    """Tell the person at the terminal, apart from what scripts read."""
    click.echo(text, err=True)


def set_up_logs(level: str) -> None:
    """Log to stderr; the libraries only where something is wrong."""
    logging.basicConfig(format="%(asctime)s %(levelname)-7s %(name)s: %(message)s", level=logging.ERROR)
    logging.getLogger().setLevel("ERROR" if level == "ERROR" else "WARNING")
    for own in ("bot", "cogs", "ml"):
        logging.getLogger(own).setLevel(level)
