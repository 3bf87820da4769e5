"""A full disk (a small tmpfs): the command ends with a sentence, and the state is unchanged."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sources.tables.fictional import csv_file, song
from tests.support.clocks import HANG_SECONDS
from tests.support.command_line import Run
from tests.support.settings import environment_for

UNSHARE = ["unshare", "--map-root-user", "--mount"]
SPARE = 200_000
"""Bytes that are free beside the state."""

INSIDE = """
set -e
mount -t tmpfs -o size="$SIZE" tmpfs "$DISK"
cp -r "$MADE" "$DISK/state"
head -c "$FILL" /dev/zero > "$DISK/rest" || true
export SAMEWAVE_STATE_DIR="$DISK/state"
set +e
"$PYTHON" -m bot "$@" 2>&1
echo "code $?"
"$PYTHON" -m bot recommend "Bohemian Rhapsody" > /dev/null 2>&1
echo "recommend $?"
"$PYTHON" - <<END
import sqlite3
from pathlib import Path
folder = Path("$DISK/state/catalogues")
for file in ("$DISK/state/state.db", folder / ((folder / "current").read_text() + ".db")):
    connection = sqlite3.connect(file)
    print("integrity", *connection.execute("PRAGMA integrity_check").fetchone())
print("tracks", *connection.execute("SELECT count(*) FROM tracks").fetchone())
END
ls -A "$DISK/state" "$DISK/state/catalogues"
"""


def can_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    tried = subprocess.run(
        [*UNSHARE, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False
    )
    return tried.returncode == 0


def on_a_full_disk(made: Path, tmp_path: Path, *command: str) -> str:
    """Run a command on a copy of the state, where next to nothing is free; what was said then and after."""
    disk = tmp_path / "disk"
    disk.mkdir()
    used = sum(-(-path.stat().st_size // 4096) * 4096 for path in made.rglob("*") if path.is_file())
    done = subprocess.run(
        [*UNSHARE, "sh", "-c", INSIDE, "sh", *command],
        env={
            **environment_for(made),
            "SIZE": str(used + SPARE + 1_000_000),
            "FILL": "1000000",
            "DISK": str(disk),
            "MADE": str(made),
            "PYTHON": sys.executable,
        },
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.fixture(scope="module", autouse=True)
def _mountable() -> None:
    if os.name != "posix" or not can_mount():
        pytest.skip("needs a tmpfs of one's own (unshare)")


def intact(output: str) -> None:
    assert "Traceback" not in output
    assert "code 1" in output, output
    assert "recommend 0" in output, output
    assert output.count("integrity ok") == 2
    assert "tracks 5849" in output
    assert "unfinished" not in output.partition("integrity")[2]
    assert ".part" not in output.partition("integrity")[2]


def test_an_import(made_state: Path, tmp_path: Path) -> None:
    table = csv_file(tmp_path / "table.csv", [song(n) for n in range(2_000)])
    output = on_a_full_disk(made_state, tmp_path, "import", str(table))
    intact(output)
    assert "disk" in output


def test_a_backup(made_state: Path, tmp_path: Path) -> None:
    output = on_a_full_disk(made_state, tmp_path, "backup", str(tmp_path / "disk" / "state" / "backup.zip"))
    intact(output)
    assert "backup.zip" not in output.partition("integrity")[2]


def test_a_restore(here: Run, made_state: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    assert here("backup", str(file), state=made_state).returncode == 0
    output = on_a_full_disk(made_state, tmp_path, "restore", str(file))
    intact(output)
    assert "free disk space" in output
