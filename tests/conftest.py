"""Fixtures for every test: a filled state folder, made once, and a simulated server on a copy of it."""

import asyncio
import json
import logging
import os
import secrets
import shutil
import signal
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.postgres import execute, postgres_server
from tests.support.settings import samewave, settings_for
from tests.support.world import World, open_world

# A shell ignores Ctrl-C for what runs in its background; processes that tests start and interrupt must not.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("fixed", derandomize=True, deadline=None, max_examples=50)
settings.register_profile("fuzz", max_examples=2_000, deadline=None)
settings.load_profile("fixed")


@pytest.fixture(scope="session")
def made_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded catalogue in a database, a model on it; made once for all workers. Copy, do not touch."""
    shared = tmp_path_factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else None
    folder = (shared or tmp_path_factory.getbasetemp()) / "made-state"
    done = folder / "done"
    try:
        folder.mkdir()
    except FileExistsError:
        for _ in range(6_000):
            if done.exists():
                return folder / "state"
            time.sleep(0.1)
        raise
    made = samewave("recommend", "Bohemian Rhapsody", "--json", state=folder / "state")
    assert made.returncode == 0, made.stderr
    (folder / "first-start.json").write_text(json.dumps([made.stdout, made.stderr]), "utf-8")
    done.touch()
    return folder / "state"


@pytest.fixture
def state(made_state: Path, tmp_path: Path) -> Path:
    """A filled state folder of one's own."""
    shutil.copytree(made_state, tmp_path / "state")
    return tmp_path / "state"


@pytest.fixture(scope="session")
def _postgres() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@pytest.fixture
def postgres_url(_postgres: str) -> Iterator[str]:
    """An empty schema of PostgreSQL."""
    schema = f"s{secrets.token_hex(8)}"
    asyncio.run(execute(_postgres, f"CREATE SCHEMA {schema}"))
    yield f"{_postgres}?search_path={schema}"
    asyncio.run(execute(_postgres, f"DROP SCHEMA {schema} CASCADE"))


@pytest.fixture
async def world(state: Path) -> AsyncIterator[World]:
    """A server whose bot has the embedded catalogue and no outside world."""
    async with open_world(settings_for(state)) as opened:
        yield opened


@pytest.fixture(autouse=True)
def nothing_unexpected(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """An error the bot did not expect is answered with a reference and logged as an error: that fails."""
    yield
    surprises = [
        record.getMessage()
        for record in caplog.get_records("call")
        if record.levelno >= logging.ERROR and record.name.startswith(("bot", "cogs", "discord"))
    ]
    assert not surprises, surprises
