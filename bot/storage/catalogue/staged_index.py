"""The search index of the next catalogue: entries gather in blocks, which two threads write meanwhile."""

import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from bot.storage.catalogue.fulltext import LOWEST_RANK
from bot.storage.database import PAGE_BYTES

Entry = tuple[int, str, str, str]
"""Rank, title in full, artists, padded title key: all that the indexes are told of a track."""
BLOCK = 25_000
"""Entries that become one segment of an index: with more, their words crowd in the index's hash table."""
_SETTINGS = {
    "hashsize": 64 << 20,  # bytes gathered in memory before a segment is written: room for a block
    "automerge": 0,
    "crisismerge": 1_000,
}
_SCHEMA = """
CREATE TABLE {name} (rank INTEGER PRIMARY KEY, title TEXT, artist TEXT, trigrams TEXT) STRICT;
"""
# The full-text indexes want ascending ranks. Segments are merged once, at the end.
_WORDS = """
INSERT INTO track_words (track_words, rowid, title, artist)
SELECT 'delete', rank, title, artist FROM entries.forgotten ORDER BY rank;
INSERT INTO track_words (rowid, title, artist) SELECT rank, title, artist FROM entries.added ORDER BY rank;
"""
_TRIGRAMS = """
INSERT INTO title_trigrams (title_trigrams, rowid, title)
SELECT 'delete', rank, trigrams FROM entries.forgotten ORDER BY rank;
INSERT INTO title_trigrams (rowid, title) SELECT rank, trigrams FROM entries.added ORDER BY rank;
"""


class StagedIndex:
    """Takes entries in any order.

    Args:
        block: where the entries of the block of this number gather.
        words, trigrams: the files of the two indexes.
    """

    def __init__(self, block: Callable[[int], Path], words: Path, trigrams: Path) -> None:
        self._block = block
        self._blocks: list[Path] = []
        self._writers = [
            _Writer(words, "track_words", _WORDS),
            _Writer(trigrams, "title_trigrams", _TRIGRAMS),
        ]
        self._begin_block()

    def add(self, entries: Sequence[Entry]) -> None:
        """Add some tracks."""
        self._entries.executemany("INSERT INTO added VALUES (?, ?, ?, ?)", entries)
        self._added += len(entries)
        if self._added >= BLOCK:
            self._end_block()
            self._begin_block()

    def replace(self, before: Entry, after: Entry) -> None:
        """Let a track that stands there as the one entry stand there as the other."""
        if not self._entries.execute("DELETE FROM added WHERE rank = ?", before[:1]).rowcount:
            self._entries.execute("INSERT INTO forgotten VALUES (?, ?, ?, ?)", before)
        self.add([after])

    def finish(self, ranked: sqlite3.Connection, meanwhile: Callable[[], None]) -> None:
        """Write what is left, and do something else while the threads do.

        Args:
            ranked: where the table of ranks is.
        """
        self._end_block()
        for writer in self._writers:
            writer.merge()
        for block in self._blocks:
            ranked.execute("ATTACH DATABASE ? AS entries", (str(block),))
            ranked.execute("BEGIN")
            ranked.execute("DELETE FROM ranked WHERE rank IN (SELECT rank FROM entries.forgotten)")
            ranked.execute(
                "INSERT INTO ranked (rank, row) SELECT rank, rank & ? FROM entries.added", (LOWEST_RANK - 1,)
            )
            ranked.execute("COMMIT")
            ranked.execute("DETACH DATABASE entries")
        meanwhile()
        for writer in self._writers:
            writer.wait()

    def close(self) -> None:
        """Nothing can be added any more."""
        self._entries.close()
        for writer in self._writers:
            writer.close()

    def _begin_block(self) -> None:
        self._blocks.append(self._block(len(self._blocks)))
        self._entries = connect_staged(self._blocks[-1])
        for name in ("added", "forgotten"):
            self._entries.execute(_SCHEMA.format(name=name))
        self._entries.execute("BEGIN")
        self._added = 0

    def _end_block(self) -> None:
        self._entries.execute("COMMIT")
        self._entries.close()
        for writer in self._writers:
            writer.write(self._blocks[-1])


class _Writer:
    """Writes one of the indexes, in a thread of its own."""

    def __init__(self, path: Path, table: str, sql: str) -> None:
        self._table, self._sql = table, sql
        self._connection = connect_staged(path)
        self._thread = ThreadPoolExecutor(1)
        self._written: list[Future[None]] = []
        for setting, value in _SETTINGS.items():
            self._connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES (?, ?)", (setting, value))

    def write(self, block: Path) -> None:
        self._written.append(self._thread.submit(self._write, block))
        for done in self._written:
            if done.done():
                done.result()

    def merge(self) -> None:
        sql = f"INSERT INTO {self._table} ({self._table}) VALUES ('optimize');"
        self._written.append(self._thread.submit(self._run, sql))

    def wait(self) -> None:
        for written in self._written:
            written.result()

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)
        with suppress(sqlite3.ProgrammingError):  # closed before
            self._connection.interrupt()
        self._thread.shutdown()
        self._connection.close()

    def _write(self, block: Path) -> None:
        self._connection.execute("ATTACH DATABASE ? AS entries", (str(block),))
        self._run(self._sql)
        self._connection.execute("DETACH DATABASE entries")

    def _run(self, sql: str) -> None:
        self._connection.executescript(f"BEGIN; {sql} COMMIT;")


def connect_staged(path: Path) -> sqlite3.Connection:
    """Open a file that nobody else sees, and that goes when anything goes wrong."""
    connection = sqlite3.connect(
        path.absolute().as_uri(), isolation_level=None, check_same_thread=False, uri=True
    )
    connection.executescript(
        f"PRAGMA page_size = {PAGE_BYTES}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; "
        "PRAGMA foreign_keys = OFF; PRAGMA secure_delete = OFF;"
    )
    return connection
