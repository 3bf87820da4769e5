"""A private PostgreSQL server from the system's package, in a temporary folder, on a free port."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import asyncpg
import pytest

from bot.storage.postgres_listener import LISTENER_NAME
from tests.support.clocks import HANG_SECONDS

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "shared_buffers": "16MB",
    "max_connections": "60",
}

# Tests that are killed leave no server behind: the pipe to this shell is closed with them.
_UNTIL_LEFT = '"$@" & read -r line; kill -QUIT $!; wait'


@contextmanager
def postgres_server() -> Iterator[str]:
    """Run a server; yields its URL. Skips the test if PostgreSQL is not installed."""
    programs, user = _programs(), _user()
    folder = Path(tempfile.mkdtemp(prefix="samewave-postgres-"))
    server = None
    try:
        if user is not None:
            shutil.chown(folder, user)
        data, port = folder / "data", _free_port()
        made = [programs / "initdb", "--pgdata", data, "--username", "samewave", "--auth", "trust"]
        more = ["--encoding", "UTF8", "--locale", "C", "--no-sync"]
        subprocess.run([*made, *more], user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        options = [f"-c{name}={value}" for name, value in {**_SETTINGS, "port": str(port)}.items()]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                ["sh", "-c", _UNTIL_LEFT, "sh", programs / "postgres", "-D", data, *options],
                **{"user": user, "cwd": folder, "stdin": subprocess.PIPE, "stdout": log, "stderr": log},
            )
        _wait_for(programs / "pg_isready", port)
        yield f"postgresql://samewave@127.0.0.1:{port}/postgres"
    finally:
        if server is not None:
            server.communicate()
        shutil.rmtree(folder, ignore_errors=True)


async def execute(url: str, sql: str) -> None:
    """Execute a statement through a connection of its own."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def cut_listeners(url: str) -> None:
    """Cut the connections on which processes hear of each other."""
    await execute(
        url,
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{LISTENER_NAME}'",
    )


def _programs() -> Path:
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = packaged[-1] if packaged else shutil.which("initdb")
    if initdb is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    return Path(initdb).resolve().parent


def _user() -> str | None:
    """Whom to run it as: PostgreSQL refuses root."""
    if os.name != "posix" or os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    pytest.skip("PostgreSQL refuses root, and there is no other user")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(pg_isready: Path, port: int) -> None:
    late = time.monotonic() + HANG_SECONDS
    asked = [pg_isready, "--host", "127.0.0.1", "--port", str(port), "--quiet"]
    while subprocess.run(asked, check=False).returncode:
        assert time.monotonic() < late
        time.sleep(0.05)
