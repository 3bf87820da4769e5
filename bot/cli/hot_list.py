"""`samewave hotlist show` and `refresh`."""

from collections.abc import Sequence

import click
import numpy as np
from rich.table import Table

from bot.cli.console import day_of, load_settings, run_async
from bot.cli.progress import out
from bot.domain.charts import Attempt, ChartChanges, StoredChart
from bot.settings import Settings
from bot.wiring import open_services

_MOST_SHOWN = 10


@click.group()
def hotlist() -> None:
    """Show the hot list, or fetch it anew."""


@hotlist.command()
def show() -> None:
    """Print the hot list."""
    stored = run_async(_show(load_settings()))
    chart = stored.chart
    table = Table(title=f"{chart.title}, week of {day_of(chart.week)}")
    for heading in ("No.", "Title", "Artist", "Last week", "Peak", "Weeks"):
        table.add_column(heading, justify="left" if heading in ("Title", "Artist") else "right")
    for entry in chart.entries:
        figures = (entry.last_week, entry.peak, entry.weeks)
        table.add_row(
            str(entry.rank),
            entry.title.replace("[", r"\["),
            entry.artist.replace("[", r"\["),
            *("–" if figure is None else str(figure) for figure in figures),
        )
    out().print(table)


async def _show(settings: Settings) -> StoredChart:
    async with open_services(settings, rng=np.random.default_rng()) as services:
        return await services.hot_list.current()


@hotlist.command()
def refresh() -> None:
    """Fetch the hot list anew and say what changed."""
    changes = run_async(_refresh(load_settings()))
    _print_refused(changes.attempts)
    chart = changes.after
    out().print(f"{chart.title}, week of {day_of(chart.week)}: {len(chart.entries)} songs.", markup=False)
    if changes.before is not None:
        for heading, songs in (
            ("New entries", [f"no. {e.rank} {e.title} by {e.artist}" for e in changes.fresh]),
            ("Climbers", [f"{e.title} by {e.artist}, up {n} to no. {e.rank}" for e, n in changes.climbers]),
            ("Dropped out", [f"{e.title} by {e.artist}" for e in changes.gone]),
        ):
            _print_changes(heading, songs)


def _print_changes(heading: str, songs: Sequence[str]) -> None:
    out().print(f"{heading}: {len(songs) or 'none'}", markup=False, highlight=False)
    for song in songs[:_MOST_SHOWN]:
        out().print(f"  {song}", markup=False, highlight=False)
    if len(songs) > _MOST_SHOWN:
        out().print(f"  … and {len(songs) - _MOST_SHOWN} more", markup=False, highlight=False)


def _print_refused(attempts: Sequence[Attempt]) -> None:
    for attempt in attempts:
        if attempt.outcome != "answered":
            out().print(
                f"{attempt.source}: {attempt.reason or attempt.detail}", markup=False, highlight=False
            )


async def _refresh(settings: Settings) -> ChartChanges:
    async with open_services(settings, rng=np.random.default_rng()) as services:
        return await services.hot_list.refresh()
