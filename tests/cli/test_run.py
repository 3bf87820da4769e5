"""`samewave run` without a token: the local page comes up, tells its address and goes quietly."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.support.settings import environment_for, samewave

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/\S*")


@contextmanager
def running(state: Path, **changes: str) -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    """A process that serves the page, the page's address, and what the process said until then."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
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


def test_the_page_comes_up_and_ctrl_c_ends_it_within_three_seconds(state: Path) -> None:
    with running(state) as (process, address, said):
        assert "tracks" in "".join(said)
        with urlopen(address, timeout=10) as page:
            assert page.status == 200
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=20)
        assert time.monotonic() - began < 3
        assert process.returncode == 0, rest
        assert "Traceback" not in rest
        assert "Goodbye" in rest


def test_a_taken_port_is_a_sentence(state: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = samewave("run", state=state, SAMEWAVE_DEMO_PORT=port)
    assert done.returncode == 1
    assert port in done.stderr
    assert "SAMEWAVE_DEMO_PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_start_builds_nothing(state: Path) -> None:
    made = os.listdir(state / "models")
    with running(state) as (process, _, said):
        assert "only the first time" not in "".join(said)
        assert "Training" not in "".join(said)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
    assert os.listdir(state / "models") == made
