"""`samewave web`: the companion page and the JSON API; also what opens them beside the bot."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import click
import numpy as np

from bot.cli.console import load_settings, run_async, say, set_up_logs
from bot.cli.prepare import prepare
from bot.services.background import in_background
from bot.settings import Settings
from bot.wiring import Services, open_services

ALONE_PORT = 8770
"""When no port is set."""


@click.command()
def web() -> None:
    """Serve the companion page and its JSON API, without the bot."""
    settings = load_settings()
    set_up_logs(settings.log_level, settings.log_format)
    try:
        run_async(_alone(settings))
    except (KeyboardInterrupt, asyncio.CancelledError):
        say("Goodbye.")


async def _alone(settings: Settings) -> None:
    async with open_services(settings, rng=np.random.default_rng()) as services:
        await prepare(services, retrain=True)
        port = ALONE_PORT if settings.web_port is None else settings.web_port
        async with serve_pages(services, settings, port) as address:
            click.echo(f"\nOpen this page and search for a song:\n\n    {address}\n\nCtrl-C ends it.")
            async with in_background(services.jobs):
                await asyncio.Event().wait()


@asynccontextmanager
async def pages_beside(services: Services, settings: Settings) -> AsyncIterator[None]:
    """Serve the page beside the bot, on its event loop, when a port is set."""
    async with AsyncExitStack() as stack:
        if settings.web_port is not None:
            address = await stack.enter_async_context(serve_pages(services, settings, settings.web_port))
            say(f"The companion page is on {address}.")
        yield


@asynccontextmanager
async def serve_pages(services: Services, settings: Settings, port: int) -> AsyncIterator[str]:
    """Serve the page; yields its address.

    Raises:
        ClickException: the extra is not installed, or the port cannot be had.
    """
    try:
        from bot.web.app import make_app  # noqa: PLC0415  # an extra that the bot does without
        from bot.web.server import serve_app  # noqa: PLC0415
    except ImportError as missing:
        raise click.ClickException(
            f"The companion page is not installed ({missing.name} is missing): use `make web`, or leave "
            "SAMEWAVE_WEB_PORT unset."
        ) from missing
    async with AsyncExitStack() as stack:
        try:
            address = await stack.enter_async_context(
                serve_app(make_app(services, report=settings.report), settings.web_host, port)
            )
        except OSError as taken:
            raise click.ClickException(
                f"The companion page cannot be served on {settings.web_host} port {port} ({taken.strerror}); "
                "set SAMEWAVE_WEB_PORT or SAMEWAVE_WEB_HOST to another."
            ) from taken
        yield address
