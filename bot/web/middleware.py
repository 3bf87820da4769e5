"""Middleware: security headers, HEAD, rate limit."""

import time
from math import ceil

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.i18n.marking import marked
from bot.web.addresses import client_network
from bot.web.errors import error_response
from bot.web.security import security_headers

PER_CLIENT: RateLimitItem = RateLimitItemPerSecond(150, 15)
"""150 requests in 15 seconds: a page and its suggestions need a few at once."""
UNLIMITED_PATHS = ("/static/",)
_TOO_MANY = marked("That was a lot at once; try again in {seconds} s.")


class SecurityHeadersMiddleware:
    """Adds the security headers to every response; headers set by the route are kept."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add headers to the response."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in security_headers(scope["path"]).items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


class HeadMiddleware:
    """Answers HEAD like GET, without the body (RFC 9110, 9.3.2); FastAPI's routes answer GET only."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            return await self._app(scope, receive, send)

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET"}, receive, without_body)


class RateLimitMiddleware:
    """Counts requests per client and answers 429 above the limit."""

    def __init__(self, app: ASGIApp, limit: RateLimitItem) -> None:
        self._app = app
        self._limit = limit
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(UNLIMITED_PATHS):
            return await self._app(scope, receive, send)
        client = client_network(scope["client"][0]) if scope.get("client") else ""
        if await self._limiter.hit(self._limit, client):
            return await self._app(scope, receive, send)
        stats = await self._limiter.get_window_stats(self._limit, client)
        seconds = max(1, ceil(stats.reset_time - time.time()))
        refusal = error_response(
            Request(scope), 429, _TOO_MANY, {"seconds": seconds}, headers={"retry-after": str(seconds)}
        )
        await refusal(scope, receive, send)
