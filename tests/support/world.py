"""A simulated Discord server with the real bot in it."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import discord
import numpy as np
import simcord

from bot.client.bot import Samewave
from bot.client.rate_limit import Rate, RateLimit
from bot.services.use_cases import Services
from bot.settings import Settings
from bot.wiring import open_services

SETTLE_SECONDS = 100.0
"""For an action to end, which takes a fraction of a second.

Timers of the bot within that time are waited for, on the wall clock."""


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
        """Restart the bot as a new object; the simulated Discord stays."""
        await self.env.restart_bot(self.bot())


async def run_job(services: Services, name: str) -> None:
    """Run one of the background jobs now."""
    [job] = [job for job in services.jobs if job.name == name]
    assert await job.attempt()


@asynccontextmanager
async def open_world(
    settings: Settings,
    *,
    seed: int = 1,
    pace: Rate = (1_000, 1.0),
    pace_clock: Callable[[], float] = time.monotonic,
    message_content: bool = True,
    presences: bool = False,
    settle_timeout: float = SETTLE_SECONDS,
    load: bool = True,
    clock: Callable[[], float] = time.time,
) -> AsyncIterator[World]:
    """Open services and a server; the pace is as good as unlimited unless a test is about it.

    What an action sets going may take `settle_timeout` seconds, which is far more than it does.
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
                rate_limit=RateLimit(pace, (10_000, 1.0), clock=pace_clock),
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
