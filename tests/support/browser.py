"""The companion page on a port, and a visitor."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from bot.web.app import create_app
from bot.web.server import serve_app
from bot.wiring import open_services
from tests.support.clocks import HANG_SECONDS
from tests.support.settings import settings_for
from tests.web.conftest import UNLIMITED, spoil_clusters


class Served:
    """The app on a port, in a thread with an event loop of its own."""

    def __init__(self, state: Path, *, hostile: bool = False) -> None:
        self._state = state
        self._hostile = hostile
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        self.address = ""
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=[self._serve()])

    def __enter__(self) -> "Served":
        self._thread.start()
        assert self._ready.wait(HANG_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(HANG_SECONDS)
        self._loop.close()

    async def _serve(self) -> None:
        async with open_services(settings_for(self._state), rng=np.random.default_rng(1)) as services:
            await services.models.load()
            if self._hostile:
                spoil_clusters(services)
            else:
                await services.hot_list.refresh()
            async with serve_app(create_app(services, rate_limit=UNLIMITED), "127.0.0.1", 0) as self.address:
                self._ready.set()
                await self._ended.wait()


class Visit:
    """An open page with its errors and its requests to other hosts."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.address = address
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.bytes = 0
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("requestfinished", lambda request: self._weigh(request.sizes()))

    def open(self, path: str) -> Page:
        """Go there."""
        self.bytes = 0
        self.page.goto(self.address + path)
        return self.page

    def _asked(self, url: str) -> None:
        if not url.startswith(self.address):
            self.complaints.append(f"asked for {url}")

    def _weigh(self, sizes: Any) -> None:
        self.bytes += sizes["responseBodySize"]

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "404" not in message.text:
            self.complaints.append(message.text)
