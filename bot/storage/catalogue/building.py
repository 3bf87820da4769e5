"""Builds the next catalogue file: tracks of an existing one, tracks of a table, indexes."""

import json
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.domain.errors import StorageFailed
from bot.domain.spelling import name_keys, normalise
from bot.domain.titles import artist_keys, title_key, title_names
from bot.storage.catalogue.incoming import GIVEN, Columns, Incoming, names_key
from bot.storage.migrating import PAGE_BYTES

SCHEMA = 4
"""The version of the SQL files in this folder and of the keys: `PRAGMA user_version` of each catalogue."""
_CACHE_KIB = 65_536
_NAMES_KEPT = 32_768


@dataclass(frozen=True)
class ImportedRows:
    """Counts of the rows of a table; `rows` is the sum of the others.

    Attributes:
        rows: read from the table.
        new: new tracks.
        completed: known tracks that received a missing value, label or id.
        unchanged: known tracks without changes.
        merged: rows that repeat a track of the table.
        skipped: skipped rows.
    """

    rows: int
    new: int
    completed: int
    unchanged: int
    merged: int
    skipped: int


class CatalogueBuilder:
    """Writes a private file. Blocking: use it in one thread at a time.

    Raises:
        StorageFailed: the disk is full or a file cannot be written.
    """

    def __init__(self, part: Path) -> None:
        part.unlink(missing_ok=True)
        self._part = part
        self._rows = self._staged = 0
        self._last = self._before = 0
        self._incoming: Incoming | None = None
        try:
            part.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                part.absolute().as_uri(), isolation_level=None, check_same_thread=False, uri=True
            )
            self._connection.executescript(
                f"PRAGMA page_size = {PAGE_BYTES}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; "
                f"PRAGMA cache_size = -{_CACHE_KIB}; {_script('schema')}"
            )
            _add_functions(self._connection)
            self._connection.execute("BEGIN")
        except (sqlite3.Error, OSError) as error:
            raise not_saved(error) from error

    def begin_with(self, path: Path, digest: str) -> None:
        """Copy the tracks of another catalogue file, or of a database of schema 8; row numbers are kept.

        Args:
            digest: its digest, to which models refer.
        """
        run = self._connection.execute
        try:
            run("COMMIT")
            run("ATTACH DATABASE ? AS base", [f"{path.absolute().as_uri()}?mode=ro"])
            run("BEGIN")
            tables = {name for (name,) in run("SELECT name FROM base.sqlite_master")}
            [(schema,)] = run("PRAGMA base.user_version")
            catalogue = "former_ids" in tables  # else a database of schema 8
            columns = ", ".join(("row", *GIVEN, "isrc"))
            keys = (
                "title_key, artist_key"
                if catalogue and schema == SCHEMA
                else "title_key(title), names_key(artists)"
            )
            run(
                f"""
                INSERT INTO tracks ({columns}, title_key, artist_key) SELECT {columns}, {keys}
                FROM base.tracks WHERE {"1" if catalogue else "source = 'import'"} ORDER BY row
                """
            )
            run("INSERT INTO labels SELECT label, kind, name FROM base.labels ORDER BY label")
            run(
                """
                INSERT INTO track_labels SELECT row, label FROM base.track_labels
                WHERE row IN (SELECT row FROM tracks) ORDER BY row, label
                """
            )
            run("INSERT INTO imports SELECT digest, name, rows FROM base.imports ORDER BY digest")
            if catalogue:
                run("INSERT INTO former_ids SELECT id, row FROM base.former_ids ORDER BY id")
                run("INSERT INTO ancestors SELECT digest FROM base.ancestors ORDER BY digest")
            if digest:
                run("INSERT OR IGNORE INTO ancestors VALUES (?)", [digest])
            [(self._last, self._before)] = run("SELECT coalesce(max(row), 0), count(*) FROM tracks")
            run("COMMIT")
            run("DETACH DATABASE base")
            run("BEGIN")
        except (sqlite3.Error, OSError) as error:
            self.close()
            raise not_saved(error) from error

    def add(self, rows: int, tracks: Columns, labels: Columns) -> None:
        """Add a chunk of a table.

        Args:
            rows: the number of table rows of the chunk, including skipped ones.
            tracks: cleaned tracks, with the columns `GIVEN`; artists are lists of names. An id may come
                again.
            labels: `position` counts in `tracks`, `kind` and `name` are the label's.
        """
        self._rows += rows
        self._staged += len(tracks["id"])
        try:
            if self._incoming is None:
                self._incoming = Incoming(self._connection, self._last)
            self._incoming.add(tracks, labels)
        except (sqlite3.Error, OSError) as error:
            self.close()
            raise not_saved(error) from error

    def counts(self) -> ImportedRows:
        [(tracks,)] = self._connection.execute("SELECT count(*) FROM tracks")
        met, completed = self._incoming.met() if self._incoming else (0, 0)
        new, skipped = tracks - self._before, self._rows - self._staged
        return ImportedRows(self._rows, new, completed, met - completed, self._staged - new - met, skipped)

    def note_import(self, digest: str, name: str) -> None:
        """Record the imported table with the SHA-256 of its file."""
        self._connection.execute("INSERT OR IGNORE INTO imports VALUES (?, ?, ?)", [digest, name, self._rows])

    def finish(self) -> None:
        """Build the indexes and check the file; nothing can be added afterwards."""
        try:
            if self._incoming is not None:
                self._incoming.finish()
            self._connection.execute("COMMIT")
            self._connection.executescript(
                f"BEGIN; {_script('indexes')} {_script('search_tables')} "
                f"PRAGMA user_version = {SCHEMA}; COMMIT;"
            )
            [(verdict,), *_] = self._connection.execute("PRAGMA quick_check(1)")
            if verdict != "ok":
                raise StorageFailed(
                    "The new catalogue was not written correctly; the current one stays. Check the disk.",
                    detail=str(verdict),
                )
        except (sqlite3.Error, OSError) as error:
            raise not_saved(error) from error
        finally:
            self._connection.close()

    def interrupt(self) -> None:
        """Interrupt the builder's thread, which raises an error."""
        with suppress(sqlite3.ProgrammingError):  # closed before
            self._connection.interrupt()

    def close(self) -> None:
        """Delete unfinished files."""
        self._connection.close()
        self._part.unlink(missing_ok=True)


