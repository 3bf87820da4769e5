"""`samewave import` and `samewave train`."""

from collections.abc import Callable
from pathlib import Path

import click

from bot.cli.console import load_settings, run_async, say
from bot.cli.progress import Tell, progress_bar
from bot.domain.errors import ModelUnavailable
from bot.model_building import Workshop, open_workshop
from bot.services.catalogue.import_tables import ImportProgress, ImportReport
from bot.services.model_store import ModelStore
from bot.settings import Settings
from bot.storage.state.metadata import CATALOGUE


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
def import_table(file: Path) -> None:
    """Add the songs of FILE to the catalogue: Spotify tracks as CSV (also .gz, .zip) or Parquet."""
    report = run_async(_import(load_settings(), file))
    _print(report, file)


async def _import(settings: Settings, file: Path) -> ImportReport:
    async with open_workshop(settings) as workshop:
        with progress_bar() as tell:
            await _fill(workshop, settings, tell)
            return await workshop.import_catalogue(file, progress=_shown(tell))


async def _fill(workshop: Workshop, settings: Settings, tell: Tell) -> None:
    """The embedded catalogue is the ground on which every import builds."""
    if await workshop.tracks.count() == 0:
        await workshop.import_catalogue(settings.embedded_catalogue, progress=_shown(tell))


def _shown(tell: Tell) -> Callable[[ImportProgress], None]:
    def show(step: ImportProgress) -> None:
        tell(step.stage, step.fraction)

    return show


def _print(report: ImportReport, file: Path) -> None:
    if report.already_imported:
        click.echo(f"{file.name} was imported before; nothing has changed.")
        return
    lines = [
        f"{file.name}: {report.shape}.",
        f"{report.rows:,} rows read: {report.imported:,} new tracks, {report.updated:,} completed, "
        f"{report.merged:,} merged with another row of the same track, "
        f"{sum(report.skipped.values()):,} skipped ({report.seconds:.1f} s).",
        *(f"  skipped, {reason}: {count:,}" for reason, count in sorted(report.skipped.items())),
    ]
    if report.estimated:
        lines.append(
            f"The table has no {' and no '.join(report.estimated)}; it was estimated from the other features."
        )
    if report.imported or report.updated:
        lines.append("Now run `samewave train`, so that these songs are recommended as well.")
    click.echo("\n".join(lines))


@click.command()
@click.option("--clusters", type=click.IntRange(min=1), help="How many; unset, they grow with the catalogue.")
@click.option("--seed", type=click.IntRange(min=0), help="Of the training's random choices.")
def train(clusters: int | None, seed: int | None) -> None:
    """Train the model on the imported catalogue; a running bot takes it up by itself."""
    settings = load_settings()
    name = run_async(_train(settings, clusters or settings.clusters, settings.seed if seed is None else seed))
    say(f"Model {name} is in force.")


async def _train(settings: Settings, clusters: int | None, seed: int) -> str:
    async with open_workshop(settings) as workshop:
        with progress_bar() as tell:
            return await workshop.train(clusters=clusters, seed=seed, progress=tell)


@click.command()
def build() -> None:
    """Make ready what is missing: the embedded catalogue in an empty database, a model that fits it."""
    run_async(_build(load_settings()))


async def _build(settings: Settings) -> None:
    async with open_workshop(settings) as workshop:
        with progress_bar() as tell:
            await _fill(workshop, settings, tell)
            if not await _has_fitting_model(workshop, settings):
                await workshop.train(clusters=settings.clusters, seed=settings.seed, progress=tell)


async def _has_fitting_model(workshop: Workshop, settings: Settings) -> bool:
    models = ModelStore(settings.models)
    try:
        await models.load()
    except ModelUnavailable:
        return False
    return models.recommender.bundle.fingerprint == await workshop.facts.get(CATALOGUE)
