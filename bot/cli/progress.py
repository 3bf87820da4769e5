"""Progress bars and tables in the terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

Tell = Callable[[str, float], None]


def out() -> Console:
    """Standard output, as wide as it is now."""
    return Console()


@contextmanager
def progress_bar() -> Iterator[Tell]:
    """A bar on stderr for each stage, told its name in plain words and the fraction done.

    Where stderr is no terminal, one line a stage.
    """
    err = Console(stderr=True, highlight=False)
    if not err.is_terminal:
        stages: set[str] = set()

        def tell_plainly(stage: str, fraction: float) -> None:
            if stage not in stages:
                stages.add(stage)
                err.print(f"{stage} …", markup=False)

        yield tell_plainly
        return
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
