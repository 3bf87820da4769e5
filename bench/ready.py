"""Starts the bot as `samewave run` does, without connecting, answers once, and prints times and memory."""

import asyncio
import json
import sys
import time
from pathlib import Path

import click

from bot.cli import samewave

# What `samewave run` imports, the way it imports it.
samewave.get_command(click.Context(samewave), "run")
serve = sys.modules["bot.cli.serve"]


def resident_bytes() -> int:
    """Of this process, as the kernel counts them."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise SystemExit("no VmRSS")


async def start() -> dict[str, float]:
    """Open, load, construct; then answer."""
    settings = serve.load_settings()
    async with serve.open_services(settings, rng=serve.np.random.default_rng()) as services:
        await serve.prepare(services, retrain=True)
        bot = sys.modules["bot.client.bot"].Samewave(services, prefix=settings.prefix)
        await sys.modules["bot.client.bot"].add_extensions(bot)
        ready = time.time()
        [track] = await services.scope.nowhere.serving.tracks.by_rows(
            services.models.recommender.rows_of(0)[:1]
        )
        await services.recommend.song(f"{track.artists[0]} - {track.title}", services.scope.nowhere)
        return {"ready": ready, "resident_bytes": resident_bytes()}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(start())))
