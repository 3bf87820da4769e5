"""Serves the web application on the running event loop."""

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
"""Connections waiting to be accepted; asyncio accepts so many before any of them is counted."""


def listening_socket(host: str, port: int) -> socket.socket:
    """Open the socket; uvicorn would exit if the port is taken.

    Raises:
        OSError: the port is taken, or the address is not ours.
    """
    # getaddrinfo returns the protocol (TCP). Without it asyncio keeps Nagle's algorithm on,
    # which delays responses by 40 ms.
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
    """A server that leaves signals to the program."""

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
    """Serve while the block runs; running requests get a moment to finish.

    Args:
        port: 0 chooses a free port.
        proxies: networks whose `X-Forwarded-For` is trusted.

    Yields:
        the URL to open.

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
