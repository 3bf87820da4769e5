"""The ids of the next catalogue and their rows, known without an index that is written with every row."""

import json
import sqlite3
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.storage.catalogue.fulltext import LOWEST_RANK

Keys = NDArray[np.uint64]
ROW = np.uint64(LOWEST_RANK - 1)
"""The bits of a key that are the row."""
_ROWS_AT_ONCE = 4_096
_FIND = "SELECT id, row FROM tracks WHERE row IN (SELECT value FROM json_each(?))"


class StagedIds:
    """Finds the row of an id: by a hash of the id, and to be sure by the id of the row it leads to.

    A key is a hash and a row in 64 bits. Sorted runs of keys are merged as they come to the same length, so
    that a key is moved a few times and looked for in a few runs: a log-structured merge of O'Neil et al.
    (1996), in memory.

    Args:
        connection: where the tracks are; those that are there already are known from now on.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._runs: list[Keys] = []
        present = connection.execute("SELECT id, row FROM tracks")
        while some := present.fetchmany(_ROWS_AT_ONCE):
            ids, rows = zip(*some, strict=True)
            self.add(ids, rows)

    def add(self, ids: Sequence[str], rows: Sequence[int]) -> None:
        """Know where these stand from now on."""
        if not ids:
            return
        self._runs.append(np.sort(_hashes(ids) | np.asarray(rows, dtype=np.uint64)))
        while len(self._runs) > 1 and len(self._runs[-2]) <= 2 * len(self._runs[-1]):
            # Both are sorted: a stable sort merges them.
            self._runs[-2:] = [np.sort(np.concatenate(self._runs[-2:]), kind="stable")]

    def find(self, ids: Sequence[str]) -> dict[str, int]:
        """The rows of those that stand there."""
        low = np.sort(_hashes(ids))
        maybe = [row for run in self._runs for row in _rows_of(run, low)]
        if not maybe:
            return {}
        asked = set(ids)
        return {id: row for id, row in self._connection.execute(_FIND, (json.dumps(maybe),)) if id in asked}


def _hashes(ids: Sequence[str]) -> Keys:
    """Python's, with room for a row below: they differ from process to process, so nobody can choose them."""
    signed = np.fromiter(map(hash, ids), dtype=np.int64, count=len(ids))
    return signed.view(np.uint64) & ~ROW


def _rows_of(run: Keys, hashes: Keys) -> list[int]:
    """The rows under these hashes in a sorted run."""
    begin = np.searchsorted(run, hashes)
    there = np.flatnonzero(run[np.minimum(begin, len(run) - 1)] & ~ROW == hashes)
    end = np.searchsorted(run, hashes[there] | ROW, side="right")
    return [
        row
        for first, last in zip(begin[there].tolist(), end.tolist(), strict=True)
        for row in (run[first:last] & ROW).tolist()
    ]