def make_empty(connection: sqlite3.Connection) -> None:
    """Create a catalogue without tracks."""
    _add_functions(connection)
    scripts = " ".join(_script(name) for name in ("schema", "indexes", "search_tables"))
    connection.executescript(f"{scripts} PRAGMA user_version = {SCHEMA};")


def _script(name: str) -> str:
    return Path(__file__).with_name(f"{name}.sql").read_text("utf-8")


def _add_functions(connection: sqlite3.Connection) -> None:
    connection.create_function("normalise", 1, normalise, deterministic=True)
    connection.create_function("title_key", 1, title_key, deterministic=True)
    connection.create_function("title_names", 1, _title_names, deterministic=True)
    connection.create_function("artist_names", 1, _artist_names, deterministic=True)
    connection.create_function("names_key", 1, _names_key, deterministic=True)


def _names_key(artists: str) -> str:
    return names_key(tuple(json.loads(artists)))


@lru_cache(_NAMES_KEPT)
def _title_names(title: str) -> str:
    return json.dumps(title_names(title), ensure_ascii=False)


@lru_cache(_NAMES_KEPT)
def _artist_names(artists: str) -> str:
    names = json.loads(artists)
    keys = artist_keys(tuple(names)).union(*map(name_keys, names))
    return json.dumps(sorted(keys), ensure_ascii=False)


def not_saved(error: Exception) -> StorageFailed:
    """The sentence for an import that did not take effect."""
    return StorageFailed(
        "The import could not be saved: the disk may be full. The catalogue is as it was before.",
        detail=str(error),
    )
