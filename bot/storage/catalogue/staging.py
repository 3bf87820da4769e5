"""The next catalogue: the present one and what an import adds, in files of their own until it is complete."""

import glob
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from bot.domain.errors import StorageFailed
from bot.storage.catalogue.fulltext import LOWEST_RANK, rank_of
from bot.storage.catalogue.fuzzy_search import padded
from bot.storage.catalogue.search_keys import full_keys
from bot.storage.catalogue.staged_ids import StagedIds
from bot.storage.catalogue.staged_index import Entry, StagedIndex, connect_staged
from bot.storage.catalogue.staged_labels import StagedLabels
from ml.features import FEATURE_NAMES

STAGED = {
    "catalogue": ("labels", "tracks", "track_labels", "ranked"),
    "words": ("track_words_data", "track_words_idx"),
    "trigrams": ("title_trigrams_data", "title_trigrams_idx"),
}
"""The tables of each staged file. SQLite copies a table to an empty one of the same schema row by row
without looking into the rows: in a tenth of the time of inserting them."""
_ROWS_AT_ONCE = 4_096
_GIVEN = [
    "id",
    "title",
    "artists",
    "title_key",
    "artist_key",
    "album",
    "popularity",
    "duration_ms",
    "release_year",
    "explicit",
    "key",
    "mode",
    *FEATURE_NAMES,
]
_OPTIONAL = _GIVEN[5:12]
_ADD = f"""
INSERT INTO tracks (row, {", ".join(_GIVEN)}, source) VALUES (?, {", ".join("?" * len(_GIVEN))}, 'import')
"""
_COMPLETE = f"""
UPDATE tracks SET
  {", ".join(f"{name} = coalesce({name}, :{name})" for name in _OPTIONAL)}
WHERE row = :row AND ({" OR ".join(f"{name} IS NULL AND :{name} IS NOT NULL" for name in _OPTIONAL)})
"""
_REPLACE = f"""
UPDATE tracks SET
  {", ".join(f"{name} = :{name}" for name in _GIVEN if name not in _OPTIONAL)},
  {", ".join(f"{name} = coalesce(:{name}, {name})" for name in _OPTIONAL)},
  used_at = NULL, source = 'import'
WHERE row = :row AND source <> 'import'
"""
_ADD_LABEL = "INSERT OR IGNORE INTO track_labels (row, label) VALUES (?, ?)"
_LABELS_AT_ONCE = 100
_INDEXED = ("title", "title_key", "artist_key", "popularity")
_KNOWN, _UPDATED = 1, 2


