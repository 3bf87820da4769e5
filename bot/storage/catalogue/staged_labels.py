"""The labels of the next catalogue: new ones are added as they come."""

import sqlite3

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


class StagedLabels:
    """Knows the number of each label."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[str, str], int] = {
            (kind, name): label
            for label, kind, name in connection.execute("SELECT label, kind, name FROM labels")
        }

    def numbers(self, kinds: pa.ChunkedArray, names: pa.ChunkedArray) -> NDArray[np.int64]:
        """The number of each label; of the few different ones most are known."""
        kind, name = (column.combine_chunks().dictionary_encode() for column in (kinds, names))
        each = kind.indices.to_numpy() + len(kind.dictionary) * name.indices.to_numpy().astype(np.int64)
        different, first, which = np.unique(each, return_index=True, return_inverse=True)
        found = np.zeros(len(different), dtype=np.int64)
        for at in np.argsort(first).tolist():
            name_at, kind_at = divmod(int(different[at]), len(kind.dictionary))
            found[at] = self._number(kind.dictionary[kind_at].as_py(), name.dictionary[name_at].as_py())
        return found[which]

    def _number(self, kind: str, name: str) -> int:
        if (kind, name) not in self._known:
            made = self._connection.execute("INSERT INTO labels (kind, name) VALUES (?, ?)", (kind, name))
            self._known[kind, name] = int(made.lastrowid or 0)
        return self._known[kind, name]
