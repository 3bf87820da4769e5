"""Shared by all commands: settings with readable errors, the event loop, the file limit."""

import asyncio
import gc
import json
import os
import signal
import sys
import threading
from collections.abc import Coroutine, Iterator
from contextlib import suppress
from datetime import date
from typing import Any, TypeVar

import click
from pydantic import ValidationError

from bot.domain.shards import shards_of
from bot.domain.tracks import Track
from bot.settings import ENV_FILE, Settings, read_settings

T = TypeVar("T")
_SWITCH_SECONDS = 0.001
_GARBAGE = (10_000, 20, 50)
_OPEN_FILES = 65_536
"""Sockets and files; many systems start with 1,024 although 1,048,576 are allowed."""


def load_settings() -> Settings:
    """Load the settings; an invalid one ends the program with a sentence that names it."""
    try:
        settings = read_settings()
        shards_of(**settings.sharding)
        return settings
    except OSError as missing:
        raise click.ClickException(
            f"The file {os.environ.get(ENV_FILE)} with settings cannot be read ({missing.strerror}); name "
            "another with --env-file."
        ) from missing
    except ValidationError as wrong:
        faults = "; ".join(f"{_variable(str(fault['loc'][0]))}: {fault['msg']}" for fault in wrong.errors())
        raise click.ClickException(
            f"A setting is not right: {faults}. See the table in README.md."
        ) from wrong
    except ValueError as contradiction:
        raise click.ClickException(str(contradiction)) from contradiction


def _variable(location: str) -> str:
    """The environment variable behind a field."""
    return f"SAMEWAVE_{location.upper()}" if location in Settings.model_fields else location


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's coroutine on a new event loop.

    Raises:
        CancelledError: the process received SIGTERM; open resources are closed.
    """
    tune_interpreter()
    raise_file_limit()
    return asyncio.run(_until_asked_to_end(work))


def tune_interpreter() -> None:
    """Tune the interpreter for many small requests on large, long-lived data."""
    # SQLite releases the GIL at every row: with the default interval of 5 ms a list of sixty songs waits
    # up to sixty times for a busy event loop.
    sys.setswitchinterval(_SWITCH_SECONDS)
    # Long-lived objects are scanned for garbage less often: with a million songs that took a third of
    # the time of a request.
    gc.set_threshold(*_GARBAGE)


def raise_file_limit() -> None:
    """Raise the soft limit of open files; the hard limit stays."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  # not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


async def _until_asked_to_end(work: Coroutine[Any, Any, T]) -> T:
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    if task is not None and threading.current_thread() is threading.main_thread():
        with suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        return await work
    finally:
        # The loop closes its socket before it drops the handler: a signal in between would print an error.
        with suppress(NotImplementedError):
            loop.remove_signal_handler(signal.SIGTERM)


def day_of(moment: date) -> str:
    """Format a date: `1 March 2026`. `strftime` cannot omit the leading zero on every system."""
    return f"{moment.day} {moment:%B %Y}"


def lines_of_stdin() -> Iterator[str]:
    """The lines of standard input; invalid UTF-8 becomes question marks."""
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "replace").rstrip("\r\n")


def say(text: str = "") -> None:
    """Print a message for people to stderr."""
    click.echo(text, err=True)


def say_json(value: dict[str, Any]) -> None:
    """Print an object for scripts to stdout, on one line."""
    click.echo(json.dumps(value, ensure_ascii=False))


def track_object(track: Track) -> dict[str, Any]:
    """A song as JSON values, a stable format for scripts."""
    return {"id": track.id, "title": track.title, "artists": list(track.artists), "url": track.url}
