"""The import of a CSV file, against pandas with the same indexes; and the swap of catalogues under a bot."""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np

from bench.figure import Figure
from bench.loop import Probe
from bench.made_catalogue import EMBEDDED, made_catalogue
from bench.processes import Run, run
from bench.size import Size
from bench.state import offline_settings
from bot.domain.errors import ModelUnavailable
from bot.wiring import open_services

OURS = """
import sys
from pathlib import Path
from bot.cli.console import run_async
from bot.services.catalogue.import_tables import ImportCatalogue
from bot.storage.catalogue.folder import CatalogueFolder

async def main(table, state, embedded):
    catalogues = CatalogueFolder(state / "catalogues")
    await ImportCatalogue(catalogues, embedded=embedded, models=state / "models")(table, fresh=True)

if __name__ == "__main__":
    run_async(main(*map(Path, sys.argv[1:4])))
"""
PANDAS = """
import sqlite3, sys
import pandas as pd
from bot.domain.spelling import normalise
from bot.domain.titles import title_key

table = pd.read_csv(sys.argv[1], keep_default_na=False)
table["title_key"] = table["track_name"].map(title_key)
table["full_key"] = table["track_name"].map(normalise)
table["artist_key"] = table["artists"].map(normalise)
database = sqlite3.connect(sys.argv[2])
table.to_sql("tracks", database, index_label="row")
database.executescript('''
CREATE UNIQUE INDEX tracks_by_row ON tracks (row);
CREATE UNIQUE INDEX tracks_by_id ON tracks (track_id);
CREATE INDEX tracks_by_title ON tracks (length(title_key), title_key, popularity DESC);
CREATE INDEX tracks_by_title_end ON tracks (
  length(title_key), substr(title_key, length(title_key) / 2 + 1),
  substr(title_key, 1, length(title_key) / 2), popularity DESC
);
CREATE TABLE ranked (rank INTEGER PRIMARY KEY, row INTEGER NOT NULL UNIQUE);
INSERT INTO ranked (row) SELECT row FROM tracks ORDER BY popularity DESC;
CREATE VIRTUAL TABLE track_words USING fts5 (
  title, artist, content = '', columnsize = 0, prefix = '1 2 3', tokenize = "unicode61 remove_diacritics 0"
);
INSERT INTO track_words (rowid, title, artist)
SELECT rank, full_key, artist_key FROM ranked JOIN tracks USING (row) ORDER BY rank;
CREATE VIRTUAL TABLE title_trigrams USING fts5 (
  title, content = '', columnsize = 0, detail = none, tokenize = "trigram case_sensitive 1"
);
INSERT INTO title_trigrams (rowid, title)
SELECT rank, title_key FROM ranked JOIN tracks USING (row) ORDER BY rank;
''')
database.commit()
"""
MOST_MEGABYTES = 500
MOST_TIMES_PANDAS = 3.5
MOST_MILLISECONDS = 50.0
OTHER_SEED = 2


def import_speed(size: Size) -> Iterator[Figure]:
    """Both in fresh processes, one after the other; ours stays as the state to measure on."""
    size.state.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=size.state.parent) as folder:
        os.sync()  # what others wrote before must not reach the disk while one of the two is measured
        theirs = run(PANDAS, size.table, Path(folder) / "pandas.db")
        os.sync()
        mine = run(OURS, size.table, folder, EMBEDDED)
        shutil.rmtree(size.state / "catalogues", ignore_errors=True)
        shutil.move(Path(folder) / "catalogues", size.state / "catalogues")
    ratio = mine.cpu_seconds / theirs.cpu_seconds
    yield size.figure(
        "import CSV, CPU",
        ratio,
        "× pandas",
        f"pandas.read_csv + to_sql + the same keys and indexes: {_printed(theirs)}; ours {_printed(mine)}",
        f"≤ {MOST_TIMES_PANDAS:g} ×",
        ratio <= MOST_TIMES_PANDAS,
        mine.cpu_seconds,
    )
    megabytes = mine.peak_bytes / 2**20
    yield size.figure(
        "import CSV, peak memory",
        megabytes,
        "MB",
        f"pandas: {theirs.peak_bytes / 2**20:,.0f} MB",
        f"≤ {MOST_MEGABYTES} MB",
        megabytes <= MOST_MEGABYTES,
        megabytes,
    )


async def swap_stall(size: Size) -> AsyncIterator[Figure]:
    """The longest stall of a bot's event loop while another process imports, and at the swap."""
    settings, more = offline_settings(size.state), size.state / "more.csv"
    next(made_catalogue(1_000, seed=OTHER_SEED)).to_csv(more, index=False)
    async with open_services(settings, rng=np.random.default_rng(1)) as services:
        serving = services.models
        before, probe = serving.current().name, Probe()
        ticking = asyncio.create_task(probe())
        importing = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "import", str(more)),
            env={**os.environ, "SAMEWAVE_STATE_DIR": str(size.state)},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        while importing.returncode is None or serving.current().name == before:
            with suppress(ModelUnavailable):
                await serving.load()
            await asyncio.sleep(0.1)
            await services.search.suggest("love")
            if importing.returncode:
                raise SystemExit("the import failed")
        ticking.cancel()
    longest = probe.longest * 1e3
    yield size.figure(
        "longest stall while a catalogue is imported and swapped",
        longest,
        "ms",
        "another process imports a thousand songs more; CPU",
        f"≤ {MOST_MILLISECONDS:g} ms",
        longest <= MOST_MILLISECONDS,
        longest,
    )


def _printed(done: Run) -> str:
    return f"{done.seconds:.1f} s ({done.cpu_seconds:.1f} s CPU)"
