"""`samewave run`: the bot on Discord, or, without a token, on a local page."""

import asyncio
import logging
import time
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext

import click
import numpy as np

from bot.cli.connect import Connection, Watch
from bot.cli.console import load_settings, run_async, say
from bot.cli.hold_shards import hold_shards
from bot.cli.logs import set_up_logs
from bot.cli.prepare import larger_catalogue, prepare
from bot.cli.web import pages_beside, served
from bot.domain.shards import UNSHARDED, shards_of
from bot.services.background import in_background
from bot.services.use_cases import Services
from bot.settings import Settings
from bot.storage.process_lock import run_lock
from bot.wiring import open_services

log = logging.getLogger("bot")


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
    in_demo = settings.discord_token is None and "log_level" not in settings.model_fields_set
    set_up_logs("WARNING" if in_demo else settings.log_level, settings.log_format)
    try:
        run_async(_run(settings))
    except (KeyboardInterrupt, asyncio.CancelledError):
        say("Goodbye.")


async def _run(settings: Settings) -> None:
    started = time.monotonic()
    sharded = shards_of(**settings.sharding) != UNSHARDED
    async with AsyncExitStack() as stack:
        stack.enter_context(
            run_lock(
                settings.state_dir,
                taken=f"A bot is running on {settings.state_dir} already: stop it first, or give this one a "
                "folder of its own with SAMEWAVE_STATE_DIR.",
                shared=sharded and settings.postgres is not None,
            )
        )
        services = await stack.enter_async_context(open_services(settings, rng=np.random.default_rng()))
        watch, serving_metrics = _metrics(services, settings)
        connection = Connection(services, settings, watch)
        stack.push_async_callback(connection.end)
        if sharded:  # the process before goes on meanwhile
            await prepare(services, retrain=True)
        if settings.postgres is not None:
            await stack.enter_async_context(hold_shards(services, stand_by=connection.stand_by))
            stack.push_async_callback(services.flush)  # before the next process has the shards
            stack.push_async_callback(services.handover.leave)
            await services.handover.take_over(connection.take_over)
            stack.push_async_callback(connection.end)  # before another process is told what was taken
        await prepare(services, retrain=True)
        count = await services.about.tracks()
        clusters = len(services.models.recommender.bundle.profiles)
        ready = f"Ready: {count:,} tracks in {clusters} clusters ({time.monotonic() - started:.1f} s)."
        (log.info if settings.log_format == "json" else say)(ready)
        async with pages_beside(services, settings), larger_catalogue(services, settings), serving_metrics:
            if settings.discord_token is None:
                await _demo(services, settings, watch)
            else:
                try:
                    async with in_background(services.jobs):
                        await connection.stay()
                finally:  # before the page and a download are waited for: answers have five seconds
                    await connection.end()


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


def _metrics(services: Services, settings: Settings) -> tuple[Watch, AbstractAsyncContextManager[object]]:
    """What counts a bot's commands, and what serves the figures; both do nothing if no port is set."""
    if settings.metrics_port is None:
        return lambda bot: None, nullcontext()
    from bot.client.metrics import Metrics  # noqa: PLC0415  # imported only if a port is set

    metrics = Metrics(services)
    advice = "set SAMEWAVE_METRICS_PORT or SAMEWAVE_METRICS_HOST to another."
    return metrics.watch, served(
        metrics.app, settings.metrics_host, settings.metrics_port, what="The metrics", advice=advice
    )
