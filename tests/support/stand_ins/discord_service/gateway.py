"""The gateway: sessions of shards that identify, resume, get their missed events again, and are disturbed."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic

from aiohttp import WSCloseCode, WSMsgType, web

from tests.support.stand_ins.discord_service import payloads
from tests.support.stand_ins.discord_service.payloads import Json
from tests.support.stand_ins.discord_service.session import Line, Session
from tests.support.stand_ins.discord_service.session_starts import SessionStarts

HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 1, 2, 6, 7, 9, 10, 11
WRONG_TOKEN, INVALID_SHARD, INTENT_NOT_ALLOWED = 4004, 4010, 4014
MESSAGE_CONTENT = 1 << 15
_ENDS_SESSION = {WSCloseCode.OK, WSCloseCode.GOING_AWAY}
_OF_GUILDS = {"GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE"}
_RESUMABLE_SECONDS = 180.0
"""How long a session waits for its client; Discord says "a few minutes"."""


@dataclass(frozen=True)
class Delivery:
    """An event, as one session has it."""

    session: Session
    number: int

    @property
    def arrived(self) -> bool:
        """Whether it was written to the client's line, at once or after a resume."""
        return self.session.reached >= self.number


class Gateway:
    """Takes connections of any number of clients and disturbs them when told to.

    As with Discord, a shard may have several sessions, and each of them is told everything.

    Attributes:
        token: the only one taken.
        message_content: whether the privileged intent is switched on in the portal.
        beat: milliseconds between heartbeats, as told in HELLO.
        silent: nothing is sent any more, no acknowledgement either; the line stays open.
        shut: new connections get an HTTP error.
        again: how many events that were already received are sent again at the next resume.
        without_shard: how many of the next READY events lack their shard.
        guilds: the servers the bot is in.
        shards: the recommended number of them.
        starts: how often clients may identify, and did.
        sessions: those that events are kept for, by name.
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
        self.shards = 1
        self.starts = SessionStarts()
        self.sessions: dict[str, Session] = {}
        self.identified: list[Json] = []
        self.resumed: list[Json] = []
        self.url = ""
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
            while (received := await socket.receive()).type is WSMsgType.TEXT:
                await self._received(line, json.loads(received.data))
            if received.type is WSMsgType.CLOSE and received.data in _ENDS_SESSION:
                self._forget(lambda session: session.line is line)
        finally:
            self._lines.discard(line)
            self._lost(line)
        return socket

    async def dispatch(self, kind: str, data: Json) -> list[Delivery]:
        """Tell all sessions of the shard; those whose line is lost are told when they resume."""
        late = monotonic() - _RESUMABLE_SECONDS
        self._forget(lambda session: session.line is None and session.left < late)
        guild = data["id"] if kind in _OF_GUILDS else data.get("guild_id")
        told = [one for one in self.sessions.values() if one.takes(None if guild is None else int(guild))]
        numbers = [await one.dispatch(kind, data, reaches=not self.silent) for one in told]
        return [Delivery(*one) for one in zip(told, numbers, strict=True)]

    @asynccontextmanager
    async def dropped(self, shard: int | None = None) -> AsyncIterator[None]:
        """Cut all lines, or a shard's, without a word; new connections wait until this is over."""
        self._door.clear()
        for session in self._of(shard):
            if session.line is not None:
                session.line.abort()
                self._lost(session.line)
        try:
            yield
        finally:
            self._door.set()

    async def ask_to_reconnect(self, shard: int | None = None) -> None:
        for session in self._of(shard):
            if session.line is not None:
                await session.line.send({"op": RECONNECT, "d": None})

    async def invalidate(self, *, resumable: bool, shard: int | None = None) -> None:
        for session in self._of(shard):
            if not resumable:
                del self.sessions[session.name]
            if session.line is not None:
                await session.line.send({"op": INVALID, "d": resumable})

    def guild_of(self, channel: int) -> int | None:
        """The id of the server a channel is in; none for direct messages."""
        wanted = str(channel)
        for guild in self.guilds:
            if any(one["id"] == wanted for one in guild["channels"]):
                return int(guild["id"])
        return None

    @property
    def connected(self) -> bool:
        """Whether any session is on a line."""
        return bool(self.connected_shards)

    @property
    def connected_shards(self) -> set[int]:
        """Which shards have a session that is on a line."""
        return {session.shard for session in self.sessions.values() if session.line is not None}

    def _of(self, shard: int | None) -> list[Session]:
        return [one for one in self.sessions.values() if shard is None or one.shard == shard]

    def _forget(self, which: Callable[[Session], bool]) -> None:
        for session in [one for one in self.sessions.values() if which(one)]:
            del self.sessions[session.name]

    def _lost(self, line: Line) -> None:
        for session in self.sessions.values():
            if session.line is line:
                session.line, session.left = None, monotonic()

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
        shard, count = said.get("shard", [0, 1])
        if code := self._refusal(said, shard, count):
            await line.socket.close(code=code)
            return
        if not self.starts.take(shard):
            await line.send({"op": INVALID, "d": False})
            return
        session = Session(shard, count)
        guilds = [guild for guild in self.guilds if session.takes(int(guild["id"]))]
        ready = {
            "v": 10,
            "user": payloads.BOT_USER,
            "guilds": [{"id": guild["id"], "unavailable": True} for guild in guilds],
            "session_id": session.name,
            "resume_gateway_url": self.url,
            "shard": [shard, count],
            "application": {"id": str(payloads.BOT), "flags": payloads.APPLICATION["flags"]},
        }
        if self.without_shard:
            self.without_shard -= 1
            del ready["shard"]
        await session.dispatch("READY", ready)
        for guild in guilds:
            await session.dispatch("GUILD_CREATE", guild)
        self.sessions[session.name] = session
        await session.go_on(line)

    def _refusal(self, said: Json, shard: int, count: int) -> int:
        """The code to close with, or 0."""
        if self.starts.remaining <= 0:  # Discord resets the token and ends all sessions
            self.token = ""
            self.sessions.clear()
        if said["token"] != self.token:
            return WRONG_TOKEN
        if not 0 <= shard < count:
            return INVALID_SHARD
        if said["intents"] & MESSAGE_CONTENT and not self.message_content:
            return INTENT_NOT_ALLOWED
        return 0

    async def _resume(self, line: Line, said: Json) -> None:
        self.resumed.append(said)
        session = self.sessions.get(said["session_id"])
        if session is None or said["token"] != self.token:
            await line.send({"op": INVALID, "d": False})
            return
        older, session.line = session.line, None
        if older is not None:
            older.abort()
        again, self.again = self.again, 0
        await session.go_on(line, max(0, said["seq"] - again))
        await session.dispatch("RESUMED", {})
