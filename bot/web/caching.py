"""Cache-Control headers and ETags (RFC 9110)."""

from collections.abc import Mapping
from hashlib import blake2s
from typing import Any

from fastapi import Depends, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

WEEK_SECONDS = 7 * 24 * 3_600


def _with_headers(headers: Mapping[str, str]) -> Any:
    async def set_headers(response: Response) -> None:
        response.headers.update(headers)

    return Depends(set_headers)


MINUTE = _with_headers({"cache-control": "public, max-age=60", "vary": "accept-language"})
"""For routes whose responses change only with the catalogue, the model, and the language of the names."""
WEEK = _with_headers({"cache-control": f"public, max-age={WEEK_SECONDS}"})
"""For routes whose URL contains the model's name."""
NO_STORE = _with_headers({"cache-control": "no-store"})
"""For routes with a different response each time."""


class ETagMiddleware:
    """Adds an ETag to cacheable responses, and answers 304 if the client's copy is current.

    The tags are weak, because a response may be compressed afterwards.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add an ETag to the response."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        known = Headers(scope=scope).get("if-none-match", "")
        start: Message | None = None
        body = bytearray()

        async def with_etag(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _taggable(message):
                start = message
            elif start is None:
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    for part in _tagged(start, bytes(body), known):
                        await send(part)

        await self._app(scope, receive, with_etag)


def _taggable(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    return start["status"] == 200 and "etag" not in headers and headers.get("cache-control") != "no-store"


def _tagged(start: Message, body: bytes, known: str) -> tuple[Message, Message]:
    """The messages of a response with an ETag, or of a 304 if `known` (If-None-Match) contains it."""
    tag = f'"{blake2s(body, digest_size=12).hexdigest()}"'
    headers = MutableHeaders(raw=start["headers"])
    headers["etag"] = f"W/{tag}"
    if known == "*" or tag in (one.strip().removeprefix("W/") for one in known.split(",")):
        for name in ("content-length", "content-type", "content-encoding"):
            del headers[name]
        start, body = {**start, "status": 304}, b""
    return start, {"type": "http.response.body", "body": body}
