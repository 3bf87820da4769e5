"""Ids of an import: every one is found in its row, in whatever portions and order they come."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.catalogue import staged_ids
from bot.storage.catalogue.staged_ids import StagedIds

IDS = st.lists(st.sets(st.text("0123aZ", min_size=1, max_size=3), max_size=30), max_size=12)


@given(before=st.sets(st.text("0123aZ", min_size=1, max_size=3), max_size=30), portions=IDS)
@pytest.mark.parametrize("bits", [28, 63])
def test_every_id_is_found_in_its_row_and_no_other(
    before: set[str], portions: list[set[str]], bits: int
) -> None:
    """With room for one bit of hash almost all ids share theirs."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE tracks (row INTEGER PRIMARY KEY, id TEXT)")
    expected: dict[str, int] = {}

    def put(ids: set[str]) -> dict[str, int]:
        rows = {id: len(expected) + 1 + at for at, id in enumerate(sorted(ids - set(expected)))}
        connection.executemany("INSERT INTO tracks (id, row) VALUES (?, ?)", rows.items())
        expected.update(rows)
        return rows

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staged_ids, "ROW", staged_ids.ROW.dtype.type((1 << bits) - 1))
        put(before)
        ids = StagedIds(connection)
        for portion in portions:
            assert ids.find(sorted(portion)) == {id: expected[id] for id in portion if id in expected}
            new = put(portion)
            ids.add(list(new), list(new.values()))
    assert len(expected) == connection.execute("SELECT count(*) FROM tracks").fetchone()[0]
