"""`samewave evaluate`: how good the recommendations are, beside the usual recipe and chance."""

import csv
import json
from pathlib import Path

import click
from rich.table import Table

from bot.cli.console import load_settings, run_async
from bot.cli.progress import out, progress_bar
from bot.domain.errors import SamewaveError
from bot.settings import Settings
from bot.sources.tables.labelled import read_labelled_songs
from bot.storage.training_rows import labelled_songs
from bot.workshop import open_workshop
from ml.evaluation import Evaluation, EvaluationError, evaluate
from ml.songs import LabelledSongs

SHOWN = (
    "genre@1",
    "genre@5",
    "subgenre@1",
    "subgenre@5",
    "playlist@1",
    "playlist@5",
    "artist@5",
    "coverage",
    "largest_hub",
)


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
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the figures here.")
@click.option("--dump", type=click.Path(path_type=Path), help="Write every recommendation here, as CSV.")
def evaluate_command(
    data: Path | None, seed: int, queries: int, json_file: Path | None, dump: Path | None
) -> None:
    """Measure the recommendations on songs of artists the model never saw."""
    songs = read_labelled_songs(data) if data else run_async(_imported(load_settings()))
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
    _print(found)


async def _imported(settings: Settings) -> LabelledSongs:
    async with open_workshop(settings) as workshop:
        songs, _ = await labelled_songs(workshop.database)
        return songs


def _dump(found: Evaluation, file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("method", "seed_id", "rank", "pick_id"))
        writer.writerows(found.picks)


def _print(found: Evaluation) -> None:
    metrics = [name for name in SHOWN if name in found.methods["usual"]]
    table = Table(title=f"{found.queries:,} songs asked about, seed {found.seed}; 95 % intervals")
    table.add_column("method")
    for metric in metrics:
        table.add_column(metric, justify="right")
    for method, scores in found.methods.items():
        cells = []
        for metric in metrics:
            estimate = scores[metric]
            ratio = found.ratios.get(method, {}).get(metric)
            times = f"\n{ratio.mean:.2f} × usual" if ratio and method != "usual" else ""
            cells.append(f"{estimate.mean:.3f}\n{estimate.low:.3f}–{estimate.high:.3f}{times}")
        table.add_row(method, *cells, end_section=True)
    out.print(table)
