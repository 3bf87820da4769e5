"""An immutable catalogue file, opened for reading without locks."""

import asyncio
import sqlite3
import weakref
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Self

from bot.domain.errors import DatabaseTooNew, StorageFailed
from bot.storage.catalogue.building import SCHEMA, make_empty
from bot.storage.database import Row
from bot.storage.sqlite_errors import is_damage

_READERS = 2
_MOST_ROWS_KEPT = 200_000
_IDS_AT_ONCE = 500
_MEMORY = "file::memory:"


class Catalogue:
    """Tracks, labels and search indexes of one file.

    Its connections are closed when the object is no longer referenced, so that a request can finish with its
    catalogue after another one has become current.

    Attributes:
        digest: the SHA-256 of the file, and its name; "" for the empty catalogue.
        ancestors: the digests of the catalogues it was derived from.
    """

    def __init__(self, digest: str, readers: Sequence["_Reader"]) -> None:
        self.digest = digest
        self._quick = readers[0]
        self._idle: SimpleQueue[_Reader] = SimpleQueue()
        for reader in readers[1:]:
            self._idle.put(reader)
        self._threads = ThreadPoolExecutor(_READERS, thread_name_prefix="catalogue")
        self._rows: dict[str, int | None] = {}
        weakref.finalize(self, _close, self._threads, readers)
        found = self._quick.connection.execute("SELECT digest FROM ancestors").fetchall()
        self.ancestors = frozenset(digest for (digest,) in found)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a file whose name is its digest. Blocks.

        Raises:
            DatabaseTooNew: a newer Samewave made it.
            StorageFailed: there is none, it is damaged, or of an older schema.
        """
        readers: list[_Reader] = []
        try:
            for _ in range(1 + _READERS):
                readers.append(_Reader(uri_of(path)))
            [(schema,)] = readers[0].connection.execute("PRAGMA user_version")
            if schema > SCHEMA:
                raise DatabaseTooNew(
                    f"The catalogue {path} was made by a newer version of Samewave. Update Samewave, or "
                    "point SAMEWAVE_STATE_DIR to another folder."
                )
            if schema < SCHEMA:
                raise StorageFailed(f"The catalogue {path} was made by an older version of Samewave.")
            return cls(path.stem, readers)
        except BaseException as error:
            for reader in readers:
                reader.connection.close()
            if isinstance(error, sqlite3.Error):
                raise StorageFailed(
                    f"The catalogue {path} is damaged or cannot be read ({error}). Put a backup in its place "
                    "with `samewave restore FILE`, or import its tables anew with --fresh.",
                ) from error
            raise

    @classmethod
    def empty(cls) -> Self:
        """The catalogue before the first import: without a file."""
        readers = [_Reader(_MEMORY) for _ in range(1 + _READERS)]
        make_empty(readers[0].connection)
        content = readers[0].connection.serialize()
        for reader in readers[1:]:
            reader.connection.deserialize(content)
        return cls("", readers)

    def is_made_of(self, digest: str) -> bool:
        """Whether row numbers of that catalogue are valid here: it is this one or an ancestor."""
        return digest == self.digest or digest in self.ancestors

    def imported_files(self) -> list[str]:
        """The names of the tables that were imported into this catalogue.

        Raises:
            StorageFailed: the file is damaged.
        """
        return [name for (name,) in self.look_up("SELECT name FROM imports ORDER BY name")]

    def look_up(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query for a few rows by key, read on the event loop in some 20 µs.

        Raises:
            StorageFailed: the file is damaged.
        """
        return self._quick.read(sql, parameters)

    async def fetch(self, sql: str, parameters: Iterable[Any] = ()) -> list[Row]:
        """All rows of one query, read in a thread.

        Raises:
            StorageFailed: the file is damaged.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(self._read, sql, tuple(parameters)))

    def rows_of(self, ids: Collection[str]) -> list[int]:
        """The rows of those of the ids that are in here, in their order.

        Raises:
            StorageFailed: the file is damaged.
        """
        if unknown := [id for id in ids if id not in self._rows]:
            if len(self._rows) + len(unknown) > _MOST_ROWS_KEPT:
                self._rows.clear()
                unknown = list(ids)
            found: dict[str, int | None] = dict.fromkeys(unknown)
            for at in range(0, len(unknown), _IDS_AT_ONCE):
                some = unknown[at : at + _IDS_AT_ONCE]
                marks = ", ".join("?" * len(some))
                for table in ("former_ids", "tracks"):
                    found.update(self.look_up(f"SELECT id, row FROM {table} WHERE id IN ({marks})", some))
            self._rows.update(found)  # after the reads: an id that could not be read is not unknown
        return [row for id in ids if (row := self._rows[id]) is not None]

    def _read(self, sql: str, parameters: Sequence[Any]) -> list[Row]:
        reader = self._idle.get()
        try:
            return reader.read(sql, parameters)
        finally:
            self._idle.put(reader)


class _Reader:
    """A connection, used by one thread at a time."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self.connection = self._opened()

    def read(self, sql: str, parameters: Sequence[Any]) -> list[Row]:
        try:
            return self.connection.execute(sql, parameters).fetchall()
        except (sqlite3.Error, MemoryError) as error:
            # On an immutable file SQLite repeats such an error for good.
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_IOERR and self._uri != _MEMORY:
                with suppress(sqlite3.Error):
                    former, self.connection = self.connection, self._opened()
                    former.close()
            raise _not_read(error) from error

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._uri, isolation_level=None, check_same_thread=False, uri=True)
        connection.execute("PRAGMA trusted_schema = OFF")
        return connection


def uri_of(path: Path) -> str:
    """The SQLite URI of an immutable file, which needs no locks."""
    return f"{path.absolute().as_uri()}?mode=ro&immutable=1"


def _close(threads: ThreadPoolExecutor, readers: Sequence[_Reader]) -> None:
    threads.shutdown(wait=False)
    for reader in readers:
        with suppress(sqlite3.Error):
            reader.connection.close()


def _not_read(error: Exception) -> StorageFailed:
    if is_damage(error):
        return StorageFailed(
            "My catalogue is damaged; my host can put a backup in its place with `samewave restore`.",
            detail=str(error),
        )
    return StorageFailed("I could not read my catalogue just now; try again in a moment.", detail=str(error))
