"""What a command costs in the bot, against a bare `!ping` of the same bot."""

import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import simcord
from discord.ext import commands

from bench.figure import Figure
from bench.state import offline_settings
from bot.client import Samewave
from bot.pace import Pace
from bot.domain.recommendations import Recommendation
from bot.services.place import Place
from bot.wiring import open_services

ROUNDS = 15
TIMES = 40


async def command_cost(state: Path) -> list[Figure]:
    """CPU time of the whole process: simulated Discord, bot, database threads."""
    settings = offline_settings(state)
    async with open_services(settings, rng=np.random.default_rng(1)) as services:
        await services.models.load()
        bot = Samewave(
            services, prefix="!", sync="always", shard_count=1, pace=Pace((1_000_000, 1.0), (1_000_000, 1.0))
        )

        @bot.command()
        async def ping(context: commands.Context[Any]) -> None:
            await context.reply("Pong!")

        titles = [track.title for track in await services.tracks.popular(2_000)][::10]
        # A title that several songs share is answered with a menu: another command than the one measured.
        songs = [
            title for title in titles if isinstance(await services.recommend(title, Place()), Recommendation)
        ]
        async with simcord.run(bot, settle_timeout=30.0) as env:
            guild = env.create_guild()
            member = guild.add_member(env.create_user("listener"))
            turn = 0

            async def cpu_of(kind: str) -> float:
                nonlocal turn
                # A channel of its own each round: a long history slows the simulation down.
                channel = guild.create_text_channel(f"{kind}-{turn}")
                turn += 1
                started = time.process_time()
                for place in range(TIMES):
                    song = songs[(turn * TIMES + place) % len(songs)]
                    await member.send(channel, "!ping" if kind == "ping" else f"!recommend {song}")
                return (time.process_time() - started) / TIMES

            await cpu_of("ping")
            await cpu_of("recommend")
            pings, answers = [], []
            for _ in range(ROUNDS):
                pings.append(await cpu_of("ping"))
                answers.append(await cpu_of("recommend"))
        ratio = median(answers) / median(pings)
        return [
            Figure(
                "!recommend, CPU",
                ratio,
                "× !ping",
                f"a bare !ping of the same bot: {median(pings) * 1e3:.2f} ms",
                "≤ 2.0",
                ratio <= 2.0,
            )
        ]
