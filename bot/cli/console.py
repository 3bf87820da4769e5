"""What every command shares: settings with readable faults, one event loop, progress, failures, logs."""

import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

import click
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from bot.domain.errors import SamewaveError
from bot.settings import Settings

T = TypeVar("T")
Tell = Callable[[str, float], None]

out = Console()
err = Console(stderr=True, highlight=False)


def load_settings() -> Settings:
    """The settings of the environment; a wrong one ends the program with a sentence that names it."""
    try:
        return Settings()
    except ValidationError as wrong:
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in wrong.errors())
        raise click.ClickException(
            f"A setting is not right: {faults}. See the table in README.md."
        ) from wrong


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run one command's work on an event loop of its own."""
    return asyncio.run(work)


def fail(error: SamewaveError) -> NoReturn:
    """Say the sentence on stderr and end with exit code 1."""
    err.print(str(error), soft_wrap=True, markup=False)
    sys.exit(1)


def set_up_logs(level: str) -> None:
    """Log to stderr; the libraries only where something is wrong."""
    logging.basicConfig(format="%(asctime)s %(levelname)-7s %(name)s: %(message)s", level=logging.WARNING)
    for own in ("bot", "cogs", "ml"):
        logging.getLogger(own).setLevel(level)


@contextmanager
def progress_bar() -> Iterator[Tell]:
    """A bar on stderr, told a stage in plain words and the fraction done."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=not err.is_terminal) as bar:
        tasks: dict[str, Any] = {}

        def tell(stage: str, fraction: float) -> None:
            if stage not in tasks:
                for earlier in tasks.values():
                    bar.update(earlier, completed=1.0)
                tasks[stage] = bar.add_task(stage, total=1.0)
            bar.update(tasks[stage], completed=fraction)

        yield tell
        for task in tasks.values():
            bar.update(task, completed=1.0)
