"""`samewave hotlist show` and `refresh`."""

from collections.abc import Sequence

import click
from rich.table import Table

from bot.cli.console import day_of, load_settings
from bot.cli.prepare import with_services
from bot.cli.progress import out

_MOST_SHOWN = 10


@click.group()
def hotlist() -> None:
    """Show the hot list, or fetch it anew."""


@hotlist.command()
def show() -> None:
    """Print the hot list."""
    chart = with_services(load_settings(), lambda services: services.hot_list.current(), model=False).chart
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


@hotlist.command()
def refresh() -> None:
    """Fetch the hot list anew and say what changed."""
    changes = with_services(load_settings(), lambda services: services.hot_list.refresh(), model=False)
    for attempt in changes.attempts:
        if attempt.outcome != "answered":
            click.echo(f"{attempt.source}: {attempt.reason or attempt.detail}")
    chart = changes.after
    click.echo(f"{chart.title}, week of {day_of(chart.week)}: {len(chart.entries)} songs.")
    if changes.before is not None:
        for heading, songs in (
            ("New entries", [f"no. {e.rank} {e.title} by {e.artist}" for e in changes.fresh]),
            ("Climbers", [f"{e.title} by {e.artist}, up {n} to no. {e.rank}" for e, n in changes.climbers]),
            ("Dropped out", [f"{e.title} by {e.artist}" for e in changes.gone]),
        ):
            _print_changes(heading, songs)


def _print_changes(heading: str, songs: Sequence[str]) -> None:
    click.echo(f"{heading}: {len(songs) or 'none'}")
    for song in songs[:_MOST_SHOWN]:
        click.echo(f"  {song}")
    if len(songs) > _MOST_SHOWN:
        click.echo(f"  … and {len(songs) - _MOST_SHOWN} more")
