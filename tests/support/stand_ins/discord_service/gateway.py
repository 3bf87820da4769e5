"""The gateway: sessions that identify, resume, get their missed events again, and are disturbed."""

import asyncio
import json
import secrets
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from tests.support.stand_ins.discord_service import payloads
from tests.support.stand_ins.discord_service.payloads import Json

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
WRONG_TOKEN, INTENT_NOT_ALLOWED = 4004, 4014
MESSAGE_CONTENT = 1 << 15


class Line:
    """One WebSocket; compressed as a stream where the client asks for it, as Discord does."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket = socket
        self._request = request
        streamed = request.query.get("compress") == "zlib-stream"
        self._deflate = zlib.compressobj() if streamed else None

    async def send(self, payload: Json) -> None:
        text = json.dumps(payload)
        try:
            if self._deflate is None:
                await self.socket.send_str(text)
            else:
                packed = self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
                await self.socket.send_bytes(packed)
        except ConnectionError:  # gone; what was sent is in the session's memory
            pass

    def abort(self) -> None:
        if self._request.transport is not None:
            self._request.transport.abort()


@dataclass
class Session:
    """One shard's session: what it was sent, and the line it is on now, if any."""

    name: str
    line: Line | None = None
    sent: list[Json] = field(default_factory=list)

    @property
    def sequence(self) -> int:
        return len(self.sent)

    async def dispatch(self, kind: str, data: Json, *, reaches: bool = True) -> None:
        event = {"op": DISPATCH, "t": kind, "s": self.sequence + 1, "d": data}
        self.sent.append(event)
        if self.line is not None and reaches:
            await self.line.send(event)


class Gateway:
    """Takes connections and disturbs them when told to.

    Attributes:
        token: the only one taken.
        message_content: whether the privileged intent is switched on in the portal.
        beat: milliseconds between heartbeats, as told in HELLO.
        silent: nothing is sent any more, no acknowledgement either; the line stays open.
        shut: new connections get an HTTP error.
        again: how many events that were already received are sent again at the next resume.
        without_shard: how many of the next READY events lack their shard.
        guilds: the servers the bot is in.
        identified, resumed: what clients said, in order.
    """

    def __init__(self, token: str, *, beat: int = 20_000) -> None:
        self.token = token
        self.message_content = True
        self.beat = beat
        self.silent = False
        self.shut = False
        self.again = 0
        self.without_shard = 0
        self.guilds = [payloads.guild()]
        self.identified: list[Json] = []
        self.resumed: list[Json] = []
        self.url = ""
        self.session: Session | None = None
        self._lines: set[Line] = set()
        self._door = asyncio.Event()
        self._door.set()

    async def connect(self, request: web.Request) -> web.StreamResponse:
        if self.shut:
            return web.Response(status=503)
        await self._door.wait()
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        line = Line(socket, request)
        self._lines.add(line)
        self.silent = False
        try:
            await line.send({"op": HELLO, "d": {"heartbeat_interval": self.beat}})
            async for received in socket:
                if received.type is WSMsgType.TEXT:
                    await self._received(line, json.loads(received.data))
        finally:
            self._lines.discard(line)
            if self.session is not None and self.session.line is line:
                self.session.line = None
        return socket

    async def dispatch(self, kind: str, data: Json) -> None:
        """Tell the client; where it is away, it is told when it resumes."""
        if self.session is not None:
            await self.session.dispatch(kind, data, reaches=not self.silent)

    @asynccontextmanager
    async def dropped(self) -> AsyncIterator[None]:
        """Cut the line without a word; whoever connects meanwhile waits until this is over."""
        self._door.clear()
        for line in list(self._lines):
            line.abort()
        if self.session is not None:
            self.session.line = None
        try:
            yield
        finally:
            self._door.set()

    async def ask_to_reconnect(self) -> None:
        await self._tell({"op": RECONNECT, "d": None})

    async def invalidate(self, *, resumable: bool) -> None:
        session = self.session
        if not resumable:
            self.session = None
        if session is not None and session.line is not None:
            await session.line.send({"op": INVALID, "d": resumable})

    def guild_of(self, channel: int) -> str:
        """The id of the server a channel is in."""
        return next(
            str(guild["id"])
            for guild in self.guilds
            if any(one["id"] == str(channel) for one in guild["channels"])
        )

    @property
    def connected(self) -> bool:
        return self.session is not None and self.session.line is not None

    async def _tell(self, payload: Json) -> None:
        if self.session is not None and self.session.line is not None:
            await self.session.line.send(payload)

    async def _received(self, line: Line, payload: Json) -> None:
        if payload["op"] == HEARTBEAT:
            if not self.silent:
                await line.send({"op": ACK})
        elif payload["op"] == IDENTIFY:
            await self._identify(line, payload["d"])
        elif payload["op"] == RESUME:
            await self._resume(line, payload["d"])

    async def _identify(self, line: Line, said: Json) -> None:
        self.identified.append(said)
        if said["token"] != self.token:
            await line.socket.close(code=WRONG_TOKEN)
            return
        if said["intents"] & MESSAGE_CONTENT and not self.message_content:
            await line.socket.close(code=INTENT_NOT_ALLOWED)
            return
        self.session = Session(secrets.token_hex(8), line)
        ready = {
            "v": 10,
            "user": payloads.BOT_USER,
            "guilds": [{"id": guild["id"], "unavailable": True} for guild in self.guilds],
            "session_id": self.session.name,
            "resume_gateway_url": self.url,
            "shard": said.get("shard", [0, 1]),
            "application": {"id": str(payloads.BOT), "flags": payloads.APPLICATION["flags"]},
        }
        if self.without_shard:
            self.without_shard -= 1
            del ready["shard"]
        await self.session.dispatch("READY", ready)
        for guild in self.guilds:
            await self.session.dispatch("GUILD_CREATE", guild)

    async def _resume(self, line: Line, said: Json) -> None:
        self.resumed.append(said)
        session = self.session
        if session is None or session.name != said["session_id"] or said["token"] != self.token:
            await line.send({"op": INVALID, "d": False})
            return
        missed = session.sent[max(0, said["seq"] - self.again) :]
        self.again = 0
        for event in missed:
            await line.send(event)
        session.line = line
        await session.dispatch("RESUMED", {})
