"""Clients that open connections and send nothing, or too much: the page ends them."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bot.web.connections import ConnectionLimits
from bot.web.server import serve_app

LARGE = 20_000_000


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Tell the client its address and the sizes of what it sent; `/large` is an answer that must be read."""
    request = Request(scope)
    text = f"{scope['client'][0]} {len(request.url.path)} {len(request.headers)}"
    await PlainTextResponse("x" * LARGE if request.url.path == "/large" else text)(scope, receive, send)


class Visitor:
    """One connection to the page."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def ask(self, *headers: str, path: str = "/") -> str:
        """Send a request on this connection; the body of the answer."""
        lines = [f"GET {path} HTTP/1.1", "Host: samewave.test", *headers, "", ""]
        self.writer.write("\r\n".join(lines).encode())
        head = await self.reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        return (await self.reader.readexactly(length)).decode()

    async def end(self) -> bytes:
        """Read until the page ends the connection."""
        try:
            return await self.reader.read()
        except ConnectionError:
            return b""


@asynccontextmanager
async def served(
    host: str = "127.0.0.1", proxies: tuple[str, ...] = (), **limits: float
) -> AsyncIterator["Door"]:
    """The page on a free port, with some limits lowered."""
    chosen = ConnectionLimits(**limits)  # type: ignore[arg-type]
    async with serve_app(echo, host, 0, proxies=proxies, limits=chosen) as address:
        door = Door(urlsplit(address).port or 0)
        try:
            yield door
        finally:
            door.close()


class Door:
    """Opens connections to the page."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._visitors: list[Visitor] = []

    async def connect(self, source: str = "127.0.0.1") -> Visitor:
        """One more connection, from an address of the loopback network."""
        opened = await asyncio.open_connection("127.0.0.1", self._port, local_addr=(source, 0))
        self._visitors.append(Visitor(*opened))
        return self._visitors[-1]

    def close(self) -> None:
        """End them all."""
        for visitor in self._visitors:
            visitor.writer.close()


async def test_a_silent_connection_is_ended() -> None:
    async with served(head_seconds=0.2) as door:
        assert await (await door.connect()).end() == b""


async def test_a_slowly_sent_head_has_a_deadline() -> None:
    async with served(head_seconds=0.5) as door:
        visitor = await door.connect()
        ended = asyncio.create_task(visitor.end())
        visitor.writer.write(b"GET / HTTP/1.1\r\n")
        while not ended.done():
            visitor.writer.write(b"x: y\r\n")
            await asyncio.sleep(0.05)
        assert await ended == b""


async def test_the_second_head_of_a_connection_has_a_deadline_too() -> None:
    async with served(head_seconds=3.0) as door:
        visitor = await door.connect()
        await visitor.ask()
        ended = asyncio.create_task(visitor.end())
        while not ended.done():
            visitor.writer.write(b"\r\n")
            await asyncio.sleep(0.05)
        assert b"200" not in await ended


async def test_an_answer_that_is_not_read_is_ended() -> None:
    async with served(answer_seconds=2.0) as door:
        visitor = await door.connect()
        visitor.writer.write(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n")
        visitor.writer.transport.pause_reading()  # type: ignore[attr-defined]
        while not visitor.writer.transport.is_closing():  # only a refused write tells that it was ended
            visitor.writer.write(b"\r\n")
            await asyncio.sleep(0.05)
        await (await door.connect()).ask()


@pytest.mark.parametrize(
    "request_start",
    [
        "GET /" + "a" * 1_000_000,
        "GET / HTTP/1.1\r\n" + "x: y\r\n" * 1_000_000,
        "GET / HTTP/1.1\r\nx: " + "y" * 1_000_000,
        "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n" + "x" * 1_000_000,
    ],
    ids=["address", "headers", "header", "body"],
)
async def test_a_request_of_a_megabyte_is_refused(request_start: str) -> None:
    async with served() as door:
        visitor = await door.connect()
        visitor.writer.write(request_start.encode())
        answer = await visitor.end()
        assert answer == b"" or answer.startswith((b"HTTP/1.1 431", b"HTTP/1.1 200"))
        assert len(answer) < 1_000
        await (await door.connect()).ask()


async def test_many_requests_of_one_connection_are_counted_one_by_one() -> None:
    async with served(request_bytes=4_096) as door:
        visitor = await door.connect()
        for _ in range(20):
            await visitor.ask("x: " + "y" * 2_000)


async def test_one_client_holds_so_many_connections_and_others_go_on() -> None:
    async with served(per_client=3) as door:
        held = [await door.connect() for _ in range(3)]
        for visitor in held:
            await visitor.ask()
        assert await (await door.connect()).end() == b""
        await (await door.connect("127.0.0.2")).ask()
        for visitor in held:
            await visitor.ask()


async def test_all_clients_hold_so_many_connections_and_one_that_leaves_makes_room() -> None:
    async with served(total=3) as door:
        held = [await door.connect(f"127.0.0.{number}") for number in (2, 3, 4)]
        for visitor in held:
            await visitor.ask()
        assert await (await door.connect("127.0.0.5")).end() == b""
        held[0].writer.close()
        await held[0].writer.wait_closed()
        await (await door.connect("127.0.0.5")).ask()


async def test_a_named_proxy_holds_as_many_as_it_needs_and_tells_its_clients() -> None:
    async with served(proxies=("127.0.0.2/32",), per_client=1) as door:
        for number in range(5):
            visitor = await door.connect("127.0.0.2")
            told = await visitor.ask(f"X-Forwarded-For: 192.0.2.{number}")
            assert told.startswith(f"192.0.2.{number} ")


async def test_forwarded_addresses_of_others_are_ignored() -> None:
    for proxies in ((), ("127.0.0.2/32",)):
        async with served(proxies=proxies) as door:
            told = await (await door.connect()).ask("X-Forwarded-For: 192.0.2.1")
            assert told.startswith("127.0.0.1 ")


async def test_an_ipv4_client_of_an_ipv6_port_is_an_ipv4_client() -> None:
    try:
        socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True).close()
    except (OSError, ValueError):
        pytest.skip("no IPv6 here")
    async with served("::", proxies=("127.0.0.2/32",)) as door:
        assert (await (await door.connect()).ask()).startswith("127.0.0.1 ")
        told = await (await door.connect("127.0.0.2")).ask("X-Forwarded-For: ::ffff:192.0.2.1")
        assert told.startswith("::ffff:192.0.2.1 ")
