import math

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.tables import attributes, cells, quantities
from bot.sources.tables.names import Credits, labels

ANYTHING = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"])), st.from_regex(r"\[.*\]"))


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("Queen Nobody", ("Queen Nobody",)),
        ("['Queen Nobody']", ("Queen Nobody",)),
        ("['Queen Nobody', \"The Sailor's Knot\"]", ("Queen Nobody", "The Sailor's Knot")),
        ("['A', 'B', 'A', ' ']", ("A", "B")),
        ("['Caf\\u00e9 Nowhere']", ("Café Nowhere",)),
        ("['lone \\ud800 half']", ("lone half",)),
        ("[spunge of dreams]", ("[spunge of dreams]",)),
        ("[__import__('os').getcwd()]", ("[__import__('os').getcwd()]",)),
        ("[" * 5_000 + "]" * 5_000, ()),
        ("[1, 2]", ("[1, 2]",)),
        ("[]", ()),
        ("", ()),
        (None, ()),
        ("x" * 5_000, ()),
    ],
)
def test_names(cell: str | None, found: tuple[str, ...]) -> None:
    assert Credits().read(pa.array([cell], pa.string())).to_pylist() == [[*found]]


def test_names_separated() -> None:
    column = pa.array(["One; Two ;;Two", "Alone", "['Both', 'Kinds; here']"])
    found = Credits().read(column).to_pylist()
    assert found == [["One", "Two"], ["Alone"], ["Both", "Kinds; here"]]


def test_keys_modes_years_and_truth() -> None:
    nan = pytest.approx(math.nan, nan_ok=True)
    keys = pa.array(["C", "C#", "Bb", "C♯/D♭", "11", "-1", "5.0", "X", None])
    assert attributes.keys(keys)[0].tolist() == [0, 1, 10, 1, 11, nan, 5, nan, nan]
    assert attributes.modes(pa.array(["Major", "minor", "1", "0.0", "?"])).tolist() == [1, 0, 1, 0, nan]
    years = pa.array(["1999", "1999-05", "1999-05-06", "2019.0", "0", "99", "19999", "3000-01-01", ""])
    assert quantities.years(years).tolist() == [1999, 1999, 1999, 2019, nan, nan, nan, nan, nan]
    assert quantities.years(pa.array([1999, None])).tolist() == [1999, nan]
    truth = pa.array(["True", "FALSE", "1", "0", "yes", "perhaps"])
    values, strange = attributes.truths(truth)
    assert (values.tolist(), strange) == ([1, 0, 1, 0, 1, nan], ["perhaps"])


@given(st.lists(ANYTHING, min_size=1, max_size=8))
def test_no_cell_breaks_a_column(column: list[str | None]) -> None:
    array = pa.array(column, pa.string())
    for read in (attributes.modes, quantities.years):
        assert len(read(array)) == len(column)
    for read_two in (attributes.keys, attributes.truths, quantities.lengths):
        assert len(read_two(array)[0]) == len(column)
    values, empty = quantities.numbers(array)
    assert not any(math.isinf(value) for value in values)
    assert all(math.isnan(value) for value, is_empty in zip(values, empty, strict=True) if is_empty)
    for text in cells.texts(array).to_pylist():
        assert text == text.strip()
        assert text.isprintable() or not set(text) & set("\n\r\0")
        text.encode()
    credits = Credits()
    credits.learn(array)
    each = [credits.read(array[at : at + 1]).to_pylist() for at in range(len(array))]
    together = credits.read(array).to_pylist()
    assert together == [names for [names] in each]
    for names in (*together, *labels(array, several=True)[0]):
        assert all(names)
