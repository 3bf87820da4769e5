"""`samewave web` as an operator starts it, and the page beside a running bot."""

import asyncio
import json
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from bot.cli.web import pages_beside
from tests.support.command_line import Run
from tests.support.settings import environment_for, settings_for
from tests.support.world import open_world
from tests.web.conftest import BOHEMIAN


def test_the_page_alone_stops_cleanly(state: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "web"],
        env=environment_for(state, SAMEWAVE_WEB_PORT="0"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    address = next(line for line in process.stdout if "http://" in line).strip()
    try:
        with urlopen(f"{address}/api/v1/health") as answer:
            assert json.load(answer)["status"] == "ok"
    finally:
        process.send_signal(signal.SIGTERM)
    _, output = process.communicate()
    assert process.returncode == 0
    assert "Traceback" not in output
    assert output.strip().endswith("Goodbye.")


def test_host_and_port_can_be_given(here: Run, state: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = here("web", "--host", "127.0.0.1", "--port", port, state=state, SAMEWAVE_WEB_PORT="0")
    assert refused.returncode == 1
    assert f"127.0.0.1 port {port}" in refused.stderr
    wrong = here("web", "--port", "70000", state=state)
    assert wrong.returncode == 2
    assert "0<=x<=65535" in wrong.stderr


def test_a_port_that_is_taken_is_told_in_a_sentence(here: Run, state: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = here("web", state=state, SAMEWAVE_WEB_PORT=port)
    assert refused.returncode == 1
    last = refused.stderr.strip().splitlines()[-1]
    assert last.startswith(f"The companion page cannot be served on 127.0.0.1 port {port}")
    assert "SAMEWAVE_WEB_PORT" in last


async def test_bot_and_page_answer_beside_each_other(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = settings_for(state, web_port=0)
    async with open_world(settings) as world, pages_beside(world.services, settings):
        found = re.search(r"http://\S+\d", capsys.readouterr().err)
        assert found is not None
        url = f"{found[0]}/api/v1/songs/{BOHEMIAN}/recommendation"
        picks = [await asyncio.to_thread(lambda: json.load(urlopen(url))["pick"]["id"]) for _ in range(3)]
        assert all(picks)
        answer = await world.say(world.listener, "!recommend Bohemian Rhapsody")
        assert "Both are in the cluster" in str(answer.embeds[0].description)
