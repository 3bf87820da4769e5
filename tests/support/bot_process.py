"""`samewave run` in a process of its own, on the stand-in of Discord."""

import asyncio
import os
import random
import socket
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.request import urlopen

from tests.support.settings import environment_for
from tests.support.stand_ins.discord_service.service import DiscordService

_RUN = """
import sys
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route
Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = sys.argv[1], yarl.URL(sys.argv[2])
sys.argv = ["samewave", "run"]
from bot.cli import main
main()
"""


async def start(
    service: DiscordService, state: Path, output: int | IO[bytes] | None, **changes: str
) -> Process:
    """Start it.

    Args:
        output: for both standard output and error; None shows them here.
    """
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _RUN,
        service.rest.url,
        service.gateway.url,
        env=environment_for(state, **{"DISCORD_TOKEN": service.token, **changes}),
        stdout=output,
        stderr=STDOUT,
    )


@asynccontextmanager
async def running(service: DiscordService, state: Path, **changes: str) -> AsyncIterator[Process]:
    """A process whose output is read afterwards."""
    process = await start(service, state, PIPE, **changes)
    try:
        yield process
    finally:
        await kill(process)


async def kill(process: Process) -> None:
    """End it, if it has not ended."""
    if process.returncode is None:
        process.kill()
    await process.wait()


async def said_until(process: Process, words: str) -> str:
    """What it said until it said these words, or ended."""
    assert process.stdout is not None
    said = ""
    while words not in said and (more := await process.stdout.read(65_536)):
        said += more.decode("utf-8", "replace")
    return said


async def said_by(process: Process) -> str:
    """What it said until it ended."""
    said, _ = await process.communicate()
    return said.decode()


def resident(process: Process) -> int:
    """Bytes of memory it uses."""
    status = Path(f"/proc/{process.pid}/status").read_text("ascii")
    return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def counted(process: Process, what: str) -> int:
    """How many threads (`task`) or files (`fd`) it has."""
    return len(os.listdir(f"/proc/{process.pid}/{what}"))


def free_port() -> int:
    """A port that nothing uses, below those that the system hands out by itself."""
    while True:
        port = random.SystemRandom().randrange(12_000, 30_000)
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port


def read(address: str) -> str:
    """A page."""
    with urlopen(address, timeout=60) as page:
        return str(page.read().decode())
