"""Faults of a service, as switches of a stand-in server."""

import asyncio
import gc
import gzip
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import Enum, auto
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from aiohttp import web

HALF_A_DOCUMENT = '{"content": [{"id": "70b85474", "hr'
HUGE_BYTES = 10_000_000
ELSEWHERE = "/elsewhere"
"""On another host that leads to the same server, so that a visit would be seen."""


class Fault(Enum):
    HANG = auto()
    SLOW = auto()
    SLOW_HEADERS = auto()
    FORBIDDEN = auto()
    FORBIDDEN_PLAIN = auto()
    NOT_FOUND = auto()
    TOO_MANY_10_SECONDS = auto()
    TOO_MANY_6_HOURS = auto()
    TOO_MANY_UNTIL_A_DATE = auto()
    TOO_MANY_GARBAGE = auto()
    SERVER_ERROR = auto()
    BAD_GATEWAY_HTML = auto()
    TRUNCATED = auto()
    WRONG_TYPE = auto()
    WRONG_SHAPE = auto()
    ERROR_OBJECT = auto()
    HTML = auto()
    EMPTY = auto()
    NOT_UTF8 = auto()
    DEEP_JSON = auto()
    HUGE = auto()
    REDIRECT_ELSEWHERE = auto()
    REDIRECT_LOOP = auto()
    BROKEN_GZIP = auto()
    CUT_OFF = auto()
    DROPPED = auto()


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: str


