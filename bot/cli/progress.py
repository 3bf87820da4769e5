"""Progress bars and tables in the terminal."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

LINE_SECONDS = 10.0
"""How often the progress of a stage is printed if stderr is no terminal."""


Tell = Callable[[str, float], None]
"""Takes the stage in plain words and the fraction of it done."""


def out() -> Console:
    """Standard output, as wide as it is now."""
    return Console()


def progress_bar(clock: Callable[[], float] = time.monotonic) -> AbstractContextManager[Tell]:
    """Show progress on stderr: a bar per stage, or lines if stderr is no terminal."""
    err = Console(stderr=True, highlight=False)
    return _bars(err) if err.is_terminal else _lines(err, clock)


@contextmanager
def _bars(err: Console) -> Iterator[Tell]:
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()
    with Progress(*columns, console=err) as bar:
        tasks: dict[str, TaskID] = {}

        def finish() -> None:
            for task in tasks.values():
                bar.update(task, completed=1.0)

        def tell(stage: str, fraction: float) -> None:
            if stage not in tasks:
                finish()
                tasks[stage] = bar.add_task(stage, total=1.0)
            bar.update(tasks[stage], completed=fraction)

        yield tell
        finish()


@contextmanager
def _lines(err: Console, clock: Callable[[], float]) -> Iterator[Tell]:
    """Print a line when a stage begins, every ten seconds, and when everything is done."""
    stages: set[str] = set()
    began = last = clock()

    def tell(stage: str, fraction: float) -> None:
        nonlocal last
        if stage not in stages:
            stages.add(stage)
            err.print(f"{stage} …", markup=False)
        elif clock() - last >= LINE_SECONDS:
            err.print(f"{stage} … {fraction:.0%}", markup=False)
        else:
            return
        last = clock()

    yield tell
    if stages:
        err.print(f"Done ({clock() - began:.0f} s).", markup=False)