class Staging:
    """A copy of the catalogue that grows while everybody goes on with the old one.

    Known tracks keep their values and get what was unknown; tracks fetched from outside are replaced.
    Synchronous: for a thread. One thread at a time.

    Raises:
        StorageFailed: the disk is full or a file cannot be written.
    """

    def __init__(self, place: Path, database: Path) -> None:
        discard(place)
        self._place = place
        self.rows = self.staged = 0
        self.skipped: Counter[str] = Counter()
        try:
            self._tracks = connect_staged(part(place, "catalogue"))
            # Cleaned rows hold what the table's checks ask for; asking anew takes a quarter of the time.
            self._tracks.execute("PRAGMA ignore_check_constraints = ON")
            up_to_date = self._copy(database)
            self._index = StagedIndex(partial(_entries, place), part(place, "words"), part(place, "trigrams"))
            self._tracks.execute("BEGIN")
            [(self._last,)] = self._tracks.execute("SELECT coalesce(max(row), 0) FROM tracks")
            [(self._before,)] = self._tracks.execute("SELECT count(*) FROM tracks")
            self._labels = StagedLabels(self._tracks)
            self._ids = StagedIds(self._tracks)
            self.last_before = self._last
            self._met = bytearray(self._last + 1)
            if not up_to_date:
                self._index_anew()
        except (sqlite3.Error, OSError) as error:
            raise staging_failed(place, error) from error

    def add(self, rows: int, tracks: pa.Table, labels: pa.Table, skipped: Mapping[str, int]) -> None:
        """Add one chunk.

        Args:
            rows: how many rows of the file it comes from.
            tracks: cleaned and with keys, see `prepared_tracks`.
            labels: `position` counts in `tracks`.
            skipped: how many rows were left out, by reason.
        """
        self.rows += rows
        self.staged += len(tracks)
        self.skipped.update(skipped)
        try:
            numbers = self._add_tracks(tracks)
            self._add_labels(numbers, labels)
        except (sqlite3.Error, OSError) as error:
            self.close()
            raise staging_failed(self._place, error) from error

    def finish(self) -> None:
        """Complete the files and count; nothing can be added any more."""
        try:
            [(count,)] = self._tracks.execute("SELECT count(*) FROM tracks")
            self.imported = count - self._before
            known = len(self._met) - self._met.count(0)
            self.updated = known - self._met.count(_KNOWN)
            self.merged = self.staged - self.imported - known
            self._tracks.execute("COMMIT")
            if self.imported or self.updated:
                self._index.finish(self._tracks, self._add_indexes)
        except (sqlite3.Error, OSError) as error:
            raise staging_failed(self._place, error) from error
        finally:
            self.close()

    def close(self) -> None:
        """Give up; the files stay until `discard`."""
        self._index.close()
        self._tracks.close()

    def _copy(self, database: Path) -> bool:
        """Begin with what there is; whether its search index could be taken over."""
        run = self._tracks.execute
        run("ATTACH DATABASE ? AS present", (f"{database.absolute().as_uri()}?mode=ro",))
        for name in ("words", "trigrams"):
            run(f"ATTACH DATABASE ? AS {name}", (str(part(self._place, name)),))
            run(f"PRAGMA {name}.journal_mode = OFF")
        run("BEGIN")
        made = dict(run("SELECT name, sql FROM present.sqlite_schema WHERE sql IS NOT NULL").fetchall())
        self._late_indexes = [
            sql
            for name, table, sql in run(
                "SELECT name, tbl_name, sql FROM present.sqlite_schema WHERE type = 'index'"
            )
            if table in STAGED["catalogue"] and sql
        ]
        for table in STAGED["catalogue"]:
            run(made[table])
            run(f"INSERT INTO main.{table} SELECT * FROM present.{table}")
        run(made["track_words"].replace("track_words", "words.track_words", 1))
        run(made["title_trigrams"].replace("title_trigrams", "trigrams.title_trigrams", 1))
        [(old,)] = run("SELECT count(*) FROM (SELECT 1 FROM ranked WHERE rank < ? LIMIT 1)", (LOWEST_RANK,))
        if not old:
            for name in ("words", "trigrams"):
                for table in STAGED[name]:
                    run(f"DELETE FROM {name}.{table}")
                    run(f"INSERT INTO {name}.{table} SELECT * FROM present.{table}")
        run("COMMIT")
        for name in ("present", "words", "trigrams"):
            run(f"DETACH DATABASE {name}")
        return not old

    def _index_anew(self) -> None:
        """Earlier versions counted the ranks from 1."""
        self._tracks.execute("DELETE FROM ranked")
        tracks = self._tracks.execute(f"SELECT row, {', '.join(_INDEXED)} FROM tracks ORDER BY row")
        while some := tracks.fetchmany(_ROWS_AT_ONCE):
            rows, *columns = zip(*some, strict=True)
            self._index_tracks(rows, *columns)

    def _index_tracks(
        self,
        rows: Sequence[int],
        titles: Sequence[str],
        keys: Sequence[str],
        artists: Sequence[str],
        popularities: Sequence[int | None],
        fulls: Sequence[str] | None = None,
    ) -> None:
        ranks = map(rank_of, rows, popularities)
        self._index.add(list(zip(ranks, fulls or full_keys(titles), artists, map(padded, keys), strict=True)))

    def _add_tracks(self, tracks: pa.Table) -> list[int]:
        """Returns the row of each."""
        columns = {name: _values(tracks.column(name)) for name in tracks.column_names}
        ids = columns["id"]
        rows = self._ids.find(ids)
        fresh, met = [], []
        for at, id in enumerate(ids):
            if id in rows:
                met.append(at)
            else:
                rows[id] = self._last = self._last + 1
                fresh.append(at)
        numbers = [rows[id] for id in ids]
        added = columns
        if met:
            added = {name: [values[at] for at in fresh] for name, values in columns.items()}
        new = [rows[id] for id in added["id"]]
        self._tracks.executemany(_ADD, zip(new, *(added[name] for name in _GIVEN), strict=True))
        self._ids.add(added["id"], new)
        self._index_tracks(new, *(added[name] for name in (*_INDEXED, "full_key")))
        for at in met:
            self._meet(numbers[at], {name: columns[name][at] for name in _GIVEN})
        return numbers

    def _meet(self, row: int, values: dict[str, Any]) -> None:
        """A track that is there already."""
        before = self._indexed(row)
        values["row"] = row
        changed = any(self._tracks.execute(sql, values).rowcount for sql in (_REPLACE, _COMPLETE))
        if row <= self.last_before:
            self._met[row] |= _KNOWN | (_UPDATED if changed else 0)
        if changed and (after := self._indexed(row)) != before:
            entry = _entry(row, *after)
            self._index.replace(_entry(row, *before), entry)

    def _indexed(self, row: int) -> tuple[str, str, str, int | None]:
        [found] = self._tracks.execute(f"SELECT {', '.join(_INDEXED)} FROM tracks WHERE row = ?", (row,))
        return tuple(found)

    def _add_labels(self, numbers: Sequence[int], labels: pa.Table) -> None:
        given = self._labels.numbers(labels.column("kind"), labels.column("name"))
        rows = np.asarray(numbers, dtype=np.int64)[labels.column("position").to_numpy()]
        if min(numbers, default=0) <= self.last_before:
            for row, label in zip(rows.tolist(), given.tolist(), strict=True):
                if row <= self.last_before and self._tracks.execute(_ADD_LABEL, (row, label)).rowcount:
                    self._met[row] |= _UPDATED
        values = np.column_stack([rows, given]).ravel().tolist()
        for start in range(0, len(values), 2 * _LABELS_AT_ONCE):
            some = values[start : start + 2 * _LABELS_AT_ONCE]
            self._tracks.execute(f"{_ADD_LABEL}{', (?, ?)' * (len(some) // 2 - 1)}", some)

    def _add_indexes(self) -> None:
        # Rows are sorted in as much memory as there is cache: less is quicker. Another thread helps.
        self._tracks.execute("PRAGMA cache_size = -2048")
        self._tracks.execute("PRAGMA threads = 1")
        for sql in self._late_indexes:
            self._tracks.execute(sql)


