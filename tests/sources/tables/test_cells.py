import math

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.tables import cells

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
    assert cells.names(pa.array([cell], pa.string()), separator=None).to_pylist() == [[*found]]


def test_names_separated() -> None:
    column = pa.array(["One; Two ;;Two", "Alone", "['Both', 'Kinds; here']"])
    found = cells.names(column, separator=";").to_pylist()
    assert found == [["One", "Two"], ["Alone"], ["Both", "Kinds; here"]]


def test_keys_modes_years_and_truth() -> None:
    nan = pytest.approx(math.nan, nan_ok=True)
    keys = pa.array(["C", "C#", "Bb", "C♯/D♭", "11", "-1", "5.0", "X", None])
    assert cells.keys(keys).tolist() == [0, 1, 10, 1, 11, nan, 5, nan, nan]
    assert cells.modes(pa.array(["Major", "minor", "1", "0.0", "?"])).tolist() == [1, 0, 1, 0, nan]
    years = pa.array(["1999", "1999-05", "1999-05-06", "2019.0", "0", "99", "19999", "3000-01-01", ""])
    assert cells.years(years).tolist() == [1999, 1999, 1999, 2019, nan, nan, nan, nan, nan]
    assert cells.years(pa.array([1999, None])).tolist() == [1999, nan]
    truth = pa.array(["True", "FALSE", "1", "0", "yes", "perhaps"])
    assert cells.booleans(truth).tolist() == [1, 0, 1, 0, 1, nan]


@given(st.lists(ANYTHING, min_size=1, max_size=8))
def test_no_cell_breaks_a_column(column: list[str | None]) -> None:
    array = pa.array(column, pa.string())
    for read in (cells.keys, cells.modes, cells.years, cells.booleans):
        assert len(read(array)) == len(column)
    values, empty = cells.numbers(array)
    assert not any(math.isinf(value) for value in values)
    assert all(math.isnan(value) for value, is_empty in zip(values, empty, strict=True) if is_empty)
    for text in cells.texts(array).to_pylist():
        assert text == text.strip()
        assert text.isprintable() or not set(text) & set("\n\r\0")
        text.encode()
    each = [cells.names(array[at : at + 1], separator=";").to_pylist() for at in range(len(array))]
    together = cells.names(array, separator=";").to_pylist()
    assert together == [names for [names] in each]
    for names in (*together, *cells.labels(array)[0]):
        assert all(names)
