"""The server of the web measurement: the app on a state folder, or a bare FastAPI hello."""

import asyncio
import sys
from pathlib import Path

import numpy as np
import uvicorn
from fastapi import FastAPI
from limits import RateLimitItemPerSecond

from bench.state import offline_settings
from bot.cli.console import tune_interpreter
from bot.web.app import create_app
from bot.web.server import listening_socket, serve_app
from bot.wiring import open_services

UNLIMITED = RateLimitItemPerSecond(10**9)


async def _serve_hello() -> None:
    """FastAPI under uvicorn as both come, but for the log of every request."""
    app = FastAPI()

    @app.get("/")
    async def hello() -> dict[str, str]:
        return {"hello": "world"}

    with listening_socket("127.0.0.1", 0) as listening:  # uvicorn tells nobody which port it took
        print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
        config = uvicorn.Config(app, log_level="warning", access_log=False)
        await uvicorn.Server(config).serve([listening])


async def _serve_ours(state: Path) -> None:
    async with open_services(offline_settings(state), rng=np.random.default_rng(1)) as services:
        await services.models.load()
        await services.maps.points.cloud(services.scope.nowhere)
        async with serve_app(create_app(services, rate_limit=UNLIMITED), "127.0.0.1", 0) as address:
            print(address, flush=True)
            await asyncio.Event().wait()


async def main(what: str) -> None:
    """Serve until terminated; the address is printed."""
    tune_interpreter()
    await (_serve_hello() if what == "hello" else _serve_ours(Path(what)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
