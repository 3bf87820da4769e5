"""`samewave run`: the bot on Discord, or, without a token, on a local page."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import click
import discord
import numpy as np

from bot.cli.console import load_settings, run_async, say
from bot.cli.health import BEAT_SECONDS, Heartbeat
from bot.cli.larger_catalogue import larger_catalogue
from bot.cli.logs import set_up_logs
from bot.cli.prepare import prepare
from bot.cli.web import pages_beside
from bot.client.bot import Samewave
from bot.services.background import Job, in_background
from bot.services.use_cases import Services
from bot.settings import Settings
from bot.wiring import open_services

log = logging.getLogger("bot")

Watch = Callable[[Samewave], None]
FINISH_SECONDS = 5.0
_ANSWERING = ("discord.py: on_message", "CommandTree-invoker", "discord-ui-")
"""How discord.py names the tasks that answer a message, a slash command, a press."""
_INTENTS = (
    (
        True,
        True,
        "the presence and server members intents are not both switched on in Discord's developer portal: "
        "nobody's listening is seen",
    ),
    (
        True,
        False,
        "the message content intent is switched off in Discord's developer portal: "
        "only slash commands and mentions are answered",
    ),
    (False, False, "Discord refuses the connection although no privileged intent is asked for"),
)
"""Whether to ask for message content and for presences, most first; what to log when Discord refuses."""


@click.command()
@click.option(
    "--demo-port",
    type=click.IntRange(0, 65535),
    help="The local page's port; 0 takes a free one.  [default: SAMEWAVE_DEMO_PORT, else 8765]",
)
def run(demo_port: int | None) -> None:
    """Start the bot: on Discord with DISCORD_TOKEN, else on a local page with a simulated Discord."""
    settings = load_settings()
    if demo_port is not None:
        settings = settings.model_copy(update={"demo_port": demo_port})
    set_up_logs(settings.log_level, settings.log_format)
    try:
        run_async(_run(settings))
    except (KeyboardInterrupt, asyncio.CancelledError):
        say("Goodbye.")


async def _run(settings: Settings) -> None:
    started = time.monotonic()
    async with open_services(settings, rng=np.random.default_rng()) as services:
        await prepare(services, retrain=True)
        count = await services.about.tracks()
        clusters = len(services.models.recommender.bundle.profiles)
        ready = f"Ready: {count:,} tracks in {clusters} clusters ({time.monotonic() - started:.1f} s)."
        (log.info if settings.log_format == "json" else say)(ready)
        async with (
            in_background(services.jobs),
            pages_beside(services, settings),
            larger_catalogue(services, settings),
            _metrics(services, settings) as watch,
        ):
            if settings.discord_token is None:
                await _demo(services, settings, watch)
            else:
                await _discord(services, settings, watch)


async def _demo(services: Services, settings: Settings, watch: Watch) -> None:
    # Importing the simulator creates a probe, for which discord.py warns of intents and voice.
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
        await run_demo(services, prefix=settings.prefix, port=settings.demo_port, ready=ready, watch=watch)
    except OSError as taken:
        raise click.ClickException(
            f"Port {settings.demo_port} is taken; choose another with `samewave run --demo-port` or "
            "SAMEWAVE_DEMO_PORT, or 0 for a free one."
        ) from taken


async def _discord(services: Services, settings: Settings, watch: Watch) -> None:
    assert settings.discord_token is not None  # noqa: S101  # for the type checker
    token = settings.discord_token.get_secret_value()
    try:
        for content, presences, refused in _INTENTS[0 if settings.presences else 1 :]:
            bot = Samewave(services, prefix=settings.prefix, message_content=content, presences=presences)
            watch(bot)
            try:
                return await _connect(bot, token, services, settings)
            except discord.PrivilegedIntentsRequired:
                log.warning("%s", refused)
    except discord.LoginFailure as wrong:
        raise click.ClickException(
            "Discord does not take this token. Copy a new one from the developer portal "
            "(Bot → Reset Token) into DISCORD_TOKEN."
        ) from wrong
    except (discord.GatewayNotFound, discord.ConnectionClosed, OSError) as unreachable:
        raise click.ClickException(
            f"Discord cannot be reached ({type(unreachable).__name__}); check the network and start again."
        ) from unreachable


async def _connect(bot: Samewave, token: str, services: Services, settings: Settings) -> None:
    heartbeat = Heartbeat(settings.state_dir)

    async def beat() -> None:
        if is_connected(bot):
            await asyncio.to_thread(heartbeat.write, services.jobs)

    try:
        async with in_background([Job("write heartbeat", BEAT_SECONDS, beat)]), bot:
            try:
                await bot.start(token)
            except asyncio.CancelledError:
                await finish_answers(bot)
                raise
    finally:
        heartbeat.remove()


def is_connected(bot: discord.AutoShardedClient) -> bool:
    """Whether all shards are connected; a client stays "ready" when connections are lost."""
    return bot.is_ready() and not any(shard.is_closed() for shard in bot.shards.values())


async def finish_answers(bot: Samewave, seconds: float = FINISH_SECONDS) -> None:
    """Accept no new commands, and wait some seconds for running answers."""
    leaving = [asyncio.create_task(shard.disconnect()) for shard in bot.shards.values()]
    answering = {task for task in asyncio.all_tasks() if task.get_name().startswith(_ANSWERING)}
    if answering:
        log.info("finishing %d answers under way", len(answering))
    if everything := answering | set(leaving):
        _, late = await asyncio.wait(everything, timeout=seconds)
        if late & answering:
            log.warning("%d answers were not finished in %g s", len(late & answering), seconds)


@asynccontextmanager
async def _metrics(services: Services, settings: Settings) -> AsyncIterator[Watch]:
    if settings.metrics_port is None:
        yield lambda bot: None
        return
    # Imported only if a port is set.
    from bot.client.metrics import Metrics, metrics_app  # noqa: PLC0415
    from bot.web.server import serve_app  # noqa: PLC0415

    metrics = Metrics(services)
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(
                serve_app(metrics_app(metrics), settings.metrics_host, settings.metrics_port)
            )
        except OSError as taken:
            raise click.ClickException(
                f"The metrics cannot be served on {settings.metrics_host} port {settings.metrics_port} "
                f"({taken.strerror}); set SAMEWAVE_METRICS_PORT or SAMEWAVE_METRICS_HOST to another."
            ) from taken
        yield metrics.watch
