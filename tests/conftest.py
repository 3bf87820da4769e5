"""Fixtures for every test: a filled state folder, made once, and a simulated server on a copy of it."""

import asyncio
import gc
import json
import logging
import secrets
import shutil
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.command_line import here as here
from tests.support.command_line import logs_as_before as logs_as_before
from tests.support.once import made_once
from tests.support.postgres import execute, postgres_server
from tests.support.settings import samewave, settings_for
from tests.support.small_catalogue import make_small_state, write_small_data
from tests.support.world import World, open_world

# A shell ignores Ctrl-C for what runs in its background; processes that tests start and interrupt must not.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("fixed", derandomize=True, deadline=None, max_examples=50)
settings.register_profile("fuzz", max_examples=2_000, deadline=None)
settings.load_profile("fixed")

# The libraries are a million objects, which the interpreter's own thresholds have it look through too often.
gc.set_threshold(50_000, 20, 50)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first: with `--dist loadfile` no worker begins a long one at the end."""
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: -slow[item.path])


@pytest.fixture(scope="session")
def made_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded catalogue in a database, a model on it; made once for all workers. Copy, do not touch."""

    def make(folder: Path) -> None:
        made = samewave("recommend", "Bohemian Rhapsody", "--json", state=folder / "state")
        assert made.returncode == 0, made.stderr
        (folder / "first-start.json").write_text(json.dumps([made.stdout, made.stderr]), "utf-8")

    return made_once(tmp_path_factory, "made-state", make) / "state"


@pytest.fixture(scope="session")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of the embedded catalogue, for `SAMEWAVE_DATA_DIR`; made once for all workers."""
    return (
        made_once(tmp_path_factory, "small-data", lambda folder: write_small_data(folder / "data")) / "data"
    )


@pytest.fixture(scope="session")
def _small_state(small_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(folder: Path) -> None:
        make_small_state(small_data, folder / "state")

    return made_once(tmp_path_factory, "small-state", make) / "state"


@pytest.fixture
def small_state(_small_state: Path, tmp_path: Path) -> Path:
    """A state folder of one's own with a small catalogue and its model, on which a training is quick."""
    shutil.copytree(_small_state, tmp_path / "state")
    return tmp_path / "state"


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