def part(place: Path, name: str) -> Path:
    """One of the staged files."""
    return place.with_name(f"{place.stem}-{name}.db")


def _entries(place: Path, block: int) -> Path:
    return part(place, f"entries-{block}")


def discard(place: Path) -> None:
    """Delete the staged files."""
    for file in place.parent.glob(f"{glob.escape(place.stem)}-*.db"):
        file.unlink(missing_ok=True)


def staging_failed(place: Path, error: Exception) -> StorageFailed:
    """The sentence for an import that could not be saved; a full disk is given its space back."""
    discard(place)
    if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
        return StorageFailed(
            "Something else is writing to the catalogue for long; try again when it is done.",
            detail=str(error),
        )
    return StorageFailed(
        "The import could not be saved: the disk may be full. The catalogue is as it was before.",
        detail=str(error),
    )


def _values(column: pa.ChunkedArray) -> list[Any]:
    """The same as `to_pylist`, and quicker where nothing is missing."""
    if column.null_count and not pa.types.is_string(column.type):
        return list(column.to_pylist())
    values: list[Any] = column.to_numpy().tolist()
    return values


def _entry(row: int, title: str, key: str, artist: str, popularity: int | None) -> Entry:
    [full] = full_keys([title])
    return rank_of(row, popularity), full, artist, padded(key)
