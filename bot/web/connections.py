"""Limits of connections to the page, which shares files and CPU time with the bot."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.web.addresses import IPNetwork, canonical_address, client_network, is_within

log = logging.getLogger(__name__)

_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """The limits per client and for all clients.

    Attributes:
        total: connections of all clients.
        per_client: connections of one IPv4 address or IPv6 /64 network; trusted proxies are exempt.
        head_seconds: the time for the head of a request.
        answer_seconds: the time for computing and sending a response.
        request_bytes: the size of head and body of a request; no route takes a body.
    """

    total: int = 256
    per_client: int = 64
    head_seconds: float = 10
    answer_seconds: float = 60
    request_bytes: int = 65_536


class LimitedConnection(HttpToolsProtocol):
    """A connection that is closed when it exceeds a limit. uvicorn itself limits requests only."""

    def __init__(
        self, *args: Any, limits: ConnectionLimits, proxies: Sequence[IPNetwork] = (), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self._limits = limits
        self._proxies = proxies
        self._received = 0
        self._deadline: asyncio.TimerHandle | None = None
        self.client_network = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Accept the connection, or close it at once if there are too many."""
        super().connection_made(transport)
        if self.client is not None:
            self.client = (canonical_address(self.client[0]), self.client[1])
            self.client_network = client_network(self.client[0])
        if self._is_too_many():
            transport.abort()
        else:
            self._allow(self._limits.head_seconds)

    def data_received(self, data: bytes) -> None:
        """Pass data on, unless the request is too large."""
        self._received += len(data)
        if self._received > self._limits.request_bytes:
            if not self._is_answering():
                self.transport.write(_TOO_LARGE)
            self.transport.close()
            return
        answering = self._is_answering()
        super().data_received(data)
        if self._is_answering() and not answering:
            self._allow(self._limits.answer_seconds)

    def on_response_complete(self) -> None:
        """Restart the deadline for the next request."""
        self._received = 0
        super().on_response_complete()
        busy = self._is_answering() or self.transport.get_write_buffer_size() > 0
        self._allow(self._limits.answer_seconds if busy else self._limits.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._deadline is not None:
            self._deadline.cancel()

    def _is_too_many(self) -> bool:
        if len(self.connections) > self._limits.total:
            log.warning("the web page has %d connections; more are refused", self._limits.total)
            return True
        if self.client is None or is_within(self.client[0], self._proxies):
            return False
        connected = [one for one in self.connections if isinstance(one, LimitedConnection)]
        of_client = [one for one in connected if one.client_network == self.client_network]
        return len(of_client) > self._limits.per_client

    def _is_answering(self) -> bool:
        return bool(self.cycle and not self.cycle.response_complete)

    def _allow(self, seconds: float) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(seconds, self.transport.abort)
