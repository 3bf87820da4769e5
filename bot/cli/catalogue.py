"""`samewave import` and `samewave train`."""

import math
from collections.abc import Callable
from pathlib import Path

import click

from bot.cli.console import load_settings, run_async, say
from bot.cli.import_report import lines_of
from bot.cli.progress import Tell, progress_bar
from bot.domain.errors import ModelUnavailable
from bot.model_building import Workshop, open_workshop
from bot.services.catalogue.import_tables import ImportProgress, ImportReport
from bot.services.model_store import ModelStore
from bot.settings import Settings
from bot.sources.tables.plan import ReadOptions
from ml.features import FEATURE_NAMES


def _pairs(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """`NAME=VALUE`, as often as it was given."""
    pairs = {}
    for value in values:
        name, sign, rest = value.partition("=")
        if not (sign and name.strip() and rest.strip()):
            raise click.BadParameter(f"{value!r} is not of the form NAME=VALUE", context, option)
        pairs[name.strip()] = rest.strip()
    return pairs


def _scales(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, float]:
    scales = {}
    for name, text in _pairs(context, option, values).items():
        try:
            scales[name] = float(text)
        except ValueError as error:
            raise click.BadParameter(f"{text!r} is no number", context, option) from error
        if name not in FEATURE_NAMES:
            raise click.BadParameter(
                f"{name!r} is no feature; these are: {', '.join(FEATURE_NAMES)}", context, option
            )
        if not math.isfinite(scales[name]) or not scales[name]:
            raise click.BadParameter(f"{name} cannot be multiplied with {text}", context, option)
    return scales


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--encoding", help="Of the text, where it cannot be told: cp1250, shift_jis, …")
@click.option("--percent", is_flag=True, help="Danceability and the like are percentages: divide by 100.")
@click.option(
    "--scale",
    multiple=True,
    callback=_scales,
    metavar="FEATURE=FACTOR",
    help="Multiply a feature, for example tempo=60 where it is in beats per second.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    callback=_pairs,
    metavar="ROLE=NAME",
    help="Which column is what, where its name is not known, for example valence=mood_score.",
)
@click.option("--fresh", is_flag=True, help="Begin with an empty catalogue instead of the one in force.")
def import_table(
    file: Path,
    encoding: str | None,
    percent: bool,
    scale: dict[str, float],
    columns: dict[str, str],
    fresh: bool,
) -> None:
    """Add the songs of FILE to the catalogue.

    FILE is any table with titles, artists and the nine audio features: CSV (also .gz, .zip), an Excel
    workbook, JSON, JSON lines or Parquet. docs/tables.md lists the column names that are understood.
    """
    settings = load_settings()
    options = ReadOptions(encoding, percent, scale, columns)
    report = run_async(_import(settings, file, options, fresh=fresh))
    for line in lines_of(report, file.name, explicit=settings.explicit):
        click.echo(line)
    if report.rows and report.rows == sum(some.count for some in report.skipped):
        first = report.skipped[0]
        raise click.ClickException(
            f"No song of {file.name} could be read: {first}. The catalogue is unchanged."
        )


async def _import(settings: Settings, file: Path, options: ReadOptions, *, fresh: bool) -> ImportReport:
    async with open_workshop(settings) as workshop:
        with progress_bar() as tell:
            if not fresh:
                await fill(workshop, settings, tell)
            return await workshop.import_catalogue(file, options, fresh=fresh, progress=_shown(tell))


async def fill(workshop: Workshop, settings: Settings, tell: Tell) -> None:
    """The embedded catalogue is the ground on which every import builds."""
    if not workshop.catalogues.current():
        await workshop.import_catalogue(settings.embedded_catalogue, progress=_shown(tell))


def _shown(tell: Tell) -> Callable[[ImportProgress], None]:
    def show(step: ImportProgress) -> None:
        tell(step.stage, step.fraction)

    return show


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
            await fill(workshop, settings, tell)
            if not await _has_fitting_model(workshop, settings):
                await workshop.train(clusters=settings.clusters, seed=settings.seed, progress=tell)


async def _has_fitting_model(workshop: Workshop, settings: Settings) -> bool:
    models = ModelStore(settings.models)
    try:
        await models.load()
    except ModelUnavailable:
        return False
    return models.recommender.bundle.fingerprint == workshop.catalogues.current()
