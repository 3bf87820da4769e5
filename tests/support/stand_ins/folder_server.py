"""A web server on a folder, as anybody has one; it counts what it is asked for."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from aiohttp import web

from tests.support.stand_ins.local_server import LocalServer


@dataclass
class FolderServer(LocalServer):
    """`async with FolderServer(folder) as server: … server.address`.

    Attributes:
        folder: what it serves.
        status: answered in place of every file, where it is no 200.
        asked: the path of every request.
    """

    route: ClassVar[str] = "/music/{path:.*}"
    start: ClassVar[str] = "/music/"

    folder: Path
    status: int = 200
    asked: list[str] = field(default_factory=list)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        self.asked.append(path)
        file = self.folder / path
        if self.status != 200:
            return web.Response(status=self.status, text="no")
        return web.FileResponse(file) if file.is_file() else web.Response(status=404, text="no")
