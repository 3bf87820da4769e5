"""`samewave import` and `samewave train`."""

from pathlib import Path

import click
import numpy as np

from bot.cli.console import err, load_settings, out, progress_bar, run_async
from bot.services.import_catalogue import ImportProgress, ImportReport
from bot.settings import Settings
from bot.wiring import open_services


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
def import_table(file: Path) -> None:
    """Add the songs of FILE to the catalogue: Spotify tracks as CSV (also .gz, .zip) or Parquet."""
    report = run_async(_import(load_settings(), file))
    _print(report, file)


async def _import(settings: Settings, file: Path) -> ImportReport:
    async with open_services(settings, rng=np.random.default_rng()) as services:
        with progress_bar() as tell:

            def show(step: ImportProgress) -> None:
                tell(step.stage, step.fraction)

            return await services.import_catalogue(file, progress=show)


def _print(report: ImportReport, file: Path) -> None:
    if report.already_imported:
        out.print(f"{file.name} was imported before; nothing has changed.", markup=False, highlight=False)
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
    out.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)


@click.command()
@click.option("--clusters", type=click.IntRange(min=1), help="How many; unset, they grow with the catalogue.")
@click.option("--seed", type=click.IntRange(min=0), help="Of the training's random choices.")
def train(clusters: int | None, seed: int | None) -> None:
    """Train the model on the imported catalogue; a running bot takes it up by itself."""
    settings = load_settings()
    name = run_async(_train(settings, clusters or settings.clusters, settings.seed if seed is None else seed))
    err.print(f"Model {name} is in force.")


async def _train(settings: Settings, clusters: int | None, seed: int) -> str:
    async with open_services(settings, rng=np.random.default_rng()) as services:
        with progress_bar() as tell:
            return await services.train(clusters=clusters, seed=seed, progress=tell)
