"""Serves the web application on a port, on the event loop that is already running."""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import cast

import uvicorn
from starlette.types import ASGIApp

from bot.web.connections import ConnectionLimits, LimitedConnection

FINISH_SECONDS = 3
_BACKLOG = 64
"""Connections that wait to be accepted; asyncio accepts so many before any of them is counted."""


def listening_socket(host: str, port: int) -> socket.socket:
    """Open the socket; uvicorn itself would end the process where the port is taken.

    Raises:
        OSError: the port is taken, or the address is not ours.
    """
    # getaddrinfo names the protocol (TCP). Without it asyncio leaves Nagle's algorithm on,
    # and answers wait 40 ms.
    wanted = socket.AF_INET6 if ":" in host else socket.AF_INET
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, wanted, socket.SOCK_STREAM)[0]
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening


class _Server(uvicorn.Server):
    """Leaves signals to the program that it runs in."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serve_app(
    app: ASGIApp,
    host: str,
    port: int,
    *,
    proxies: Sequence[str] = (),
    limits: ConnectionLimits | None = None,
) -> AsyncIterator[str]:
    """Serve it for as long as the block runs; requests under way get a moment to finish.

    Args:
        port: 0 takes a free one.
        proxies: networks whose `X-Forwarded-For` names the client.

    Yields:
        the address to open.

    Raises:
        OSError: the port is taken, or the address is not ours.
    """
    listening = listening_socket(host, port)
    connection = partial(
        LimitedConnection,
        limits=limits or ConnectionLimits(),
        proxies=[ipaddress.ip_network(network) for network in proxies],
    )
    config = uvicorn.Config(
        app,
        http=cast(type[asyncio.Protocol], connection),
        ws="none",
        backlog=_BACKLOG,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=FINISH_SECONDS,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve([listening]))
    shown = f"[{host}]" if ":" in host else host
    try:
        yield f"http://{shown}:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
        listening.close()
