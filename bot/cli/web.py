"""`samewave web`: serves the companion page and the JSON API, alone or beside the bot."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import click
import numpy as np

from bot.cli.console import load_settings, run_async, say
from bot.cli.logs import set_up_logs
from bot.cli.prepare import prepare
from bot.services.background import in_background
from bot.services.use_cases import Services
from bot.settings import Settings
from bot.wiring import open_services

if TYPE_CHECKING:  # FastAPI and its parts take 0.3 s to import, and are not needed without the page
    from starlette.types import ASGIApp

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
        async with _pages(services, settings, host, port) as address:
            click.echo(f"\nOpen this page and search for a song:\n\n    {address}\n\nCtrl-C ends it.")
            async with in_background(services.jobs):
                await asyncio.Event().wait()


@asynccontextmanager
async def pages_beside(services: Services, settings: Settings) -> AsyncIterator[None]:
    """Serve the page beside the bot, on its event loop, if a port is set."""
    if settings.web_port is None:
        yield
        return
    async with _pages(services, settings, settings.web_host, settings.web_port) as address:
        say(f"The companion page is on {address}.")
        yield


def _pages(services: Services, settings: Settings, host: str, port: int) -> AbstractAsyncContextManager[str]:
    from bot.web.app import create_app  # noqa: PLC0415

    return served(
        create_app(services, report=settings.report),
        host,
        port,
        what="The companion page",
        advice="choose another with SAMEWAVE_WEB_PORT and SAMEWAVE_WEB_HOST, or with `samewave web --port "
        "--host`.",
        proxies=settings.web_proxies,
    )


@asynccontextmanager
async def served(
    app: "ASGIApp", host: str, port: int, *, what: str, advice: str, proxies: Sequence[str] = ()
) -> AsyncIterator[str]:
    """Serve an application; yields its address.

    Args:
        what: the application, and `advice` what to do, in the sentence of the error.

    Raises:
        ClickException: the port is not available.
    """
    from bot.web.server import serve_app  # noqa: PLC0415

    async with AsyncExitStack() as stack:
        try:
            address = await stack.enter_async_context(serve_app(app, host, port, proxies=proxies))
        except OSError as taken:
            raise click.ClickException(
                f"{what} cannot be served on {host} port {port} ({taken.strerror}); {advice}"
            ) from taken
        yield address