@dataclass
class StandIn:
    """A server on 127.0.0.1 with a fault switch; subclasses add the routes.

    Attributes:
        fault: what every matching request meets; None is health.
        fault_times: how many requests meet it before health returns; None is all.
        fault_path: only requests whose path begins so meet it.
        delay: seconds before each healthy answer. door: where there is one, it is waited for instead.
        requests: what was asked, in order.
    """

    fault: Fault | None = None
    fault_times: int | None = None
    fault_path: str = "/"
    delay: float = 0.0
    door: asyncio.Event | None = None
    requests: list[Asked] = field(default_factory=list)
    url: str = ""
    _runner: web.AppRunner | None = field(default=None, repr=False)
    _let_go: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    def routes(self) -> list[web.RouteDef]:
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        application = web.Application(middlewares=[self._between])
        application.add_routes(self.routes())
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._let_go.set()
        if self._runner is not None:
            await self._runner.cleanup()
        assert not self.asked(ELSEWHERE), "a redirect to another host was followed"

    def asked(self, path: str) -> list[Asked]:
        """The requests whose path ends so."""
        return [request for request in self.requests if request.path.endswith(path)]

    @web.middleware
    async def _between(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        self.requests.append(
            Asked(
                request.method,
                request.path,
                dict(request.query),
                dict(request.headers),
                (await request.read()).decode("utf-8", "replace"),
            )
        )
        if self.fault is not None and request.path.startswith(self.fault_path) and self._counts():
            return await _ANSWERS[self.fault](self, request)
        if self.door is not None:
            await self.door.wait()
        elif self.delay:
            await asyncio.sleep(self.delay)
        return await handler(request)

    def _counts(self) -> bool:
        if self.fault_times is None:
            return True
        self.fault_times -= 1
        return self.fault_times >= 0


async def _hang(stand_in: StandIn, request: web.Request) -> web.StreamResponse:
    await stand_in._let_go.wait()
    return web.Response(status=503)


async def _slow(stand_in: StandIn, request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    while not stand_in._let_go.is_set():
        await response.write(b" ")
        await asyncio.sleep(0.05)
    return response


async def _slow_headers(stand_in: StandIn, request: web.Request) -> web.StreamResponse:
    transport = request.transport
    assert transport is not None
    transport.write(b"HTTP/1.1 200 OK\r\n")
    while not stand_in._let_go.is_set() and not transport.is_closing():
        transport.write(b"X-Patience: more\r\n")
        await asyncio.sleep(0.05)
    transport.abort()
    return web.Response()


async def _huge(stand_in: StandIn, request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    for _ in range(HUGE_BYTES // 100_000):
        await response.write(b" " * 100_000)
    return response


async def _cut_off(stand_in: StandIn, request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "5000"})
    await response.prepare(request)
    await response.write(HALF_A_DOCUMENT.encode())
    assert request.transport is not None
    request.transport.close()
    return response


async def _dropped(stand_in: StandIn, request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def _loop(stand_in: StandIn, request: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": str(request.rel_url)})


async def _elsewhere(stand_in: StandIn, request: web.Request) -> web.StreamResponse:
    other = f"http://localhost:{urlsplit(stand_in.url).port}{ELSEWHERE}"
    return web.Response(status=302, headers={"Location": other})


async def _until_a_date(stand_in: StandIn, request: web.Request) -> web.StreamResponse:
    moment = datetime.now(UTC) + timedelta(hours=6)
    return _too_many(format_datetime(moment, usegmt=True))


def _deep_json() -> web.Response:
    gc.collect(0)  # else the next collection may finalise other tests' garbage where no call can go deeper
    return _json("[" * 200_000)


def _fixed(
    make: Callable[[], web.Response],
) -> Callable[[StandIn, web.Request], Awaitable[web.StreamResponse]]:
    async def answer(stand_in: StandIn, request: web.Request) -> web.StreamResponse:
        return make()

    return answer


def _json(text: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(text=text, status=status, content_type="application/json", headers=headers)


def _error(status: int, message: str) -> web.Response:
    return _json(json.dumps({"error": {"status": status, "message": message}}), status=status)


def _too_many(retry_after: str) -> web.Response:
    body = {"error": {"status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED"}}
    return _json(json.dumps(body), status=429, headers={"Retry-After": retry_after})


def _html(status: int) -> web.Response:
    page = "<html><body><h1>Somewhere between us</h1></body></html>"
    return web.Response(text=page, status=status, content_type="text/html")


def _broken_gzip() -> web.Response:
    body = gzip.compress(b'{"content": []}' * 100)[:20] + b"\x00not gzip at all"
    return web.Response(body=body, headers={"Content-Encoding": "gzip", "Content-Type": "application/json"})


_ANSWERS: Mapping[Fault, Callable[[StandIn, web.Request], Awaitable[web.StreamResponse]]] = {
    Fault.HANG: _hang,
    Fault.SLOW: _slow,
    Fault.SLOW_HEADERS: _slow_headers,
    Fault.FORBIDDEN: _fixed(lambda: _error(403, "Forbidden")),
    Fault.FORBIDDEN_PLAIN: _fixed(
        lambda: web.Response(
            text="Active premium subscription required for the owner of the app.", status=403
        )
    ),
    Fault.NOT_FOUND: _fixed(lambda: _html(404)),
    Fault.TOO_MANY_10_SECONDS: _fixed(lambda: _too_many("10")),
    Fault.TOO_MANY_6_HOURS: _fixed(lambda: _too_many("21600")),
    Fault.TOO_MANY_UNTIL_A_DATE: _until_a_date,
    Fault.TOO_MANY_GARBAGE: _fixed(lambda: _too_many("in a while, crocodile")),
    Fault.SERVER_ERROR: _fixed(lambda: _error(500, "Server error")),
    Fault.BAD_GATEWAY_HTML: _fixed(lambda: _html(502)),
    Fault.TRUNCATED: _fixed(lambda: _json(HALF_A_DOCUMENT)),
    Fault.WRONG_TYPE: _fixed(lambda: _json("[1, 2, 3]")),
    Fault.WRONG_SHAPE: _fixed(lambda: _json('{"content": "none", "data": 7, "feed": [], "tracks": null}')),
    Fault.ERROR_OBJECT: _fixed(lambda: _json('{"error": {"code": 4, "message": "Quota limit exceeded"}}')),
    Fault.HTML: _fixed(lambda: _html(200)),
    Fault.EMPTY: _fixed(lambda: _json("")),
    Fault.NOT_UTF8: _fixed(
        lambda: web.Response(
            body=b"\xff\xfe\x80{", headers={"Content-Type": "application/json; charset=nonsense"}
        )
    ),
    Fault.DEEP_JSON: _fixed(_deep_json),
    Fault.HUGE: _huge,
    Fault.REDIRECT_ELSEWHERE: _elsewhere,
    Fault.REDIRECT_LOOP: _loop,
    Fault.BROKEN_GZIP: _fixed(_broken_gzip),
    Fault.CUT_OFF: _cut_off,
    Fault.DROPPED: _dropped,
}
