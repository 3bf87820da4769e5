"""Writes the model report: a page for people and its numbers for programs."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.domain.errors import ModelUnavailable, StorageFailed
from bot.services.catalogue.song_numbers import with_song_numbers
from bot.services.workers import run_in_thread
from bot.sources.tables.labelled import read_labelled_table
from bot.sources.tables.plan import ReadOptions
from bot.sources.tables.table import DEFAULT_OPTIONS
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.catalogue.training_rows import labelled_songs
from bot.storage.files import replace_file
from ml.evaluation import Evaluation, EvaluationError, evaluate
from ml.model.cluster_model import ClusterModel
from ml.model.cluster_profiles import profile_clusters
from ml.model.saving import read_estimators
from ml.model.training import TrainingError, train
from ml.report import NOT_EVALUATED, Report, ReportError, build_report
from ml.serving.bundle import Bundle, BundleError, current_bundle, no_model, read_bundle
from ml.serving.profiles import ClusterProfile
from ml.songs import LabelledSongs

QUERIES = 1_000
"""Query songs per split: a third of those of `samewave evaluate`, so that a report is quick."""

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Subject:
    """What a report is about.

    Attributes:
        songs: the catalogue.
        model: trained on it.
        profiles: one for each cluster.
        estimated: features that the table lacks, estimated from the others: they are no measurements.
    """

    songs: LabelledSongs
    model: ClusterModel
    profiles: Sequence[ClusterProfile]
    estimated: tuple[str, ...] = ()


async def imported_subject(catalogues: CatalogueFolder, folder: Path) -> Subject:
    """The current model with the catalogue it was trained on.

    Args:
        folder: the folder of models.

    Raises:
        ModelUnavailable: there is no model.
        StorageFailed: the catalogue cannot be read.
    """

    def read() -> tuple[ClusterModel, Bundle]:
        name = current_bundle(folder)
        if name is None:
            raise no_model()
        return read_estimators(folder, name), read_bundle(folder, name)

    try:
        model, bundle = await asyncio.to_thread(read)
    except BundleError as error:
        raise ModelUnavailable(str(error)) from error
    songs, _ = await labelled_songs(catalogues.file(bundle.fingerprint))
    return Subject(songs, model, bundle.profiles)


async def table_subject(
    table: Path, options: ReadOptions = DEFAULT_OPTIONS, *, embedded: Path, seed: int, progress: Progress
) -> Subject:
    """A table that is not imported, with a model trained on it for the report alone.

    Args:
        embedded: the embedded table, from which missing features are estimated.

    Raises:
        UnreadableTable: it is no table of songs.
        ModelUnavailable: it cannot be trained on, with the reason.
    """

    def make() -> Subject:
        read, estimated = read_labelled_table(table, embedded, options)
        songs = with_song_numbers(read)
        model = train(songs, clusters=None, seed=seed, progress=progress)
        profiles = profile_clusters(songs, model.labels_, len(model.cluster_centers_))
        return Subject(songs, model, profiles, estimated)

    try:
        return await run_in_thread(make)
    except TrainingError as error:
        raise ModelUnavailable(str(error)) from error


class WriteReport:
    """Measures in a thread; writes `report.html` and `report.json` whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def __call__(
        self, subject: Subject, *, seed: int, evaluation: bool, progress: Progress
    ) -> tuple[Path, Path]:
        """Write the report; returns the page and the file of numbers.

        Args:
            subject: what it is about.
            seed: of every random choice.
            evaluation: whether recommendations are measured too, where the songs carry labels.
            progress: called with a stage in words and the fraction done.

        Raises:
            ModelUnavailable: too few songs for a report.
            StorageFailed: the folder cannot be written; files of an earlier report stay.
        """
        try:
            return await run_in_thread(partial(self._write, subject, seed, evaluation, progress))
        except ReportError as error:
            raise ModelUnavailable(str(error)) from error
        except OSError as error:
            raise StorageFailed(
                f"The report could not be written to {self._folder} ({error.strerror}). Free some disk space "
                "or name another folder with --out.",
                detail=str(error),
            ) from error

    def _write(self, subject: Subject, seed: int, evaluation: bool, progress: Progress) -> tuple[Path, Path]:
        self._folder.mkdir(parents=True, exist_ok=True)
        found, why_not = None, NOT_EVALUATED
        if evaluation:
            found, why_not = _evaluated(subject.songs, seed=seed, progress=progress)
        report: Report = build_report(
            subject.songs,
            subject.model,
            subject.profiles,
            seed=seed,
            evaluation=found,
            not_evaluated=why_not,
            progress=lambda _, done: progress("Measuring the catalogue and its model", done),
        )
        page, numbers = self._folder / "report.html", self._folder / "report.json"
        replace_file(page, report.html())
        replace_file(numbers, json.dumps(report.numbers(), indent=1, ensure_ascii=False, allow_nan=False))
        return page, numbers


def _evaluated(songs: LabelledSongs, *, seed: int, progress: Progress) -> tuple[Evaluation | None, str]:
    try:
        return (
            evaluate(
                songs,
                seed=seed,
                queries=QUERIES,
                progress=lambda _, done: progress("Evaluating the recommendations", done),
            ),
            "",
        )
    except EvaluationError as error:
        return None, f"The recommendations could not be evaluated. {error}"
