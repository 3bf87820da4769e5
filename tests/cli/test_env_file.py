"""Where settings are read from: the environment, the project, the state folder or a named file."""

import os
from pathlib import Path

import pytest

from bot.settings import read_settings
from tests.support.command_line import Run


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("SAMEWAVE_"):
            monkeypatch.delenv(name)


def test_a_file_in_the_current_folder_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text(f"SAMEWAVE_STATE_DIR={tmp_path}/theirs\nSAMEWAVE_PREFIX=evil\n", "utf-8")
    before = read_settings()
    monkeypatch.chdir(tmp_path)
    assert read_settings() == before
    assert read_settings().state_dir != tmp_path / "theirs"


def test_the_state_folders_file_is_read_but_names_no_other_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMEWAVE_STATE_DIR", str(tmp_path))
    (tmp_path / ".env").write_text("SAMEWAVE_STATE_DIR=elsewhere\nSAMEWAVE_SEED=77\n", "utf-8")
    assert (read_settings().state_dir, read_settings().seed) == (tmp_path, 77)
    monkeypatch.setenv("SAMEWAVE_SEED", "78")
    assert read_settings().seed == 78


def test_a_file_can_be_named(here: Run, tmp_path: Path) -> None:
    named = tmp_path / "settings.env"
    named.write_text("SAMEWAVE_PREFIX=toolong\n", "utf-8")
    told = here("--env-file", str(named), "health", state=tmp_path)
    assert told.returncode == 1
    assert "SAMEWAVE_PREFIX" in told.stderr
    missing = here("health", state=tmp_path, SAMEWAVE_ENV_FILE=str(tmp_path / "missing"))
    assert missing.returncode == 1
    assert "--env-file" in missing.stderr
    assert "Traceback" not in missing.stderr
