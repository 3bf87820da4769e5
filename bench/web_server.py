"""What is asked in the measurement of the web app: the app on a state folder, or a bare FastAPI hello."""

import asyncio
import sys
from pathlib import Path

import numpy as np
from fastapi import FastAPI
from starlette.types import ASGIApp

from bench.state import offline_settings
from bot.cli.console import tune_interpreter
from bot.web.app import make_app
from bot.web.serving import serve_app
from bot.wiring import open_services

UNLIMITED = (10**9, 1.0)


async def _serve(app: ASGIApp) -> None:
    async with serve_app(app, "127.0.0.1", 0) as address:
        print(address, flush=True)
        await asyncio.Event().wait()


async def main(what: str) -> None:
    """Serve until terminated; the address is printed."""
    tune_interpreter()
    if what == "hello":
        app = FastAPI()

        @app.get("/")
        async def hello() -> dict[str, str]:
            return {"hello": "world"}

        await _serve(app)
    async with open_services(offline_settings(Path(what)), rng=np.random.default_rng(1)) as services:
        await services.models.load()
        await services.song_map.cloud()
        await _serve(make_app(services, pace=UNLIMITED))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
