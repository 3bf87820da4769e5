"""Importing a table of songs into the catalogue: `samewave import FILE`."""

import asyncio
import hashlib
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

from bot.services.catalogue.read_table import ReadChunk, look_at_table, read_table
from bot.sources.tables.cells import Floats
from bot.sources.tables.cleaning import Skipped, add_up
from bot.sources.tables.files import unreadable
from bot.sources.tables.labelled import read_labelled_songs
from bot.sources.tables.plan import ReadOptions, Survey
from bot.sources.tables.table import DEFAULT_OPTIONS
from bot.storage.catalogue.importing import any_import, finished_import, import_lock, publish, staging_path
from bot.storage.catalogue.prepared_tracks import prepared_tracks
from bot.storage.catalogue.staging import Staging
from bot.storage.catalogue.tracks import Tracks
from bot.storage.catalogue.training_rows import sample_features
from bot.storage.database import Database

ENOUGH_TO_LEARN_FROM = 1_000
"""Songs; with fewer in the catalogue, missing features are learnt from the embedded table."""
_SAMPLE = 20_000
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class ImportProgress:
    """How far an import is: the stage in plain words and how much of it is done, 0 to 1."""

    stage: str
    fraction: float


@dataclass(frozen=True)
class ImportReport:
    """What an import did.

    Attributes:
        survey: how the table was read; None where the file was known already.
        rows: rows of the file.
        imported: tracks new to the catalogue.
        updated: known tracks that got values or labels they lacked.
        merged: rows whose track had come before in the file; their labels were united.
        skipped: rows left out, by rule and column.
        seconds: how long it took.
        already_imported: the same file was imported before; nothing was done.
    """

    rows: int
    imported: int
    updated: int
    merged: int
    seconds: float
    survey: Survey | None = None
    skipped: tuple[Skipped, ...] = ()
    already_imported: bool = False


class ImportCatalogue:
    """Reads a public table into the catalogue: all of it or, when anything fails, nothing.

    The next catalogue is made beside the present one and put in its place at the end; until then the bot goes
    on with the present one, and a crash leaves it as it is.
    """

    def __init__(self, database: Database, *, embedded: Path) -> None:
        self._database = database
        self._embedded = embedded

    async def __call__(
        self,
        path: Path,
        options: ReadOptions = DEFAULT_OPTIONS,
        *,
        progress: Callable[[ImportProgress], None] = lambda _: None,
    ) -> ImportReport:
        """Import one file. `progress` is called on the event loop.

        Raises:
            UnreadableTable: the file is no table of songs.
            StorageFailed: another import is running, or the disk is full; the catalogue is unchanged.
        """
        began = time.monotonic()

        def tell(stage: str, fraction: float) -> None:
            progress(ImportProgress(stage, fraction))

        tell("Looking at the file", 0.0)
        digest = asyncio.create_task(asyncio.to_thread(_digest, path))
        try:
            with import_lock(self._database):
                # Before the first import nothing can be known, and the file is read meanwhile.
                if await any_import(self._database) and (
                    known := await finished_import(self._database, await digest)
                ):
                    return ImportReport(
                        known.rows, 0, 0, 0, seconds=time.monotonic() - began, already_imported=True
                    )
                trusted = path == self._embedded
                plan = await asyncio.to_thread(look_at_table, path, options, trusted=trusted)
                learnt = await self._known() if plan.missing_features else None
                staging = await _to_the_end(Staging, staging_path(self._database), self._database.path)
                try:
                    chunks = read_table(path, plan, options, learnt, trusted=trusted)
                    skipped = await self._stage(chunks, staging, tell)
                    tell("Building the search index", 0.9)
                    await _to_the_end(staging.finish)
                    tell("Adding the songs to the catalogue", 0.95)
                    finished, fetched = await _to_the_end(
                        partial(publish, self._database, staging, digest=await digest, name=path.name)
                    )
                finally:
                    await _to_the_end(staging.close)
                tell("Tidying up", 1.0)
                for track in fetched:
                    await Tracks(self._database).keep(track)
        finally:
            await asyncio.gather(digest, return_exceptions=True)
        return ImportReport(
            finished.rows,
            finished.imported,
            finished.updated,
            finished.merged,
            time.monotonic() - began,
            plan,
            skipped,
        )

    async def _stage(
        self, chunks: Generator[ReadChunk], staging: Staging, tell: Callable[[str, float], None]
    ) -> tuple[Skipped, ...]:
        skipped: list[Skipped] = []
        ahead = asyncio.create_task(asyncio.to_thread(next, chunks, None))
        try:
            while (chunk := await asyncio.shield(ahead)) is not None:
                # The next chunk is read while this one is written.
                ahead = asyncio.create_task(asyncio.to_thread(next, chunks, None))
                tracks = await asyncio.to_thread(prepared_tracks, chunk.tracks)
                await _to_the_end(staging.add, chunk.rows, tracks, chunk.labels, {})
                skipped += chunk.skipped
                tell("Reading the table", 0.9 * chunk.fraction)
        finally:
            await asyncio.gather(ahead, return_exceptions=True)
            await asyncio.to_thread(chunks.close)
        return add_up(skipped)

    async def _known(self) -> Floats:
        """Songs with all nine features, to learn a missing one from."""
        known = await sample_features(self._database, _SAMPLE)
        if len(known) < ENOUGH_TO_LEARN_FROM:
            embedded = await asyncio.to_thread(read_labelled_songs, self._embedded)
            known = embedded.columns.features
        return known


async def _to_the_end(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run in a thread and, even when cancelled, wait for it: nothing may be closed under its hands."""
    await asyncio.sleep(0)  # who is cancelled already begins nothing
    task = asyncio.create_task(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(task)
    finally:
        await asyncio.gather(task, return_exceptions=True)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(path, error) from error
