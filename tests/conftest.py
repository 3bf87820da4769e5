"""A filled state folder, made once; services and a simulated Discord on a copy of it."""

import logging
import os
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import numpy as np
import pytest
import simcord

from bot.client.bot import Samewave
from bot.client.rate_limit import Rate, RateLimit
from bot.settings import Settings
from bot.wiring import Services, open_services

NOWHERE = "http://127.0.0.1:9"
"""The discard port: nobody listens, so a connection is refused at once."""


def settings_for(state: Path, **changes: Any) -> Settings:
    """Settings that reach nothing outside, unless a test points them to a stand-in."""
    outside = {
        "spotify_api_url": NOWHERE,
        "spotify_token_url": NOWHERE,
        "reccobeats_url": NOWHERE,
        "billboard_url": NOWHERE,
        "apple_url": NOWHERE,
        "deezer_url": NOWHERE,
    }
    return Settings(_env_file=None, state_dir=state, **{**outside, **changes})


def environment_for(state: Path, **changes: str) -> dict[str, str]:
    """The same for a process of its own."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SAMEWAVE_", "SPOTIPY_", "DISCORD_"))
    }
    outside = {
        f"SAMEWAVE_{name}_URL": NOWHERE
        for name in ("SPOTIFY_API", "SPOTIFY_TOKEN", "RECCOBEATS", "BILLBOARD", "APPLE", "DEEZER")
    }
    return {**clean, **outside, "SAMEWAVE_STATE_DIR": str(state), "SAMEWAVE_DEMO_PORT": "0", **changes}


def samewave(*arguments: str, state: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a person would."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env=environment_for(state, **changes),
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


@pytest.fixture(scope="session")
def made_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded catalogue in a database, a model on it; made once for all workers. Copy, do not touch."""
    shared = tmp_path_factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else None
    folder = (shared or tmp_path_factory.getbasetemp()) / "made-state"
    done = folder / "done"
    try:
        folder.mkdir()
    except FileExistsError:
        for _ in range(1_000):
            if done.exists():
                return folder / "state"
            time.sleep(0.1)
        raise
    made = samewave("recommend", "Bohemian Rhapsody", state=folder / "state")
    assert made.returncode == 0, made.stderr
    done.touch()
    return folder / "state"


@pytest.fixture
def state(made_state: Path, tmp_path: Path) -> Path:
    """A filled state folder of one's own."""
    shutil.copytree(made_state, tmp_path / "state")
    return tmp_path / "state"


@dataclass
class World:
    """A simulated server with the real bot in it.

    Attributes:
        env: simcord's environment. music: the channel `#music`.
        listener, friend, moderator: people in the server; the moderator has Manage Server.
    """

    env: simcord.Env
    services: Services
    guild: Any
    music: Any
    listener: Any
    friend: Any
    moderator: Any
    settings: Settings
    bot: Callable[[], Samewave]

    async def say(self, who: Any, text: str) -> discord.Message:
        """Write in `#music` and give back the newest message: the bot's answer."""
        await who.send(self.music, text)
        message = self.music.last_message
        assert message is not None
        assert message.author.bot, f"no answer to {text!r}"
        return message

    async def restart(self) -> None:
        """The bot goes and comes back as a new object; the world stays."""
        await self.env.restart_bot(self.bot())


@asynccontextmanager
async def open_world(
    settings: Settings,
    *,
    seed: int = 1,
    pace: Rate = (1_000, 1.0),
    message_content: bool = True,
    presences: bool = False,
    settle_timeout: float = 7.0,
    load: bool = True,
    clock: Callable[[], float] = time.time,
) -> AsyncIterator[World]:
    """Open services and a server; the pace is as good as unlimited unless a test is about it.

    What an action sets going may take `settle_timeout` seconds; timers beyond (the 15 s for which an HTTP
    connection is kept open) are not waited for.
    """
    async with open_services(settings, rng=np.random.default_rng(seed), clock=clock) as services:
        if load:
            await services.models.load()

        def bot() -> Samewave:
            return Samewave(
                services,
                prefix="!",
                message_content=message_content,
                presences=presences,
                sync="always",
                shard_count=1,
                pace=RateLimit(pace, (10_000, 1.0)),
            )

        env = simcord.Env(bot(), settle_timeout=settle_timeout, check_errors=False)
        await env.start()
        try:
            guild = env.create_guild("Waves")
            moderators = guild.create_role("Moderators", permissions=discord.Permissions(manage_guild=True))
            yield World(
                env=env,
                services=services,
                guild=guild,
                music=guild.create_text_channel("music"),
                listener=guild.add_member(env.create_user("listener")),
                friend=guild.add_member(env.create_user("friend")),
                moderator=guild.add_member(env.create_user("moderator"), roles=[moderators]),
                settings=settings,
                bot=bot,
            )
        finally:
            await env.shutdown()


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
