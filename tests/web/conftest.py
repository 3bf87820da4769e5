"""The web app on the embedded catalogue, asked without a socket."""

import json
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np
import pytest
import pytest_asyncio
from limits import RateLimitItem, RateLimitItemPerSecond
from starlette.types import ASGIApp

from bot.services.use_cases import Services
from bot.settings import Settings
from bot.web.app import create_app
from bot.wiring import open_services
from tests.support.catalogues import spoiling
from tests.support.settings import settings_for

BOHEMIAN = "4u7EnebtmKWzUH433cf5Qv"
HOSTILE = "</script><script>window.hit = 1</script><img src=x onerror='window.hit = 1'>\u202e${{7*7}}"
UNLIMITED = RateLimitItemPerSecond(1_000_000)


class Web:
    """A visitor, and what is behind the app."""

    def __init__(self, app: ASGIApp, services: Services, settings: Settings) -> None:
        self.app = app
        self.services = services
        self.settings = settings
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app, raise_app_exceptions=False),
            base_url="http://samewave.test",
        )

    async def get(self, path: str, status: int = 200, **headers: str) -> httpx.Response:
        """Ask, and expect a status."""
        answer = await self.client.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text[:300]}"
        return answer


@asynccontextmanager
async def open_web(
    settings: Settings, *, rate_limit: RateLimitItem = UNLIMITED, load: bool = True
) -> AsyncIterator[Web]:
    """The app on a state folder."""
    async with open_services(settings, rng=np.random.default_rng(1)) as services:
        if load:
            await services.models.load()
        opened = Web(create_app(services, report=settings.report, rate_limit=rate_limit), services, settings)
        async with opened.client:
            yield opened


@pytest.fixture(scope="session")
def visited_state(made_state: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled state folder that visitors share: they cannot change it."""
    folder = tmp_path_factory.mktemp("visited") / "state"
    shutil.copytree(made_state, folder)
    return folder


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def web(visited_state: Path) -> AsyncIterator[Web]:
    """The app on the embedded catalogue."""
    async with open_web(settings_for(visited_state)) as opened:
        yield opened


def spoil(state: Path) -> None:
    """Give songs, artists, albums, genres, the hot list and clusters names that are HTML."""
    with spoiling(state) as catalogue:
        catalogue.execute("UPDATE tracks SET title = title || ?, album = ?", [HOSTILE, HOSTILE])
        catalogue.execute("UPDATE tracks SET artists = ?", [json.dumps([HOSTILE])])
        catalogue.execute("UPDATE labels SET name = name || ?", [HOSTILE])
    with closing(sqlite3.connect(state / "state.db")) as database, database:
        database.execute(
            "INSERT INTO charts (source, title, week, fetched_at) VALUES ('apple', ?, '2026-11-21', 0)",
            [HOSTILE],
        )
        for rank in (1, 2, 3):
            database.execute(
                "INSERT INTO chart_entries (chart, rank, title, artist, title_key) VALUES (1, ?, ?, ?, 'x')",
                [rank, f"{rank} {HOSTILE}", HOSTILE],
            )


def spoil_clusters(services: Services) -> None:
    """The same for the names of the current model, whose files are sealed."""
    bundle = services.models.recommender.bundle
    hostile = tuple(
        replace(profile, name=f"{profile.name} {HOSTILE}", genres=((HOSTILE, 1.0),))
        for profile in bundle.profiles
    )
    services.models.recommender.bundle = replace(bundle, profiles=hostile)
