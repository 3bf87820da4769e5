"""A shard's session, and the line it is on."""

import json
import secrets
import zlib
from dataclasses import dataclass, field
from time import monotonic

from aiohttp import web

from tests.support.stand_ins.discord_service.payloads import Json

DISPATCH = 0


class Line:
    """One WebSocket; compressed as a stream where the client asks for it, as Discord does."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket = socket
        self._request = request
        streamed = request.query.get("compress") == "zlib-stream"
        self._deflate = zlib.compressobj() if streamed else None

    async def send(self, payload: Json) -> bool:
        """Whether it could be written; what could not is in the session's memory."""
        text = json.dumps(payload)
        try:
            if self._deflate is None:
                await self.socket.send_str(text)
            else:
                packed = self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
                await self.socket.send_bytes(packed)
        except ConnectionError:
            return False
        return True

    def abort(self) -> None:
        if self._request.transport is not None:
            self._request.transport.abort()


@dataclass
class Session:
    """What a shard was sent, and the line it is on now, if any.

    Attributes:
        shard, count: the servers of which it is told: those of shard `shard` of `count`.
        reached: the number of the newest event that was written to a line.
        began: when it identified (monotonic). left: when its line was lost.
    """

    shard: int
    count: int
    line: Line | None = None
    name: str = field(default_factory=lambda: secrets.token_hex(8))
    sent: list[Json] = field(default_factory=list)
    reached: int = 0
    began: float = field(default_factory=monotonic)
    left: float = 0.0

    @property
    def sequence(self) -> int:
        return len(self.sent)

    def takes(self, guild: int | None) -> bool:
        """Whether it is told of this server; what happens in none is told to shard 0."""
        return (0 if guild is None else (guild >> 22) % self.count) == self.shard

    async def dispatch(self, kind: str, data: Json, *, reaches: bool = True) -> int:
        """Send an event where there is a line; its number."""
        number = self.sequence + 1
        event = {"op": DISPATCH, "t": kind, "s": number, "d": data}
        self.sent.append(event)
        if self.line is not None and reaches and await self.line.send(event):
            self.reached = max(self.reached, number)
        return number

    async def go_on(self, line: Line, seen: int = 0) -> None:
        """Send on a new line what was not seen, and stay there."""
        while seen < self.sequence:
            event = self.sent[seen]
            seen += 1
            if await line.send(event):
                self.reached = max(self.reached, seen)
        self.line = line
