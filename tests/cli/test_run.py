"""`samewave run` without a token: the local page starts, prints its address and stops cleanly."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.support.bot_process import free_port, read
from tests.support.command_line import Run
from tests.support.settings import environment_for

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+\S*")


@contextmanager
def running(
    state: Path, *options: str, command: str = "run", **changes: str
) -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    """A process that serves the page, the page's address, and what the process said until then."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", command, *options],
        env=environment_for(state, PYTHONUNBUFFERED="1", **changes),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said: list[str] = []
    try:
        for line in process.stdout:
            said.append(line)
            if found := ADDRESS.search(line):
                yield process, found[0], said
                return
        pytest.fail("".join(said))
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()


def test_the_page_and_the_metrics_come_up_nothing_is_built_and_ctrl_c_ends_it(state: Path) -> None:
    """The port of the page is an option, which overrides the environment, whose port cannot be opened."""
    made = os.listdir(state / "models")
    port, metrics = str(free_port()), str(free_port())
    changes = {"SAMEWAVE_DEMO_PORT": "1", "SAMEWAVE_METRICS_PORT": metrics}
    with running(state, "--demo-port", port, **changes) as (process, address, said):
        assert f":{port}/" in address
        assert "tracks" in "".join(said)
        assert "only the first time" not in "".join(said)
        assert "Training" not in "".join(said)
        with urlopen(address) as page:
            assert page.status == 200
        figures = read(f"http://127.0.0.1:{metrics}/metrics")
        assert "samewave_servers 1.0" in figures
        assert "samewave_unfound_songs 0.0" in figures
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate()
        assert process.returncode == 0, rest
        assert "Traceback" not in rest
        assert "Goodbye" in rest
    assert os.listdir(state / "models") == made


@contextmanager
def taken_port() -> Iterator[str]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield str(taken.getsockname()[1])


def test_a_taken_port_is_a_sentence(here: Run, state: Path) -> None:
    with taken_port() as port:
        done = here("run", state=state, SAMEWAVE_DEMO_PORT=port)
    assert done.returncode == 1
    assert port in done.stderr
    assert "SAMEWAVE_DEMO_PORT" in done.stderr
    assert "--demo-port" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_bot_on_a_state_is_refused_but_reading_commands_work(
    here: Run, state: Path, tmp_path: Path
) -> None:
    here("backup", str(tmp_path / "before.zip"), state=state)
    with running(state):
        for refused in (("run",), ("restore", str(tmp_path / "before.zip"))):
            second = here(*refused, state=state)
            assert second.returncode == 1
            assert "A bot is running on" in second.stderr
            assert "stop it first" in second.stderr
            assert "Traceback" not in second.stderr
        for reading in (
            ("recommend", "Bohemian Rhapsody"),
            ("find", "Bohemian Rhapsody"),
            ("hotlist", "show"),
            ("doctor",),
            ("backup", str(tmp_path / "meanwhile.zip")),
        ):
            done = here(*reading, state=state)
            assert "A bot is running on" not in done.stderr
            assert done.returncode == 0 or reading[0] in ("doctor", "hotlist"), done.stderr
        with (
            running(state, command="web", SAMEWAVE_WEB_PORT="0") as (_, address, _),
            urlopen(address) as page,
        ):
            assert page.status == 200
    with taken_port() as port:  # the lock went with its process, which was killed
        assert port in here("run", state=state, SAMEWAVE_DEMO_PORT=port).stderr


@pytest.mark.parametrize("port", ["-1", "65536", "eight"])
def test_a_port_that_cannot_be_is_refused(here: Run, state: Path, port: str) -> None:
    done = here("run", "--demo-port", port, state=state)
    assert done.returncode == 2
    assert "--demo-port" in done.stderr
