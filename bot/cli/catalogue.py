"""`samewave import` and `samewave train`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import click

from bot.cli.console import load_settings, run_async, say
from bot.cli.import_report import lines_of
from bot.cli.progress import Tell, progress_bar
from bot.cli.reading import reading_options
from bot.cli.shared_catalogue import in_step
from bot.domain.errors import ModelUnavailable
from bot.model_building import MaintenanceServices, open_maintenance
from bot.services.catalogue.import_tables import ImportReport
from bot.services.model_store import newest_model
from bot.settings import Settings
from bot.sources.tables.plan import ReadOptions
from bot.storage.process_lock import process_lock

_BUILD_PATIENCE = 1_800.0
"""Seconds to wait for another process that builds in the same state folder; a large model takes minutes."""


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@reading_options
@click.option("--fresh", is_flag=True, help="Begin with an empty catalogue instead of the one in force.")
def import_table(file: Path, reading: ReadOptions, fresh: bool) -> None:
    """Add the songs of FILE to the catalogue.

    FILE is any table with titles, artists and the nine audio features: CSV (also .gz, .zip), an Excel
    workbook, JSON, JSON lines or Parquet. docs/tables.md lists the column names that are understood.
    """
    settings = load_settings()
    report = run_async(_import(settings, file, reading, fresh=fresh))
    for line in lines_of(report, file.name, explicit=settings.explicit):
        click.echo(line)
    if report.rows and report.rows == sum(some.count for some in report.skipped):
        first = report.skipped[0]
        raise click.ClickException(
            f"No song of {file.name} could be read: {first}. The catalogue is unchanged."
        )


@asynccontextmanager
async def upkeep(
    settings: Settings, *, at_start: bool = False
) -> AsyncIterator[tuple[MaintenanceServices, Tell]]:
    """What imports and trains, in step with the shared place, and what shows the progress.

    Args:
        at_start: as for `in_step`.
    """
    async with open_maintenance(settings) as maintenance:
        with progress_bar() as tell:
            async with in_step(settings, tell, at_start=at_start):
                yield maintenance, tell


async def _import(settings: Settings, file: Path, options: ReadOptions, *, fresh: bool) -> ImportReport:
    async with upkeep(settings) as (maintenance, tell):
        if not fresh:
            await fill(maintenance, settings, tell)
        return await maintenance.import_catalogue(file, options, fresh=fresh, progress=tell)


async def fill(maintenance: MaintenanceServices, settings: Settings, tell: Tell) -> None:
    """Import the embedded catalogue if there is none yet."""
    if not maintenance.catalogues.current():
        await maintenance.import_catalogue(settings.embedded_catalogue, progress=tell)


@click.command()
@click.option("--clusters", type=click.IntRange(min=1), help="How many; unset, they grow with the catalogue.")
@click.option("--seed", type=click.IntRange(min=0), help="Of the training's random choices.")
def train(clusters: int | None, seed: int | None) -> None:
    """Train the model on the imported catalogue; a running bot takes it up by itself."""
    settings = load_settings()
    name = run_async(_train(settings, clusters or settings.clusters, settings.seed if seed is None else seed))
    say(f"Model {name} is in force.")


async def _train(settings: Settings, clusters: int | None, seed: int) -> str:
    async with upkeep(settings) as (maintenance, tell):
        return await maintenance.train(clusters=clusters, seed=seed, progress=tell)


@click.command()
def build() -> None:
    """Make ready what is missing: the embedded catalogue in an empty database, a model that fits it."""
    run_async(_build(load_settings()))


async def _build(settings: Settings) -> None:
    lock = process_lock(
        settings.state_dir / "build.lock",
        taken=f"Another process is building in {settings.state_dir}; try again when it is done.",
        patience=_BUILD_PATIENCE,
    )
    async with AsyncExitStack() as stack:
        await asyncio.to_thread(stack.enter_context, lock)
        maintenance, tell = await stack.enter_async_context(upkeep(settings, at_start=True))
        await fill(maintenance, settings, tell)
        if not await _has_fitting_model(maintenance, settings):
            await maintenance.train(clusters=settings.clusters, seed=settings.seed, progress=tell)


async def _has_fitting_model(maintenance: MaintenanceServices, settings: Settings) -> bool:
    try:
        model = await newest_model(settings.models)
    except ModelUnavailable:
        return False
    trained = model.bundle.fingerprint
    if settings.shared_catalogue is not None:  # when a model is trained anew is decided for all machines
        return maintenance.catalogues.open().is_made_of(trained)
    return trained == maintenance.catalogues.current()
