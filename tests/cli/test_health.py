"""`samewave health`: what it reports about the running bot."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.cli.health import LATE_SECONDS, Heartbeat, heartbeat_in
from bot.domain.errors import StorageFailed
from bot.services.background import Job
from tests.support.clocks import HANG_SECONDS, TurnedClock
from tests.support.command_line import Run
from tests.support.settings import environment_for, samewave


def job(*, needs_outside: bool = False) -> Job:
    """A job that failed at its last run, after it succeeded long ago."""

    async def fail() -> None:
        raise StorageFailed("It is full.")

    made = Job("write history", 1.0, fail, needs_outside, TurnedClock(time.time() - 3_600))
    made.last_success = made.clock()
    made.error = "It is full."
    return made


def fresh() -> Job:
    return Job("run sessions", 1.0, job().work)


def test_without_a_heartbeat_no_bot_is_connected(tmp_path: Path) -> None:
    done = samewave("health", state=tmp_path)
    assert done.returncode == 1
    assert "not connected" in done.stderr


def test_a_connected_bot_is_healthy(here: Run, tmp_path: Path) -> None:
    Heartbeat(tmp_path).write([fresh()])
    done = here("health", state=tmp_path)
    assert (done.returncode, done.stdout) == (0, "The bot is connected.\n")


def test_a_bot_that_ended_is_not_connected(here: Run, tmp_path: Path) -> None:
    heartbeat = Heartbeat(tmp_path)
    heartbeat.write([])
    heartbeat.remove()
    heartbeat.write([])  # a thread that was still writing
    assert os.listdir(tmp_path) == []
    heartbeat.remove()
    assert here("health", state=tmp_path).returncode == 1


@pytest.mark.parametrize(
    ("seconds", "said"), [(-LATE_SECONDS - 30, "last connected"), (LATE_SECONDS + 30, "in the future")]
)
def test_an_old_heartbeat_and_one_of_the_future_do_not_count(
    here: Run, tmp_path: Path, seconds: float, said: str
) -> None:
    Heartbeat(tmp_path).write([])
    change(tmp_path, lambda beat: beat | {"at": beat["at"] + seconds})
    done = here("health", state=tmp_path)
    assert done.returncode == 1
    assert said in done.stderr


def change(state: Path, changed: Callable[[dict[str, Any]], object]) -> None:
    path = heartbeat_in(state)
    path.write_text(json.dumps(changed(json.loads(path.read_text("utf-8")))), "utf-8")


def test_a_job_that_fails_for_long_is_named(here: Run, tmp_path: Path) -> None:
    Heartbeat(tmp_path).write([fresh(), job()])
    done = here("health", state=tmp_path)
    assert done.returncode == 1
    assert "“write history” has not succeeded for 36" in done.stderr
    assert "It is full." in done.stderr
    assert "run sessions" not in done.stderr


def test_a_failing_job_of_outside_services_is_named_but_healthy(here: Run, tmp_path: Path) -> None:
    Heartbeat(tmp_path).write([job(needs_outside=True)])
    done = here("health", state=tmp_path)
    assert done.returncode == 0
    assert "write history" in done.stdout


@pytest.mark.parametrize("content", ["", "{", "[]", '{"at": "soon", "jobs": []}', '{"at": 1.0}'])
def test_a_damaged_heartbeat_is_a_sentence(here: Run, tmp_path: Path, content: str) -> None:
    heartbeat_in(tmp_path).write_text(content, "utf-8")
    done = here("health", state=tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "heartbeat" in done.stderr


def test_it_imports_nothing_heavy(tmp_path: Path) -> None:
    """Docker asks once a minute, for months."""
    code = (
        "import sys; from bot.cli import samewave; samewave.main(['health'], standalone_mode=False);"
        "print(*sys.modules)"
    )
    Heartbeat(tmp_path).write([])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment_for(tmp_path),
        capture_output=True,
        text=True,
        check=True,
        timeout=HANG_SECONDS,
    )
    heavy = {"discord", "aiohttp", "numpy", "sklearn", "pandas", "bot.wiring", "rich"}
    assert not heavy & set(done.stdout.split())
