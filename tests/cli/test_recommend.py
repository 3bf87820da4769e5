"""`samewave recommend` in a terminal: what is printed where, and with which exit code."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import Run
from tests.support.settings import samewave

SHAPE: dict[str, Any] = {
    "seed": {"id": str, "title": str, "artists": list},
    "hot": bool,
    "basis": str,
    "cluster": int,
    "pick": {"id": str, "title": str, "artists": list, "url": str, "cluster": int},
    "reason": str,
}


def check_shape(found: dict[str, Any], shape: dict[str, Any]) -> None:
    assert list(found) == list(shape)
    for name, kind in shape.items():
        if isinstance(kind, dict):
            check_shape(found[name], kind)
        else:
            assert type(found[name]) is kind, name


def test_json_is_one_object_of_the_promised_shape(state: Path) -> None:
    done = samewave("recommend", "Bohemian Rhapsody", "--json", state=state)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    answer = json.loads(done.stdout)
    check_shape(answer, SHAPE)
    assert answer["seed"]["artists"] == ["Queen"]
    assert answer["hot"] is False
    assert answer["pick"]["cluster"] == answer["cluster"]
    assert answer["pick"]["url"] == f"https://open.spotify.com/track/{answer['pick']['id']}"
    assert answer["pick"]["id"] != answer["seed"]["id"]
    assert answer["reason"].endswith(".")


def test_songs_from_standard_input_are_answered_a_line_each_in_order(here: Run, state: Path) -> None:
    lines = ["Queen - Bohemian Rhapsody", "qqqqzzzzxxxx wwwwvvvv", "", "Hotel California"]
    for command, songs in (("recommend", "pick"), ("similar", "songs")):
        done = here(command, "-", "--json", state=state, typed="\n".join(lines) + "\n")
        assert done.returncode == 0, done.stderr
        found = [json.loads(line) for line in done.stdout.splitlines()]
        assert [one["query"] for one in found] == lines
        assert ["error" in one for one in found] == [False, True, True, False]
        for one in (found[0], found[3]):
            assert {"seed", songs, "basis", "cluster"} <= set(one)
            assert type(one["cluster"]) is int
        id = found[0]["seed"]["id"]
        again = here(command, "-", "--json", state=state, typed=id)
        assert json.loads(again.stdout)["seed"] == found[0]["seed"]


def test_standard_input_needs_json(here: Run, state: Path) -> None:
    done = here("similar", "-", state=state, typed="Hotel California")
    assert done.returncode == 2
    assert "--json" in done.stderr


def test_a_seed_makes_the_draw_reproducible(here: Run, state: Path) -> None:
    first, second, third = (
        here("recommend", "bohemian", "rapsody", "--json", "--seed", seed, state=state).stdout
        for seed in ("7", "7", "8")
    )
    assert first == second
    assert json.loads(first)["seed"] == json.loads(third)["seed"]


def test_in_words_it_says_song_reason_and_address(here: Run, state: Path) -> None:
    done = here("recommend", "Queen - Bohemian Rhapsody", state=state)
    assert done.returncode == 0
    assert "Bohemian Rhapsody" in done.stdout
    assert re.search(r"https://open\.spotify\.com/track/\w{22}$", done.stdout.strip())
    assert "None" not in done.stdout


def test_of_several_songs_the_most_popular_is_taken_with_a_note(here: Run, state: Path) -> None:
    done = here("recommend", "Without Me", state=state)
    assert done.returncode == 0
    assert "Eminem" in done.stdout
    assert "artist - title" in done.stderr


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("qqqqzzzzxxxx wwwwvvvv", "qqqqzzzzxxxx"),
        ("Bohemian Raspberry Jam", "Bohemian Rhapsody"),
        ("https://open.spotify.com/album/1GbtB4zTqAsyfZEsm1RZfx", "album"),
        ("   ", "song"),
        ("x" * 5_000, "too long"),
    ],
)
def test_what_is_not_found_is_one_sentence_on_stderr(here: Run, state: Path, query: str, says: str) -> None:
    """If no song has that name, a second line tells the host what would help."""
    done = here("recommend", query, "--json", state=state)
    assert done.returncode == 1
    assert done.stdout == ""
    sentence, *help_for_hosts = done.stderr.splitlines()
    assert says in sentence
    assert ["samewave catalogue get" in line for line in help_for_hosts] == [True] * ("no song" in sentence)


def test_no_song_at_all_is_a_usage_message(here: Run, state: Path) -> None:
    done = here("recommend", state=state)
    assert done.returncode == 2
    assert "SONG" in done.stderr


def test_a_fresh_state_builds_itself_and_a_second_start_builds_nothing(made_state: Path, state: Path) -> None:
    """What tests share was made by a first start."""
    stdout, stderr = json.loads((made_state.parent / "first-start.json").read_text("utf-8"))
    check_shape(json.loads(stdout), SHAPE)
    assert "catalogue" in stderr
    assert "model" in stderr
    made = {file: file.stat().st_mtime_ns for file in (state / "models").rglob("*")}
    second = samewave("recommend", "Bohemian Rhapsody", "--json", state=state)
    assert second.stderr == ""
    assert {file: file.stat().st_mtime_ns for file in (state / "models").rglob("*")} == made


def test_an_unwritable_state_folder_is_a_sentence(here: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = here("recommend", "Bohemian Rhapsody", state=tmp_path / "file" / "state")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_database_that_is_none_is_a_sentence(here: Run, state: Path) -> None:
    for file in state.glob("state.db*"):
        file.unlink()
    (state / "state.db").write_bytes(b"this is no database, only words" * 300)
    done = here("recommend", "Bohemian Rhapsody", state=state)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "state.db" in done.stderr
    assert (state / "state.db").read_bytes().startswith(b"this is no database")


def test_a_catalogue_that_is_missing_is_a_sentence(here: Run, tmp_path: Path) -> None:
    done = here(
        "recommend",
        "Bohemian Rhapsody",
        state=tmp_path / "state",
        SAMEWAVE_DATA_DIR=str(tmp_path / "nowhere"),
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "spotify_by_genre.parquet" in done.stderr


@pytest.mark.slow
def test_a_damaged_model_is_said_and_made_anew(here: Run, small_state: Path) -> None:
    state = small_state
    bundle = state / "models" / (state / "models" / "current").read_text()
    (bundle / "clusters.npy").write_bytes(b"damaged")
    done = here("recommend", "Bohemian Rhapsody", "--json", state=state)
    assert done.returncode == 0, done.stderr
    check_shape(json.loads(done.stdout), SHAPE)
    assert "clusters.npy" in done.stderr


def test_a_misspelt_command_is_answered_with_what_may_be_meant(here: Run, state: Path) -> None:
    done = here("recomend", "Bohemian Rhapsody", state=state)
    assert done.returncode == 2
    assert "Did you mean recommend?" in done.stderr


def test_wishes_are_read_from_standard_input(here: Run, state: Path) -> None:
    wishes = "calm rock\nquarterly tax report\n\nsad country, no vocals\n"
    done = here("playlist", "--words", "-", "--json", "--songs", "5", state=state, typed=wishes)
    assert done.returncode == 0, done.stderr
    calm, tax, empty, sad = map(json.loads, done.stdout.splitlines())
    assert [len(made["songs"]) for made in (calm, tax, empty, sad)] == [5, 0, 0, 5]
    assert [part["value"] for part in sad["understood"]] == ["sad", "country", "vocals"]
    assert tax["unknown"] == ["quarterly tax report"]
    assert "did not understand" in tax["error"]
    assert calm["words"] == "calm rock"
