"""`samewave evaluate`: the quality of recommendations, compared with the usual recipe and chance."""

import csv
import json
from pathlib import Path

import click
from rich.table import Table

from bot.cli.console import load_settings, run_async
from bot.cli.prepare import with_services
from bot.cli.progress import out, progress_bar
from bot.cli.reading import reading_options
from bot.domain.errors import SamewaveError
from bot.model_building import open_maintenance
from bot.services.use_cases import Services
from bot.settings import Settings
from bot.sources.tables.labelled import read_labelled_songs
from bot.sources.tables.plan import ReadOptions
from bot.storage.catalogue.training_rows import labelled_songs
from bot.storage.state.metadata import QUALITY
from ml.evaluation import GUARDS, RATES, Evaluation, EvaluationError, evaluate
from ml.songs import LabelledSongs


@click.command("evaluate")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="A table with genres, and playlists if it has them; unset, the imported catalogue.",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of everything random."
)
@click.option(
    "--queries",
    type=click.IntRange(min=1),
    default=3_000,
    show_default=True,
    help="Songs asked about per split.",
)
@click.option(
    "--triplets",
    is_flag=True,
    help="How often the model agrees with the people who played the odd one out (chance: .33).",
)
@reading_options
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the figures here.")
@click.option("--dump", type=click.Path(path_type=Path), help="Write every recommendation here, as CSV.")
def evaluate_command(
    data: Path | None,
    reading: ReadOptions,
    seed: int,
    queries: int,
    triplets: bool,
    json_file: Path | None,
    dump: Path | None,
) -> None:
    """Measure the recommendations on songs of artists the model never saw."""
    settings = load_settings()
    if triplets:
        with_services(settings, _triplets)
        return
    songs = read_labelled_songs(data, reading) if data else run_async(_imported(settings))
    try:
        with progress_bar() as tell:
            found = evaluate(
                songs, seed=seed, queries=queries, progress=lambda _, done: tell("Evaluating", done)
            )
    except EvaluationError as error:
        raise SamewaveError(str(error)) from error
    try:
        if json_file:
            json_file.write_text(json.dumps(found.to_json(), indent=1), "utf-8")
        if dump:
            _dump(found, dump)
    except OSError as error:
        raise SamewaveError(f"{error.filename} cannot be written ({error.strerror}).") from error
    if data is None:
        run_async(_note(settings, found))
    _print(found, "artists held out")
    if found.unseen is not None:
        _print(found.unseen, "artists held out, and the playlists asked about")


async def _imported(settings: Settings) -> LabelledSongs:
    async with open_maintenance(settings) as maintenance:
        songs, _ = await labelled_songs(maintenance.catalogues.current_file())
        return songs


async def _note(settings: Settings, found: Evaluation) -> None:
    """Store the means for `!about`."""

    def means(of: Evaluation) -> dict[str, dict[str, float]]:
        return {
            method: {name: estimate.mean for name, estimate in columns.items()}
            for method, columns in of.methods.items()
        }

    async with open_maintenance(settings) as maintenance:
        measured = {
            "catalogue": maintenance.catalogues.current(),
            "seed": found.seed,
            "methods": means(found),
        }
        if found.unseen is not None:
            measured["unseen"] = means(found.unseen)
        await maintenance.metadata.set(QUALITY, json.dumps(measured))


def _dump(found: Evaluation, file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("method", "seed_id", "rank", "pick_id"))
        writer.writerows(found.picks)


def _print(found: Evaluation, held_out: str) -> None:
    table = Table(
        title=f"{held_out.capitalize()}: {found.asked:,} songs asked about, seed {found.seed}; "
        "± half of the 95 % interval; × the usual recipe"
    )
    table.add_column("")
    for method in found.methods:
        table.add_column(method.replace("samewave", "our").replace("_", "\n"), justify="right")
    for metric in (*RATES, *GUARDS):
        if metric in found.methods["usual"]:
            cells = [_cell(found, method, metric) for method in found.methods]
            table.add_row(metric, *cells, end_section=True)
    out().print(table)


def _cell(found: Evaluation, method: str, metric: str) -> str:
    """Format mean, half the width of its 95 % interval, and the ratio to the usual recipe."""
    estimate = found.methods[method][metric]
    ratio = found.ratios.get(method, {}).get(metric)
    times = f"\n{ratio.mean:.2f} ×" if ratio and method != "usual" else ""
    return f"{estimate.mean:.4f}\n±{(estimate.high - estimate.low) / 2:.4f}{times}"


async def _triplets(services: Services) -> None:
    judged, agreed = await services.recommend.odd_one_out.agreement(services.scope.nowhere)
    if not judged:
        click.echo("Nobody has judged a triplet yet: `!oddone` in a server collects them.")
    else:
        click.echo(
            f"{judged} triplets with a majority; the model agrees in {agreed / judged:.2f} (chance .33)."
        )
