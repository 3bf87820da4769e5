"""Bot, page and terminal answer from arrays: they never import scikit-learn, not even indirectly."""

from pathlib import Path

import pytest

from tests.support.settings import python

TERMINAL = """
import runpy
from contextlib import suppress
sys.argv = ["samewave", "recommend", "Bohemian Rhapsody"]
with suppress(SystemExit):
    runpy.run_module("bot", run_name="__main__")
"""
BOT = """
import asyncio
from bot.cli.serve import run
from tests.support.settings import settings_for
from tests.support.world import open_world

async def main():
    async with open_world(settings_for(Path(os.environ["SAMEWAVE_STATE_DIR"]))) as world:
        for command in ("recommend Bohemian Rhapsody", "similar Jolene", "map Jolene", "playlist chill 5"):
            message = await world.say(world.listener, f"!{command}")
            assert message.embeds or message.attachments, command

asyncio.run(main())
"""
PAGE = """
import asyncio
import httpx
SONG = "4u7EnebtmKWzUH433cf5Qv"
import numpy as np
from bot.cli.web import web
from bot.settings import Settings
from bot.web.app import create_app
from bot.wiring import open_services

async def main():
    settings = Settings()
    async with open_services(settings, rng=np.random.default_rng(1)) as services:
        await services.models.load()
        app = create_app(services, report=settings.report)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://page") as page:
            for path in ("/", "/clusters", "/model", "/api/v1/map", f"/api/v1/songs/{SONG}/recommendation"):
                assert (await page.get(path)).status_code == 200, path

asyncio.run(main())
"""


@pytest.mark.parametrize("code", [TERMINAL, BOT, PAGE], ids=["terminal", "bot", "page"])
def test_an_answer_imports_no_training_library(state: Path, code: str) -> None:
    done = python(
        "import os, sys",
        "from pathlib import Path",
        code,
        "heavy = {'sklearn', 'scipy', 'pandas', 'joblib', 'pyarrow', 'plotly'}",
        "print('imported:', sorted(heavy & set(sys.modules)))",
        state=state,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "imported: []"
