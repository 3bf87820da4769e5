"""From a CSV file to searchable SQLite, against pandas and the same indexes."""

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.figure import Figure
from bench.made_catalogue import EMBEDDED
from bench.processes import Run, run
from bench.size import Size

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
import json, sqlite3, sys, time
import pandas as pd
from bot.domain.titles import normalise, title_key

began = time.perf_counter()
table = pd.read_csv(sys.argv[1], keep_default_na=False)
keys = time.perf_counter()
table["title_key"] = table["track_name"].map(title_key)
table["full_key"] = table["track_name"].map(normalise)
table["artist_key"] = table["artists"].map(normalise)
keys = time.perf_counter() - keys
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
print(json.dumps(keys))
"""
MOST_MEGABYTES = 500


def import_speed(size: Size) -> Iterator[Figure]:
    """Both in fresh processes, one after the other; ours stays as the state to measure on."""
    size.state.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=size.state.parent) as folder:
        os.sync()  # what others wrote before must not reach the disk while one of the two is measured
        theirs = run(PANDAS, size.table, Path(folder) / "pandas.db")
        os.sync()
        mine = run(OURS, size.table, folder, EMBEDDED)
        for file in Path(folder).glob("state.db*"):
            file.replace(size.state / file.name)
    ratio = theirs.seconds / mine.seconds
    bare = (theirs.seconds - float(json.loads(theirs.said))) / mine.seconds
    yield size.figure(
        "import CSV",
        ratio,
        "× faster",
        f"pandas.read_csv + to_sql + the same keys and indexes: {_told(theirs)}; ours {_told(mine)} "
        f"({bare:.2f} × pandas without the keys)",
        "≥ 2 × faster",
        ratio >= 2,
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


def _told(done: Run) -> str:
    return f"{done.seconds:.1f} s ({done.cpu_seconds:.1f} s CPU)"
