"""Answers as bytes, with a tag by which a client knows that nothing changed (RFC 9110, ETag)."""

import json
from collections.abc import Mapping
from hashlib import blake2s
from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel
from pydantic_core import to_json

FRESH_SECONDS = 60
_DRAWN = ((b"cache-control", b"no-store"), (b"content-type", b"application/json"))


def tagged(request: Request, body: BaseModel, *, seconds: int = FRESH_SECONDS) -> Response:
    """The same question has the same answer: it may be kept for a while and asked for by its tag."""
    return tagged_bytes(request, to_json(body), "application/json", seconds=seconds)


def tagged_json(request: Request, body: Mapping[str, Any], *, seconds: int = FRESH_SECONDS) -> Response:
    """The same for a document."""
    return tagged_bytes(
        request, json.dumps(body, ensure_ascii=False).encode(), "application/json", seconds=seconds
    )


def tagged_bytes(
    request: Request, body: bytes, media_type: str, *, seconds: int, headers: dict[str, str] | None = None
) -> Response:
    """The same for any bytes."""
    tag = f'"{blake2s(body, digest_size=12).hexdigest()}"'
    keep = {**(headers or {}), "etag": tag, "cache-control": f"public, max-age={seconds}"}
    asked = request.headers.get("if-none-match", "")
    if asked == "*" or tag in (one.strip().removeprefix("W/") for one in asked.split(",")):
        return Response(status_code=304, headers=keep)
    return Response(body, headers=keep, media_type=media_type)


class _Drawn(Response):
    """Its headers are always the same: making them anew takes as long as the body."""

    def init_headers(self, headers: Mapping[str, str] | None = None) -> None:
        self.raw_headers = [*_DRAWN, (b"content-length", str(len(self.body)).encode())]


def drawn(body: BaseModel) -> Response:
    """The same question has another answer each time: it is not to be kept."""
    return _Drawn(to_json(body))
