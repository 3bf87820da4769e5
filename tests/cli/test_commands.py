"""The other commands: import, train, hotlist, doctor; settings; secrets."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.domain.charts import Chart, ChartEntry
from bot.storage.sqlite import SqliteDatabase
from bot.storage.state.charts import Charts
from tests.discord.test_checks_and_errors import made_up_table
from tests.support.clocks import HANG_SECONDS
from tests.support.command_line import Run
from tests.support.settings import environment_for

SECRETS = {
    "DISCORD_TOKEN": "MTIzNDU2.fake-token.that-must-not-be-shown",
    "SPOTIPY_CLIENT_ID": "fake-client-id-0123456789",
    "SPOTIPY_CLIENT_SECRET": "fake-client-secret-9876543210",
}


@pytest.mark.slow
def test_import_then_train_then_recommend(here: Run, small_state: Path, tmp_path: Path) -> None:
    state = small_state
    table = made_up_table(tmp_path / "songs.csv", [f"Terminal Ballad {n}" for n in range(30)])
    imported = here("import", str(table), state=state)
    assert imported.returncode == 0, imported.stderr
    assert "30 new tracks" in imported.stdout
    assert "samewave train" in imported.stdout
    again = here("import", str(table), state=state)
    assert again.returncode == 0
    assert "nothing has changed" in again.stdout
    assert "changed since" in here("doctor", state=state).stdout
    before = (state / "models" / "current").read_text()
    trained = here("train", "--clusters", "8", "--seed", "3", state=state)
    assert trained.returncode == 0, trained.stderr
    assert trained.stdout == ""
    assert (state / "models" / "current").read_text() != before
    answer = json.loads(here("recommend", "Terminal Ballad 7", "--json", state=state).stdout)
    assert answer["seed"]["title"] == "Terminal Ballad 7"
    assert 0 <= answer["cluster"] < 8


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("missing.csv", None),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 8),
        ("picture.parquet", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 8),
        ("empty.csv", b""),
        ("other.csv", b"a,b,c\n1,2,3\n"),
        ("broken.zip", b"PK\x03\x04 and nothing more"),
    ],
)
def test_a_file_that_cannot_be_imported_is_a_sentence(
    here: Run, state: Path, tmp_path: Path, name: str, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = here("import", str(tmp_path / name), state=state)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.strip().endswith((".", "?"))
    assert done.stdout == ""


def test_a_folder_cannot_be_imported(here: Run, state: Path, tmp_path: Path) -> None:
    done = here("import", str(tmp_path), state=state)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_too_many_clusters_are_refused(here: Run, state: Path) -> None:
    before = (state / "models" / "current").read_text()
    done = here("train", "--clusters", "999999", state=state)
    assert done.returncode == 1
    assert "999999" in done.stderr
    assert "Traceback" not in done.stderr
    assert (state / "models" / "current").read_text() == before


@pytest.fixture
async def listed(state: Path) -> Path:
    """A state with a chart in it."""
    database = await SqliteDatabase.open(state / "state.db")
    try:
        entries = tuple(
            ChartEntry(n, f"[bold]Fictional[/bold] Tune {n}", f"Nobody {n}", n + 1, 1, 9)
            for n in range(1, 101)
        )
        chart = Chart("billboard", "Billboard Hot 100", date(2026, 11, 21), entries)
        await Charts(database).replace(chart, datetime.now(UTC))
    finally:
        await database.close()
    return state


def test_hotlist_show_prints_every_place(here: Run, listed: Path) -> None:
    done = here("hotlist", "show", state=listed, COLUMNS="160")
    assert done.returncode == 0, done.stderr
    assert "21 November 2026" in done.stdout
    assert all(f"[bold]Fictional[/bold] Tune {n} " in done.stdout for n in (1, 50, 100))
    assert done.stderr == ""


def test_hotlist_show_of_an_empty_list_says_what_to_do(here: Run, state: Path) -> None:
    done = here("hotlist", "show", state=state)
    assert done.returncode == 1
    assert "refresh" in done.stderr
    assert done.stdout == ""


def test_hotlist_refresh_without_any_source_keeps_a_real_list(here: Run, listed: Path) -> None:
    done = here("hotlist", "refresh", state=listed, SAMEWAVE_HOTLIST_COOLDOWN_MINUTES="0")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "Billboard Hot 100" in here("hotlist", "show", state=listed, COLUMNS="160").stdout


def test_hotlist_refresh_without_any_source_fills_an_empty_list_from_the_catalogue(
    here: Run, state: Path
) -> None:
    done = here("hotlist", "refresh", state=state)
    assert done.returncode == 0, done.stderr
    assert "catalogue" in done.stdout
    assert "100 songs" in done.stdout


def test_doctor_says_how_everything_is(here: Run, state: Path) -> None:
    done = here("doctor", state=state)
    assert done.returncode == 0, done.stdout
    for word in (
        "Token",
        "Disk",
        "Catalogue",
        "Model",
        "Hot list",
        "Billboard",
        "Apple",
        "Deezer",
        "ReccoBeats",
    ):
        assert word in done.stdout
    assert "up to date" in done.stdout
    assert "hotlist refresh" in done.stdout
    assert "cannot be reached" in done.stdout


def test_doctor_of_nothing_says_where_to_begin(here: Run, tmp_path: Path) -> None:
    done = here("doctor", state=tmp_path / "nothing")
    assert "samewave run" in done.stdout
    assert "samewave train" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_doctor_finds_a_broken_database_and_a_broken_model(here: Run, state: Path) -> None:
    (state / "models" / "current").write_text("../../elsewhere")
    assert "damaged" in here("doctor", state=state).stdout
    for file in state.glob("state.db*"):
        file.unlink()
    (state / "state.db").write_bytes(b"no database" * 1_000)
    done = here("doctor", state=state)
    assert done.returncode == 1
    assert "is damaged" in done.stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SAMEWAVE_CLUSTERS", "many"),
        ("SAMEWAVE_DEMO_PORT", "99999"),
        ("SAMEWAVE_EXPLICIT", "sometimes"),
        ("SAMEWAVE_PREFIX", "too long a prefix"),
        ("SAMEWAVE_HOTLIST_SOURCES", "billboard,mtv"),
        ("SAMEWAVE_OUTSIDE_SECONDS", "-1"),
        ("SAMEWAVE_LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_setting_is_named_in_a_sentence(here: Run, state: Path, name: str, value: str) -> None:
    done = here("doctor", state=state, **{name: value})
    assert done.returncode == 1
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_an_empty_setting_counts_as_none(here: Run, state: Path) -> None:
    assert here("hotlist", "refresh", state=state, SAMEWAVE_CLUSTERS="", DISCORD_TOKEN="").returncode == 0


EACH_IN_TURN = """
import sys
from contextlib import suppress
from bot.cli import main

