"""What web servers on loopback have in common: they live as long as their context."""

from abc import ABC, abstractmethod
from typing import ClassVar, Self

from aiohttp import web
from aiohttp.test_utils import TestServer


class LocalServer(ABC):
    """`async with SomeServer(…) as server: … server.address`.

    Attributes:
        route: the paths it answers. start: the path of its address.
    """

    route: ClassVar[str]
    start: ClassVar[str]

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get(self.route, self._answer)
        self._server = TestServer(app)
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    @property
    def address(self) -> str:
        return str(self._server.make_url(self.start))

    @abstractmethod
    async def _answer(self, request: web.Request) -> web.StreamResponse: ...
