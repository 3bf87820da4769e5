"""Ctrl-C during long work: it ends at once, and the state is unchanged."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.command_line import Run
from tests.support.settings import environment_for


def anybody_left(group: int) -> bool:
    """Whether a process of the group still runs."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("command", ["train", "run"])
def test_ctrl_c_ends_a_training_at_once(here: Run, state: Path, command: str) -> None:
    before = (state / "models" / "current").read_text()
    made = os.listdir(state / "models")
    if command == "run":
        (state / "models" / "current").unlink()  # so that `run` trains in a separate process
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", command],
        env=environment_for(state, PYTHONUNBUFFERED="1"),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "Learning the feature space" in line:
            break
    os.kill(process.pid, signal.SIGINT)  # to the command only: its children must end with it
    _, rest = process.communicate()
    assert "Traceback" not in rest
    assert "Done" not in rest
    while anybody_left(process.pid):
        time.sleep(0.1)
    assert (state / "models").exists()
    assert not [name for name in os.listdir(state / "models") if name not in made]
    if command == "run":
        (state / "models" / "current").write_text(before)
    assert here("recommend", "Bohemian Rhapsody", state=state).returncode == 0