for line in sys.argv[1:]:
    print("Command:", line, flush=True)
    sys.argv = ["samewave", *line.split("|")]
    with suppress(SystemExit):
        main()
"""


def test_no_secret_is_ever_printed(state: Path) -> None:
    commands = ("doctor", "recommend|Bohemian Rhapsody|--json", "recommend|Never Heard Of It")
    done = subprocess.run(
        [sys.executable, "-c", EACH_IN_TURN, *commands],
        env=environment_for(
            state,
            SAMEWAVE_LOG_LEVEL="DEBUG",
            HTTPS_PROXY="http://127.0.0.1:9",
            PYTHONUNBUFFERED="1",
            **SECRETS,
        ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    answers = done.stdout.split("Command: ")[1:]
    assert len(answers) == 3, done.stdout
    for said in answers:
        assert said.count("\n") > 1, done.stdout
    assert not any(secret in done.stdout for secret in SECRETS.values()), done.stdout


def test_no_secret_is_printed_when_a_setting_is_wrong(here: Run, state: Path) -> None:
    done = here("doctor", state=state, SAMEWAVE_DEMO_PORT="none", **SECRETS)
    assert done.returncode == 1
    assert not any(secret in done.stdout + done.stderr for secret in SECRETS.values())


def test_help_and_version(here: Run, tmp_path: Path) -> None:
    unused = tmp_path / "unused"
    helped = here("--help", state=unused)
    assert helped.returncode == 0
    for command in ("run", "recommend", "import", "train", "hotlist", "doctor"):
        assert command in helped.stdout
    assert "Commands:" in helped.stdout
    assert here("--version", state=unused).returncode == 0
    assert not unused.exists()


def test_an_unknown_command_is_refused(here: Run, state: Path) -> None:
    done = here("dance", state=state)
    assert done.returncode == 2
    assert "dance" in done.stderr
