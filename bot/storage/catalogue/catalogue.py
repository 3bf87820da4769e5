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

    def __init__(self, digest: str, uri: str, connections: list[sqlite3.Connection]) -> None:
        self.digest = digest
        self._uri = uri
        self._connections = connections
        self._quick, *readers = connections
        self._idle: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        for reader in readers:
            self._idle.put(reader)
        self._threads = ThreadPoolExecutor(len(readers), thread_name_prefix="catalogue")
        self._rows: dict[str, int | None] = {}
        weakref.finalize(self, _close, self._threads, connections)
        found = self._quick.execute("SELECT digest FROM ancestors").fetchall()
        self.ancestors = frozenset(digest for (digest,) in found)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a file whose name is its digest. Blocks.

        Raises:
            DatabaseTooNew: a newer Samewave made it.
            StorageFailed: there is none, it is damaged, or of an older schema.
        """
        connections: list[sqlite3.Connection] = []
        try:
            for _ in range(1 + _READERS):
                connections.append(_connect(uri_of(path)))
            [(schema,)] = connections[0].execute("PRAGMA user_version")
            if schema > SCHEMA:
                raise DatabaseTooNew(
                    f"The catalogue {path} was made by a newer version of Samewave. Update Samewave, or "
                    "point SAMEWAVE_STATE_DIR to another folder."
                )
            if schema < SCHEMA:
                raise StorageFailed(f"The catalogue {path} was made by an older version of Samewave.")
            return cls(path.stem, uri_of(path), connections)
        except BaseException as error:
            for connection in connections:
                connection.close()
            if isinstance(error, sqlite3.Error):
                raise StorageFailed(
                    f"The catalogue {path} is damaged or cannot be read ({error}). Put a backup in its place "
                    "with `samewave restore FILE`, or import its tables anew with --fresh.",
                ) from error
            raise

    @classmethod
    def empty(cls) -> Self:
        """The catalogue before the first import: without a file."""
        connections = [_connect(_MEMORY) for _ in range(1 + _READERS)]
        for connection in connections:
            make_empty(connection)
        return cls("", _MEMORY, connections)

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
        try:
            return self._quick.execute(sql, parameters).fetchall()
        except (sqlite3.Error, MemoryError) as error:
            self._quick = self._replaced(self._quick, error)
            raise _not_read(error) from error

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
            return reader.execute(sql, parameters).fetchall()
        except (sqlite3.Error, MemoryError) as error:
            reader = self._replaced(reader, error)
            raise _not_read(error) from error
        finally:
            self._idle.put(reader)

    def _replaced(self, connection: sqlite3.Connection, error: Exception) -> sqlite3.Connection:
        """Another connection where a read failed: on an immutable file SQLite repeats the error for good."""
        if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_IOERR or self._uri == _MEMORY:
            return connection
        try:
            another = _connect(self._uri)
        except sqlite3.Error:
            return connection
        self._connections[self._connections.index(connection)] = another
        connection.close()
        return another


def uri_of(path: Path) -> str:
    """The SQLite URI of an immutable file, which needs no locks."""
    return f"{path.absolute().as_uri()}?mode=ro&immutable=1"


def _connect(uri: str) -> sqlite3.Connection:
    # Used by one thread at a time.
    connection = sqlite3.connect(uri, isolation_level=None, check_same_thread=False, uri=True)
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def _close(threads: ThreadPoolExecutor, connections: Sequence[sqlite3.Connection]) -> None:
    threads.shutdown(wait=False)
    for connection in connections:
        with suppress(sqlite3.Error):
            connection.close()


def _not_read(error: Exception) -> StorageFailed:
    if is_damage(error):
        return StorageFailed(
            "My catalogue is damaged; my host can put a backup in its place with `samewave restore`.",
            detail=str(error),
        )
    return StorageFailed("I could not read my catalogue just now; try again in a moment.", detail=str(error))
