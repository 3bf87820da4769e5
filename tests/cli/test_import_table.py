"""`samewave import`: what it says of a table, and what it leaves behind."""

import re
import shutil
from pathlib import Path

import pytest

from tests.support.command_line import Run

CASES = Path(__file__).parents[1] / "sources" / "tables" / "cases"


@pytest.fixture
def own_state(state: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(state, tmp_path / "own"))


def sums(said: str) -> tuple[int, ...]:
    """Read, new, completed, unchanged, merged, skipped; the first is the sum of the others."""
    found = re.search(
        r"([\d,]+) rows read: ([\d,]+) new tracks, ([\d,]+) completed, ([\d,]+) unchanged, "
        r"([\d,]+) merged with another row of the same track, ([\d,]+) skipped",
        said,
    )
    assert found, said
    counts = tuple(int(count.replace(",", "")) for count in found.groups())
    assert counts[0] == sum(counts[1:])
    return counts


def imported(here: Run, state: Path, name: str, *options: str, **changes: str) -> str:
    done = here("import", str(CASES / name), *options, state=state, **changes)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_known_rows_again(here: Run, own_state: Path) -> None:
    assert sums(imported(here, own_state, "24_index_col.csv")) == (6, 6, 0, 0, 0, 0)
    assert sums(imported(here, own_state, "90_known_again.csv")) == (6, 0, 0, 6, 0, 0)


def test_a_song_without_an_id_and_later_with_one_is_one_song(here: Run, own_state: Path) -> None:
    assert sums(imported(here, own_state, "14_song_artist.csv")) == (1, 1, 0, 0, 0, 0)
    assert sums(imported(here, own_state, "12_id_and_artist.csv")) == (1, 0, 1, 0, 0, 0)
    assert sums(imported(here, own_state, "67_same_song_with_id.csv")) == (1, 0, 0, 1, 0, 0)


def test_the_report_names_every_column(here: Run, own_state: Path) -> None:
    said = imported(here, own_state, "13_top_hits.csv")
    assert re.search(r"^  popularity: +track_popularity$", said, re.MULTILINE)
    assert re.search(r"^  genre: +artist_genres$", said, re.MULTILINE)
    assert re.search(r"^  not read: +year$", said, re.MULTILINE)


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("never", "ATTENTION: The table does not say which songs are explicit"),
        ("always", "count as explicit where"),
    ],
)
def test_a_table_that_does_not_say_what_is_explicit(
    here: Run, own_state: Path, policy: str, said: str
) -> None:
    assert said in imported(here, own_state, "12_id_and_artist.csv", SAMEWAVE_EXPLICIT=policy)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("75_all_skipped.csv", "no Spotify track id in track_id: 1, for example row 1: “notanid”"),
        ("23_zero_features.csv", "failed analysis, all 0 in danceability, valence, tempo: 2"),
        ("65_scaled.csv", "scaled values, it seems"),
        ("68_mix.m3u", "is an M3U playlist"),
        ("07_shiftjis.csv", "--encoding shift-jis"),
    ],
)
def test_nothing_imported_is_exit_code_1_with_the_reason(
    here: Run, own_state: Path, name: str, said: str
) -> None:
    done = here("import", str(CASES / name), state=own_state)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_options_that_make_no_sense(here: Run, own_state: Path) -> None:
    for options in (["--scale", "tempo"], ["--scale", "speed=2"], ["--scale", "tempo=0"], ["--column", "=x"]):
        done = here("import", str(CASES / "24_index_col.csv"), *options, state=own_state)
        assert done.returncode == 2, options
        assert "Traceback" not in done.stderr
