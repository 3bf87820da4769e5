"""A server of one large file, with faults."""

import asyncio
from dataclasses import dataclass, field
from typing import ClassVar

from aiohttp import web

from tests.support.stand_ins.local_server import LocalServer


@dataclass
class FileServer(LocalServer):
    """`async with FileServer(content) as server: … server.address`.

    Attributes:
        content: the file.
        break_after: bytes after which each of the next connections is cut, first come first served.
        status: answered in place of the file, where it is no 200.
        page: whether a web page is answered in place of the file.
        redirects: how many redirects lead to the file; -1 for a circle.
        leads_to: an address that is redirected to instead.
        hangs: whether the server stops sending after the first half.
        ranges: whether parts of the file are given.
        etag: of the file.
        asked: the Range header of every request.
    """

    route: ClassVar[str] = "/{hop:.*}"
    start: ClassVar[str] = "/0"

    content: bytes
    break_after: list[int] = field(default_factory=list)
    status: int = 200
    page: bool = False
    redirects: int = 0
    leads_to: str = ""
    hangs: bool = False
    ranges: bool = True
    etag: str = '"first"'
    asked: list[str | None] = field(default_factory=list)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        hop = int(request.match_info["hop"])
        if self.leads_to:
            raise web.HTTPFound(self.leads_to)
        if self.redirects < 0 or hop < self.redirects:
            raise web.HTTPFound(f"/{hop + 1}")
        self.asked.append(request.headers.get("Range"))
        if self.status != 200:
            return web.Response(status=self.status, text="no")
        if self.page:
            return web.Response(text="<html>Sign in</html>", content_type="text/html")
        start = 0
        if (
            (asked := request.headers.get("Range"))
            and self.ranges
            and request.headers.get("If-Range") == self.etag
        ):
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
        body = self.content[start:]
        headers = {"ETag": self.etag, "Content-Length": str(len(body)), "Content-Type": "text/csv"}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(self.content) - 1}/{len(self.content)}"
        response = web.StreamResponse(status=206 if start else 200, headers=headers)
        await response.prepare(request)
        if self.hangs:
            await response.write(body[: len(body) // 2])
            await asyncio.Event().wait()
        if self.break_after:
            await response.write(body[: self.break_after.pop(0)])
            assert request.transport is not None
            request.transport.abort()
            return response
        await response.write(body)
        return response
