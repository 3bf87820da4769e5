"""Starts the bot as `samewave run` does, up to connecting, answers once, and says its memory."""

import asyncio
import json
from pathlib import Path

import numpy as np

from bot.cli.console import load_settings
from bot.cli.prepare import prepare
from bot.client import EXTENSIONS, Samewave
from bot.services.recommend_song import Place
from bot.wiring import open_services


def resident_bytes() -> int:
    """Of this process, as the kernel counts them."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise SystemExit("no VmRSS")


async def start() -> int:
    """Open, load, construct, answer."""
    settings = load_settings()
    async with open_services(settings, rng=np.random.default_rng()) as services:
        await prepare(services, retrain=True)
        bot = Samewave(services, prefix=settings.prefix)
        for extension in EXTENSIONS:
            await bot.load_extension(extension)
        await services.recommend("Bohemian Rhapsody", Place())
        return resident_bytes()


if __name__ == "__main__":
    print(json.dumps({"resident_bytes": asyncio.run(start())}))
