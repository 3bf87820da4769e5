"""What stands before every route: headers that keep a page harmless, and a pace for each client."""

import ipaddress
import json
from collections import OrderedDict
from collections.abc import Callable
from math import ceil
from time import monotonic

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.i18n.translator import ENGLISH
from bot.web.language import translator_of

Rate = tuple[int, float]
"""So many requests at once, and in how many seconds so many come back."""

PER_CLIENT: Rate = (150, 15.0)
MOST_CLIENTS = 20_000
UNCOUNTED = ("/static/",)
DATA = "/api/"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_OF_ALL = {"x-content-type-options": "nosniff", "cache-control": "no-cache"}
_OF_PAGES = {
    **_OF_ALL,
    "content-security-policy": POLICY,
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_OF_DATA = {**_OF_ALL, "content-security-policy": "default-src 'none'; frame-ancestors 'none'"}
"""Nothing of what the others forbid can be done with data."""
_RAW, _RAW_OF_DATA = (
    {name.encode(): value.encode() for name, value in some.items()} for some in (_OF_PAGES, _OF_DATA)
)


class SafeHeaders:
    """Adds the headers to every response; what a route set itself stays, and is asked for anew by default."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with headers on the way back."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                usual = _RAW_OF_DATA if scope["path"].startswith(DATA) else _RAW
                message["headers"] = [*{**usual, **dict(message["headers"])}.items()]
            await send(message)

        await self._app(scope, receive, with_headers)


class HeadAsGet:
    """Answers HEAD as it would GET, without the body (RFC 9110, 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            return await self._app(scope, receive, send)

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET"}, receive, without_body)


class ClientPace:
    """A token bucket for each client address; of an IPv6 address the network counts."""

    def __init__(self, app: ASGIApp, rate: Rate, now: Callable[[], float] = monotonic) -> None:
        self._app = app
        self._most, seconds = rate
        self._each = seconds / self._most
        self._now = now
        self._full_at: OrderedDict[str, float] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or refuse with 429."""
        if scope["type"] == "http" and not scope["path"].startswith(UNCOUNTED):
            client = scope.get("client")
            wait = self._wait(_network(client[0]) if client else "")
            if wait > 0:
                return await _too_many(scope, send, ceil(wait))
        await self._app(scope, receive, send)

    def _wait(self, client: str) -> float:
        """Count one request; how many seconds too early it is."""
        now = self._now()
        full_at = max(self._full_at.get(client, now), now)
        wait = full_at + self._each - now - self._most * self._each
        if wait > 0:
            return wait
        self._full_at[client] = full_at + self._each
        self._full_at.move_to_end(client)
        if len(self._full_at) > MOST_CLIENTS:
            self._full_at.popitem(last=False)
        return 0.0


def _network(address: str) -> str:
    """An IPv4 address itself, the /64 of an IPv6 one: who has one of those has all of them."""
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network((address.partition("%")[0], 64), strict=False))
    except ValueError:
        return address


async def _too_many(scope: Scope, send: Send, seconds: int) -> None:
    api = scope["path"].startswith(DATA)
    translate = ENGLISH if api else translator_of(HTTPConnection(scope))
    sentence = translate("That was a lot at once; try again in {seconds} s.", seconds=seconds)
    problem = {
        "type": "about:blank",
        "title": "Too Many Requests",
        "status": 429,
        "detail": sentence,
        "instance": scope["path"],
    }
    kind = b"application/problem+json" if api else b"text/plain; charset=utf-8"
    headers = [
        (b"content-type", kind),
        (b"retry-after", str(seconds).encode()),
        (b"vary", b"accept-language"),
    ]
    await send({"type": "http.response.start", "status": 429, "headers": headers})
    await send(
        {"type": "http.response.body", "body": json.dumps(problem).encode() if api else sentence.encode()}
    )
