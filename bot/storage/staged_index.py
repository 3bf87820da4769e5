"""The search index of the next catalogue: entries gather in a file of their own; two threads write them."""

import sqlite3
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from bot.storage.search_index import LOWEST_RANK

Entry = tuple[int, str, str, str]
"""Rank, title in full, artists, padded title key: all that the indexes are told of a track."""
_HASH_BYTES = 64 << 20
"""What an index gathers in memory before it writes a segment; the default of 1 MB means many merges."""
_SCHEMA = """
CREATE TABLE {name} (rank INTEGER PRIMARY KEY, title TEXT, artist TEXT, trigrams TEXT) STRICT;
"""
# The full-text indexes want ascending ranks, and no rank twice between two segments.
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
    """Takes entries in any order."""

    def __init__(self, entries: Path, words: Path, trigrams: Path) -> None:
        self._entries, self._words, self._trigrams = entries, words, trigrams
        self._connection = connect_staged(entries)
        for name in ("added", "forgotten"):
            self._connection.execute(_SCHEMA.format(name=name))
        self._connection.execute("BEGIN")

    def add(self, entries: Iterable[Entry]) -> None:
        """Add some tracks."""
        self._connection.executemany("INSERT INTO added VALUES (?, ?, ?, ?)", entries)

    def replace(self, before: Entry, after: Entry) -> None:
        """Let a track that stands there as the one entry stand there as the other."""
        if not self._connection.execute("DELETE FROM added WHERE rank = ?", before[:1]).rowcount:
            self._connection.execute("INSERT INTO forgotten VALUES (?, ?, ?, ?)", before)
        self.add([after])

    def finish(self, ranked: sqlite3.Connection, meanwhile: Callable[[], None]) -> None:
        """Write all entries, and do something else while the threads do.

        Args:
            ranked: where the table of ranks is.
        """
        self._connection.execute("COMMIT")
        with ThreadPoolExecutor(2) as threads:
            writing = [
                threads.submit(_write, self._words, "track_words", _WORDS, self._entries),
                threads.submit(_write, self._trigrams, "title_trigrams", _TRIGRAMS, self._entries),
            ]
            ranked.execute("ATTACH DATABASE ? AS entries", (str(self._entries),))
            ranked.execute("BEGIN")
            ranked.execute("DELETE FROM ranked WHERE rank IN (SELECT rank FROM entries.forgotten)")
            ranked.execute(
                "INSERT INTO ranked (rank, row) SELECT rank, rank & ? FROM entries.added", (LOWEST_RANK - 1,)
            )
            meanwhile()
            ranked.execute("COMMIT")
            for part in writing:
                part.result()

    def close(self) -> None:
        """Nothing can be added any more."""
        self._connection.close()


def _write(path: Path, table: str, sql: str, entries: Path) -> None:
    with closing(connect_staged(path)) as connection:
        connection.execute("ATTACH DATABASE ? AS entries", (str(entries),))
        connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('hashsize', ?)", (_HASH_BYTES,))
        connection.executescript(f"BEGIN; {sql} COMMIT;")


def connect_staged(path: Path) -> sqlite3.Connection:
    """Open a file that nobody else sees, and that goes when anything goes wrong."""
    connection = sqlite3.connect(
        path.absolute().as_uri(), isolation_level=None, check_same_thread=False, uri=True
    )
    connection.executescript(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;"
    )
    return connection
