"""`samewave run`: the bot on Discord, or, without a token, on a local page."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import click
import discord
import numpy as np

from bot.cli.console import load_settings, run_async, say, set_up_logs
from bot.cli.health import beat
from bot.cli.prepare import prepare
from bot.client import Samewave
from bot.settings import Settings
from bot.wiring import Services, open_services

log = logging.getLogger("bot")


@click.command()
def run() -> None:
    """Start the bot: on Discord with DISCORD_TOKEN, else on a local page with a simulated Discord."""
    settings = load_settings()
    set_up_logs(settings.log_level)
    try:
        run_async(_run(settings))
    except KeyboardInterrupt:
        say("Goodbye.")


async def _run(settings: Settings) -> None:
    started = time.monotonic()
    async with open_services(settings, rng=np.random.default_rng()) as services:
        await prepare(services, retrain=True)
        count = await services.tracks.count()
        clusters = len(services.models.recommender.bundle.profiles)
        say(f"Ready: {count:,} tracks in {clusters} clusters ({time.monotonic() - started:.1f} s).")
        async with _chores(services):
            if settings.discord_token is None:
                await _demo(services, settings)
            else:
                await _discord(services, settings)


async def _demo(services: Services, settings: Settings) -> None:
    # Importing the simulator makes a probe, at which discord.py warns of intents and of voice.
    logging.getLogger("discord").setLevel(logging.ERROR)
    try:
        from bot.demo import run_demo  # noqa: PLC0415  # an extra that the real bot does without
    except ImportError as missing:
        raise click.ClickException(
            "There is no DISCORD_TOKEN, and the local page is not installed: set the token or use `make run`."
        ) from missing

    def ready(url: str) -> None:
        click.echo(
            "\nNo DISCORD_TOKEN is set, so here is a simulated Discord with the real bot.\n"
            f"Open this page and type {settings.prefix}recommend Bohemian Rhapsody\n\n"
            f"    {url}\n\nCtrl-C ends it."
        )

    try:
        await run_demo(services, prefix=settings.prefix, port=settings.demo_port, ready=ready)
    except OSError as taken:
        raise click.ClickException(
            f"Port {settings.demo_port} is taken; set SAMEWAVE_DEMO_PORT to another, or to 0 for a free one."
        ) from taken


async def _discord(services: Services, settings: Settings) -> None:
    assert settings.discord_token is not None  # noqa: S101  # for the type checker
    token = settings.discord_token.get_secret_value()
    try:
        try:
            await _connect(Samewave(services, prefix=settings.prefix), token, settings)
        except discord.PrivilegedIntentsRequired:
            log.warning(
                "the message content intent is switched off in Discord's developer portal: "
                "only slash commands and mentions are answered"
            )
            await _connect(Samewave(services, prefix=settings.prefix, message_content=False), token, settings)
    except discord.LoginFailure as refused:
        raise click.ClickException(
            "Discord does not take this token. Copy a new one from the developer portal "
            "(Bot → Reset Token) into DISCORD_TOKEN."
        ) from refused
    except (discord.GatewayNotFound, discord.ConnectionClosed, OSError) as unreachable:
        raise click.ClickException(
            f"Discord cannot be reached ({type(unreachable).__name__}); check the network and start again."
        ) from unreachable


async def _connect(bot: Samewave, token: str, settings: Settings) -> None:
    heart = asyncio.create_task(beat(settings.state_dir, bot.is_ready))
    try:
        async with bot:
            await bot.start(token)
    finally:
        heart.cancel()


@asynccontextmanager
async def _chores(services: Services) -> AsyncIterator[None]:
    """Run what goes on beside the bot; it ends with the bot."""
    tasks = [asyncio.create_task(chore) for chore in services.chores()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
