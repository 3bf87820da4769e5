"""What every command shares: settings with readable faults, one event loop, logs."""

import asyncio
import gc
import json
import logging
import signal
import sys
import threading
from collections.abc import Coroutine
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any, Literal, TypeVar

import click
from pydantic import ValidationError

from bot.settings import Settings

T = TypeVar("T")
_SWITCH_SECONDS = 0.001
_GARBAGE = (10_000, 20, 50)
PLAIN = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


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
    """Run one command's work on an event loop of its own.

    Raises:
        CancelledError: the process was asked to end (SIGTERM), and what the work had open is closed.
    """
    tune_interpreter()
    return asyncio.run(_until_asked_to_end(work))


def tune_interpreter() -> None:
    """For a process that serves many small questions from much that stays."""
    # SQLite's module hands the interpreter over at every row: with the usual 5 ms a list of sixty songs waits
    # for a busy event loop sixty times as long.
    sys.setswitchinterval(_SWITCH_SECONDS)
    # What is kept in memory is looked through for garbage less often: at a million songs that took a third of
    # the time of an answer.
    gc.set_threshold(*_GARBAGE)


async def _until_asked_to_end(work: Coroutine[Any, Any, T]) -> T:
    task = asyncio.current_task()
    if task is not None and threading.current_thread() is threading.main_thread():
        with suppress(NotImplementedError):  # Windows
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await work


def day_of(moment: date) -> str:
    """A date in words: `1 March 2026`. Not every system can format a day without its leading zero."""
    return f"{moment.day} {moment:%B %Y}"


def say(text: str = "") -> None:
    """Tell the person at the terminal, apart from what scripts read."""
    click.echo(text, err=True)


class JsonLines(logging.Formatter):
    """One JSON object a record: time (UTC), level, logger, message, and the traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up_logs(level: str, layout: Literal["plain", "json"] = "plain") -> None:
    """Log to stderr; the libraries only where something is wrong."""
    logging.basicConfig(level=logging.ERROR)
    for handler in logging.getLogger().handlers:
        if type(handler) is logging.StreamHandler:
            handler.setFormatter(JsonLines() if layout == "json" else logging.Formatter(PLAIN))
    logging.getLogger().setLevel("ERROR" if level == "ERROR" else "WARNING")
    for own in ("bot", "cogs", "ml"):
        logging.getLogger(own).setLevel(level)
