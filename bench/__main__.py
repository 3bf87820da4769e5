"""Runs every measurement, prints one table and writes `bench.json`."""

import asyncio
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.commands import command_cost
from bench.figure import Figure
from bench.picks import pick_speed
from bench.start import start_and_memory
from bench.state import filled_state


def figures() -> Iterator[Figure]:
    """All measurements, in the order of the table."""
    with tempfile.TemporaryDirectory(prefix="samewave-bench-") as folder:
        state = Path(folder)
        asyncio.run(filled_state(state))
        yield from pick_speed(state)
        yield from asyncio.run(command_cost(state))
        yield from start_and_memory(state)


def main() -> int:
    """Print the table; the exit code is 1 when a figure is out of reach."""
    console = Console()
    found: list[Figure] = []
    table = Table(title="Samewave, measured against baselines of the same run")
    for heading in ("what", "value", "baseline", "reach", ""):
        table.add_column(heading)
    for figure in figures():
        found.append(figure)
        console.print(f"measured: {figure.name}", style="dim")
        table.add_row(
            figure.name,
            f"{figure.value:,.2f} {figure.unit}",
            figure.baseline,
            figure.reach,
            "ok" if figure.ok else "MISSED",
        )
    console.print(table)
    Path("bench.json").write_text(
        json.dumps(
            {
                figure.name: {key: value for key, value in asdict(figure).items() if key != "name"}
                for figure in found
            },
            indent=1,
        ),
        "utf-8",
    )
    return 0 if all(figure.ok for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())
