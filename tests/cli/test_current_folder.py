"""Files in the current folder are never imported, whatever they are named."""

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import ROOT
from tests.sources.tables.fictional import csv_text, song
from tests.support.clocks import HANG_SECONDS
from tests.support.settings import environment_for

MODULES = (
    "ml",
    "cogs",
    "tests",
    "multiprocessing",
    "pathlib",
    "pickle",
    "random",
    "sqlite3",
    "numpy",
    "sklearn",
    "discord",
)
ITERATE = """
from bot.services.workers import iterate_in_process
from tests.services.test_workers import count

if __name__ == "__main__":
    print([number for number, _ in iterate_in_process(count, 3)])
"""


def trap(folder: Path, *names: str) -> Path:
    """A folder of files named like modules; importing one fails and leaves a mark."""
    folder.mkdir()
    for name in names:
        mark = str(folder.parent / "mark")
        (folder / f"{name}.py").write_text(f"open({mark!r}, 'a').write({name!r})\n1 / 0\n", "utf-8")
    return folder


def run(folder: Path, state: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    environment = environment_for(state, PYTHONPATH=str(ROOT), **changes)
    environment.pop("PYTHONSAFEPATH", None)
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )


def sprung(tmp_path: Path) -> str:
    mark = tmp_path / "mark"
    return mark.read_text("utf-8") if mark.exists() else ""


def test_a_worker_imports_nothing_from_the_current_folder(tmp_path: Path) -> None:
    folder = trap(tmp_path / "folder", "bot", *MODULES)
    done = run(folder, tmp_path, "-P", "-c", ITERATE)
    assert done.stdout == "[0, 1, 2]\n", done.stderr
    assert sprung(tmp_path) == ""


def test_python_m_bot_imports_nothing_from_the_current_folder(small_state: Path, tmp_path: Path) -> None:
    folder = trap(tmp_path / "folder", "ml", "cogs", "sklearn", "numpy", "multiprocessing")
    songs = tmp_path / "songs.csv.gz"  # what may expand is read by a process
    songs.write_bytes(gzip.compress(csv_text([song(1), song(2)]).encode()))
    for command in (["recommend", "Bohemian Rhapsody"], ["import", str(songs)]):
        done = run(folder, small_state, "-m", "bot", *command)
        assert done.returncode == 0, done.stderr
        assert sprung(tmp_path) == ""


@pytest.mark.slow
def test_a_first_start_imports_nothing_from_the_current_folder(small_data: Path, tmp_path: Path) -> None:
    """`samewave` itself has no current folder on its path, but it trains in a child process."""
    folder = trap(tmp_path / "folder", "bot", *MODULES)
    command = ("-P", "-m", "bot", "recommend", "Bohemian Rhapsody")
    done = run(folder, tmp_path / "state", *command, SAMEWAVE_DATA_DIR=str(small_data))
    assert done.returncode == 0, done.stderr
    assert sprung(tmp_path) == ""
    assert "current" in os.listdir(tmp_path / "state" / "models")
