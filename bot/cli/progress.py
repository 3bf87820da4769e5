"""Progress bars and tables in the terminal."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

LINE_SECONDS = 10.0
"""How often the progress of a stage is printed if stderr is no terminal."""


Tell = Callable[[str, float], None]
"""Takes the stage in plain words and the fraction of it done."""


def out() -> Console:
    """Standard output, as wide as it is now."""
    return Console()


@contextmanager
def progress_bar(clock: Callable[[], float] = time.monotonic) -> Iterator[Tell]:
    """Show progress on stderr: a bar per stage, or lines if stderr is no terminal."""
    err = Console(stderr=True, highlight=False)
    if err.is_terminal:
        with _bars(err) as tell:
            yield tell
    else:
        lines = _Lines(err, clock)
        yield lines
        lines.finish()


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


class _Lines:
    """Prints a line when a stage begins, and every ten seconds."""

    def __init__(self, err: Console, clock: Callable[[], float]) -> None:
        self._err = err
        self._clock = clock
        self._stages: set[str] = set()
        self._began = self._last = clock()

    def __call__(self, stage: str, fraction: float) -> None:
        now = self._clock()
        if stage not in self._stages:
            self._stages.add(stage)
            self._err.print(f"{stage} …", markup=False)
        elif now - self._last >= LINE_SECONDS:
            self._err.print(f"{stage} … {fraction:.0%}", markup=False)
        else:
            return
        self._last = now

    def finish(self) -> None:
        """Print that everything is done, if there was anything to do."""
        if self._stages:
            self._err.print(f"Done ({self._clock() - self._began:.0f} s).", markup=False)
