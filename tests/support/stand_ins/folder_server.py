"""A web server on a folder, as anybody has one; it counts what it is asked for."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from aiohttp import web
from aiohttp.test_utils import TestServer


@dataclass
class FolderServer:
    """`async with FolderServer(folder) as server: … server.address`.

    Attributes:
        folder: what it serves.
        status: answered in place of every file, where it is no 200.
        asked: the path of every request.
    """

    folder: Path
    status: int = 200
    asked: list[str] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/music/{path:.*}", self._answer)
        self._server = TestServer(app)
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    @property
    def address(self) -> str:
        return str(self._server.make_url("/music/"))

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        self.asked.append(path)
        file = self.folder / path
        if self.status != 200:
            return web.Response(status=self.status, text="no")
        return web.FileResponse(file) if file.is_file() else web.Response(status=404, text="no")
