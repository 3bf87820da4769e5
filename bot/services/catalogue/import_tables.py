"""Imports a table of songs into the catalogue: `samewave import FILE`."""

import asyncio
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar

from bot.services.catalogue.read_table import read_table, survey_table
from bot.sources.tables.cells import Floats
from bot.sources.tables.cleaning import CleanChunk, Skipped, add_up
from bot.sources.tables.files import unreadable
from bot.sources.tables.labelled import read_labelled_songs
from bot.sources.tables.plan import ReadOptions, Survey
from bot.sources.tables.table import DEFAULT_OPTIONS
from bot.storage.catalogue.building import CatalogueBuilder
from bot.storage.catalogue.catalogue import Catalogue
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.catalogue.training_rows import sample_features
from ml.serving.bundle import digest as digest_of
from ml.serving.bundle import trained_on

ENOUGH_TO_LEARN_FROM = 1_000
"""Songs; with fewer in the catalogue, missing features are learnt from the embedded table."""
_SAMPLE = 20_000
P = ParamSpec("P")
T = TypeVar("T")
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class ImportReport:
    """The result of an import.

    `rows` is the sum of `new`, `completed`, `unchanged`, `merged` and what was skipped.

    Attributes:
        survey: how the table was read; None if the file had been imported before.
        rows: rows of the file.
        new: tracks added to the catalogue.
        completed: known tracks that received missing values, labels or an id.
        unchanged: known tracks to which the file added nothing.
        merged: rows that repeat a track of the same file; their labels were merged.
        skipped: skipped rows, by rule and column.
        seconds: the duration.
        already_imported: the same file was imported before; nothing was done.
    """

    rows: int
    new: int
    completed: int
    unchanged: int
    merged: int
    seconds: float
    survey: Survey | None = None
    skipped: tuple[Skipped, ...] = ()
    already_imported: bool = False

    @property
    def changed(self) -> bool:
        """Whether the import changed the catalogue."""
        return bool(self.new or self.completed)


class ImportCatalogue:
    """Imports a table atomically: all of it or, on any error, nothing.

    Builds the next catalogue as a new file: the current tracks, the tracks of the table, the indexes. The
    pointer is switched to it at the end; a running bot loads it within seconds.
    """

    def __init__(self, catalogues: CatalogueFolder, *, embedded: Path, models: Path) -> None:
        self._catalogues = catalogues
        self._embedded = embedded
        self._models = models

    async def __call__(
        self,
        path: Path,
        options: ReadOptions = DEFAULT_OPTIONS,
        *,
        fresh: bool = False,
        progress: Progress = lambda stage, fraction: None,
    ) -> ImportReport:
        """Import one file.

        Args:
            options: how to read the table where the table itself is ambiguous.
            fresh: whether to start from an empty catalogue instead of the current one.
            progress: called with a stage in words and the fraction done, 0 to 1, on the event loop.

        Raises:
            UnreadableTable: the file is no table of songs.
            StorageFailed: another import is running, or the disk is full; the catalogue is unchanged.
        """
        began = time.monotonic()
        progress("Looking at the file", 0.0)
        with self._catalogues.lock():
            digest = await asyncio.to_thread(_digest, path)
            base = await asyncio.to_thread(self._catalogues.open, "" if fresh else None)
            if known := base.look_up("SELECT rows FROM imports WHERE digest = ?", [digest]):
                [(rows,)] = known
                return ImportReport(rows, 0, 0, 0, 0, time.monotonic() - began, already_imported=True)
            trusted = path == self._embedded
            plan = await asyncio.to_thread(survey_table, path, options, trusted=trusted)
            learnt = await self._known(base) if plan.missing_features else None
            builder = await _to_the_end(self._catalogues.builder)
            try:
                if base.digest:
                    await _to_the_end(builder.begin_with, self._catalogues.file(base.digest), base.digest)
                chunks = read_table(path, plan, options, learnt, trusted=trusted)
                skipped = await self._add(chunks, builder, progress)
                counts = builder.counts()
                if counts.new or counts.completed:
                    builder.note_import(digest, path.name)
                    progress("Building the search index", 0.9)
                    await _finished(builder)
                    progress("Adding the songs to the catalogue", 0.98)
                    await _to_the_end(self._catalogues.put_in_force)
            finally:
                await _to_the_end(builder.close)
        progress("Tidying up", 1.0)
        await asyncio.to_thread(self._catalogues.tidy, {trained_on(self._models) or ""})
        return ImportReport(
            counts.rows,
            counts.new,
            counts.completed,
            counts.unchanged,
            counts.merged,
            time.monotonic() - began,
            plan,
            skipped,
        )

    async def _add(
        self, chunks: Generator[CleanChunk], builder: CatalogueBuilder, progress: Progress
    ) -> tuple[Skipped, ...]:
        skipped: list[Skipped] = []
        try:
            while (chunk := await _to_the_end(next, chunks, None)) is not None:
                await _to_the_end(_add_chunk, builder, chunk)
                skipped += chunk.skipped
                progress("Reading the table", 0.9 * chunk.fraction)
        finally:
            await asyncio.to_thread(chunks.close)
        return add_up(skipped)

    async def _known(self, base: Catalogue) -> Floats:
        """Read songs with all nine features, from which a missing feature is estimated."""
        known = await sample_features(base, _SAMPLE)
        if len(known) >= ENOUGH_TO_LEARN_FROM:
            return known
        embedded = await asyncio.to_thread(read_labelled_songs, self._embedded)
        return embedded.columns.features


def _add_chunk(builder: CatalogueBuilder, chunk: CleanChunk) -> None:
    builder.add(chunk.rows, chunk.tracks.to_pydict(), chunk.labels.to_pydict())


async def _finished(builder: CatalogueBuilder) -> None:
    """Build the indexes; on cancellation interrupt SQLite instead of waiting for minutes."""
    finishing = asyncio.create_task(asyncio.to_thread(builder.finish))
    try:
        await asyncio.shield(finishing)
    except asyncio.CancelledError:
        builder.interrupt()
        await asyncio.gather(finishing, return_exceptions=True)
        raise


async def _to_the_end(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run in a thread and wait for it even when cancelled, because it still uses open files."""
    await asyncio.sleep(0)  # do not start a thread if already cancelled
    task = asyncio.create_task(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(task)
    finally:
        await asyncio.gather(task, return_exceptions=True)


def _digest(path: Path) -> str:
    try:
        return digest_of(path)
    except OSError as error:
        raise unreadable(path, error) from error
