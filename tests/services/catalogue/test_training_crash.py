"""Training that is killed or fills the disk: the current model stays, and the next run cleans up."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.services.model_store import newest_model
from tests.support.clocks import HANG_SECONDS
from tests.support.command_line import Run
from tests.support.settings import environment_for

TRAIN = [sys.executable, "-m", "bot", "train", "--clusters", "10", "--seed", "2"]
SMALL_DISK = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, 65_536))
sys.argv = ["samewave", "train", "--clusters", "10"]
from bot.cli import main
main()
"""


def in_force(state: Path) -> str:
    return asyncio.run(newest_model(state / "models")).name


@pytest.mark.slow
def test_a_killed_training_leaves_the_model_in_force(here: Run, small_state: Path) -> None:
    state = small_state
    names = {in_force(state)}
    for stage in ("Learning the feature space", "Saving the model"):
        process = subprocess.Popen(TRAIN, env=environment_for(state), stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        assert any(stage in line for line in process.stderr)
        process.kill()
        process.communicate()
        now = in_force(state)
        assert now in names or now > max(names)  # whole, whichever it is
        names.add(now)
    assert here("train", "--clusters", "10", state=state).returncode == 0
    assert in_force(state) not in names
    assert not [place for place in os.listdir(state / "models") if place.endswith(".unfinished")]


@pytest.mark.slow
def test_a_full_disk_is_said_and_the_model_in_force_stays(here: Run, small_state: Path) -> None:
    state = small_state
    here("hotlist", "show", state=state)  # makes the database, for which there is room
    assert (state / "state.db").exists()
    before = in_force(state)
    done = subprocess.run(
        [sys.executable, "-c", SMALL_DISK],
        env=environment_for(state),
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "samewave train" in done.stderr
    assert done.stdout == ""
    assert in_force(state) == before
    assert not [place for place in os.listdir(state / "models") if place.endswith(".unfinished")]
