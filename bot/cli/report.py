"""`samewave report`: the catalogue and its model on one page."""

from pathlib import Path

import click

from bot.cli.catalogue import build
from bot.cli.console import load_settings, run_async
from bot.cli.progress import progress_bar
from bot.cli.reading import reading_options
from bot.model_building import open_maintenance
from bot.services.catalogue.report import WriteReport, imported_subject, table_subject
from bot.settings import Settings
from bot.sources.tables.plan import ReadOptions


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("report"),
    show_default=True,
    help="The folder for report.html and report.json.",
)
@click.option("--data", type=click.Path(path_type=Path), help="A table; unset, the imported catalogue.")
@reading_options
@click.option("--seed", type=click.IntRange(min=0), help="Of every random choice.")
@click.option("--evaluation/--no-evaluation", default=True, help="Whether recommendations are measured too.")
@click.pass_context
def report(
    context: click.Context,
    out: Path,
    data: Path | None,
    reading: ReadOptions,
    seed: int | None,
    evaluation: bool,
) -> None:
    """Write one page about a catalogue and what the model makes of it, with plots to hover over."""
    settings = load_settings()
    if data is None:
        context.invoke(build)
    page, numbers, estimated = run_async(
        _report(settings, out, data, reading, settings.seed if seed is None else seed, evaluation=evaluation)
    )
    if estimated:
        click.echo(
            f"The table has no {' and no '.join(estimated)}: what the page shows of it was estimated from "
            "the other features and is no finding."
        )
    click.echo(f"Open {page} in a browser; its numbers are in {numbers}.")


async def _report(
    settings: Settings, out: Path, data: Path | None, reading: ReadOptions, seed: int, *, evaluation: bool
) -> tuple[Path, Path, tuple[str, ...]]:
    with progress_bar() as tell:
        if data is not None:
            subject = await table_subject(
                data, reading, embedded=settings.embedded_catalogue, seed=seed, progress=tell
            )
        else:
            async with open_maintenance(settings) as maintenance:
                subject = await imported_subject(maintenance.catalogues, settings.models)
        written = await WriteReport(out)(subject, seed=seed, evaluation=evaluation, progress=tell)
        return *written, subject.estimated
