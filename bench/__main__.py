"""Runs every measurement, prints one table and writes `bench.json`."""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from bench.commands import command_cost
from bench.figure import Figure
from bench.imports import import_speed, swap_stall
from bench.lookups import lookup_speed
from bench.loop import loop_stalls
from bench.made_catalogue import ROWS
from bench.nearest import nearest_speed
from bench.picks import pick_speed
from bench.sessions import session_speed
from bench.size import Size, embedded, made
from bench.start import start_and_memory, start_beside
from bench.state import filled_state
from bench.suggestions import suggestion_speed
from bench.training import training_speed
from bench.web import web_speed

DATA = Path(os.environ.get("BENCH_DATA", Path(__file__).parents[1] / "data" / "state" / "bench"))
_WRITTEN = ("value", "unit", "baseline", "target", "ok")


def figures() -> Iterator[Figure]:
    """All measurements, in the order of the table."""
    with tempfile.TemporaryDirectory(prefix="samewave-bench-") as folder:
        state = Path(folder)
        asyncio.run(filled_state(state))
        small = embedded(state)
        yield from pick_speed(small)
        yield from asyncio.run(command_cost(state))
        yield from asyncio.run(suggestion_speed(state))
        yield from asyncio.run(session_speed(state))
        yield from start_and_memory(state)
        yield from web_speed(small)
        for rows in _sizes():
            yield from _larger(made(rows, DATA), small)


def _sizes() -> list[int]:
    """The sizes in BENCH_ROWS; else the catalogue of `make bench-data`, if it exists."""
    if asked := os.environ.get("BENCH_ROWS"):
        return [int(rows) for rows in asked.split(",")]
    return [ROWS] if (DATA / f"songs_{ROWS}.csv").exists() else []


def _larger(size: Size, small: Size) -> Iterator[Figure]:
    """Measure import and training first; the others use their results."""
    skipped = os.environ.get("BENCH_SKIP", "").split(",")
    subjects: dict[str, Callable[[], Iterable[Figure]]] = {
        "import": lambda: import_speed(size),
        "swap": lambda: asyncio.run(_collected(swap_stall(size))),
        "training": lambda: training_speed(size),
        "picks": lambda: pick_speed(size),
        "nearest": lambda: nearest_speed(size),
        "lookups": lambda: asyncio.run(_collected(lookup_speed(size))),
        "commands": lambda: [_of(size, figure) for figure in asyncio.run(command_cost(size.state))],
        "start": lambda: start_beside(size, small.state),
        "loop": lambda: loop_stalls(small.state, size),
        "web": lambda: web_speed(size),
    }
    for name, measure in subjects.items():
        if name not in skipped:
            yield from measure()


async def _collected(found: AsyncIterator[Figure]) -> list[Figure]:
    return [figure async for figure in found]


def _of(size: Size, figure: Figure) -> Figure:
    return replace(figure, name=f"{figure.name}, {size.name}", rows=size.rows)


def _growth(found: Sequence[Figure]) -> Table:
    """The growth of costs with the catalogue: cost ~ rows ** exponent."""
    table = Table(title="How cost grows")
    table.add_column("what")
    table.add_column("exponent")
    costs: dict[str, list[tuple[int, float]]] = {}
    for figure in found:
        if figure.cost and figure.rows:
            costs.setdefault(figure.name.rpartition(",")[0], []).append((figure.rows, figure.cost))
    for what, points in costs.items():
        if len(points) > 1:
            rows, cost = np.log(np.array(points)).T
            table.add_row(what, f"{np.polyfit(rows, cost, 1)[0]:.2f} ({len(points)} sizes)")
    return table


def main() -> int:
    """Print the table; the exit code is 1 if a target is missed."""
    console = Console()
    found: list[Figure] = []
    table = Table(title="Samewave, measured against baselines of the same run")
    for heading in ("what", "value", "baseline", "target", ""):
        table.add_column(heading)
    for figure in figures():
        found.append(figure)
        value, judged = f"{figure.value:,.2f} {figure.unit}", "ok" if figure.ok else "MISSED"
        console.print(f"{figure.name}: {value} ({judged}; {figure.baseline})", style="dim", highlight=False)
        table.add_row(figure.name, value, figure.baseline, figure.target, judged)
    console.print(table)
    if (growth := _growth(found)).row_count:
        console.print(growth)
    Path("bench.json").write_text(
        json.dumps(
            {
                figure.name: {key: value for key, value in asdict(figure).items() if key in _WRITTEN}
                for figure in found
            },
            indent=1,
        ),
        "utf-8",
    )
    return 0 if all(figure.ok for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())
