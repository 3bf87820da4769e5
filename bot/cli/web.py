"""`samewave web`: serves the companion page and the JSON API, alone or beside the bot."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import click
import numpy as np

from bot.cli.console import load_settings, run_async, say
from bot.cli.logs import set_up_logs
from bot.cli.prepare import prepare
from bot.services.background import in_background
from bot.services.use_cases import Services
from bot.settings import Settings
from bot.wiring import open_services

DEFAULT_PORT = 8770


@click.command()
@click.option("--host", help="The address to serve on.  [default: SAMEWAVE_WEB_HOST, else 127.0.0.1]")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    help=f"The port; 0 takes a free one.  [default: SAMEWAVE_WEB_PORT, else {DEFAULT_PORT}]",
)
def web(host: str | None, port: int | None) -> None:
    """Serve the companion page and its JSON API, without the bot."""
    settings = load_settings()
    set_up_logs(settings.log_level, settings.log_format)
    if port is None:
        port = DEFAULT_PORT if settings.web_port is None else settings.web_port
    try:
        run_async(_serve_alone(settings, host or settings.web_host, port))
    except (KeyboardInterrupt, asyncio.CancelledError):
        say("Goodbye.")


async def _serve_alone(settings: Settings, host: str, port: int) -> None:
    async with open_services(settings, rng=np.random.default_rng()) as services:
        await prepare(services, retrain=True)
        async with serve_pages(services, settings, host, port) as address:
            click.echo(f"\nOpen this page and search for a song:\n\n    {address}\n\nCtrl-C ends it.")
            async with in_background(services.jobs):
                await asyncio.Event().wait()


@asynccontextmanager
async def pages_beside(services: Services, settings: Settings) -> AsyncIterator[None]:
    """Serve the page beside the bot, on its event loop, if a port is set."""
    async with AsyncExitStack() as stack:
        if settings.web_port is not None:
            address = await stack.enter_async_context(
                serve_pages(services, settings, settings.web_host, settings.web_port)
            )
            say(f"The companion page is on {address}.")
        yield


@asynccontextmanager
async def serve_pages(services: Services, settings: Settings, host: str, port: int) -> AsyncIterator[str]:
    """Serve the page; yields its address.

    Raises:
        ClickException: the port is not available.
    """
    # FastAPI takes 0.3 s to import and is not needed without the page.
    from bot.web.app import create_app  # noqa: PLC0415
    from bot.web.server import serve_app  # noqa: PLC0415

    async with AsyncExitStack() as stack:
        try:
            address = await stack.enter_async_context(
                serve_app(
                    create_app(services, report=settings.report), host, port, proxies=settings.web_proxies
                )
            )
        except OSError as taken:
            raise click.ClickException(
                f"The companion page cannot be served on {host} port {port} ({taken.strerror}); choose "
                "another with SAMEWAVE_WEB_PORT and SAMEWAVE_WEB_HOST, or with `samewave web --port --host`."
            ) from taken
        yield address
