"""REST: the routes the bot uses, their rate limits, and faults on demand."""

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from time import monotonic

from aiohttp import web

from tests.support.stand_ins.discord_service import payloads
from tests.support.stand_ins.discord_service.gateway import Gateway
from tests.support.stand_ins.discord_service.payloads import Json


class Trouble(Enum):
    """What a request may meet."""

    BUCKET = auto()
    GLOBAL = auto()
    BANNED = auto()
    SERVER_ERROR = auto()
    BAD_GATEWAY = auto()
    UNAVAILABLE = auto()
    DONE_BUT_SERVER_ERROR = auto()
    DONE_BUT_DROPPED = auto()
    FORBIDDEN = auto()


SIGNS = {5, 6}
"""Discord's numbers for "thinking…" and for an answer of which nothing is seen yet."""
DONE_ANYWAY = {Trouble.DONE_BUT_SERVER_ERROR, Trouble.DONE_BUT_DROPPED}
STATUS = {
    Trouble.SERVER_ERROR: 500,
    Trouble.BAD_GATEWAY: 502,
    Trouble.UNAVAILABLE: 503,
    Trouble.DONE_BUT_SERVER_ERROR: 500,
    Trouble.FORBIDDEN: 403,
}


def _raw(payload: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """JSON whose type says no charset: discord.py takes no other for JSON."""
    body = json.dumps(payload).encode()
    return web.Response(body=body, status=status, content_type="application/json", headers=headers)


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Window:
    """A fixed window of a bucket."""

    began: float = 0.0
    used: int = 0


@dataclass(frozen=True)
class Posted:
    """A message the bot has made."""

    id: int
    channel: int
    answers: int | None
    """The message or interaction it is an answer to."""
    payload: Json
    at: float = field(default_factory=monotonic)

    @property
    def text(self) -> str:
        embeds = self.payload.get("embeds") or []
        inside = [str(embed.get(part) or "") for embed in embeds for part in ("title", "description")]
        return " ".join([str(self.payload.get("content") or ""), *inside])

    @property
    def buttons(self) -> list[str]:
        rows = self.payload.get("components") or []
        return [item["custom_id"] for row in rows for item in row["components"] if "custom_id" in item]


@dataclass
class Rest:
    """Discord's REST.

    Attributes:
        limit, window: messages a channel takes in so many seconds; beyond, 429.
        troubles: what the next requests to post a message or an interaction's answer meet, in order; None for
            none.
        retry_after: seconds asked for in a 429 on demand.
        delay: seconds before a message is made. delayed: how many messages have waited so.
        door: where there is one, messages are made once it is set.
        synced: the bot's commands. uploads: how often they were sent, taken or refused.
        refusals: by the end of a path, the HTTP statuses that the next requests to it get.
        application: whose commands they are.
        where: the channel of each interaction.
        posted: the messages made; answers: the same by what they answer.
        unknown: requests nobody has an answer for. too_many: 429s given.
        repeated: messages that were there already, by their nonce.
        interaction_seconds: how long interactions wait for their first answer; Discord's three, or for ever.
        expired: interactions whose first answer came later.
    """

    gateway: Gateway
    limit: int = 1_000
    window: float = 1.0
    retry_after: float = 0.3
    delay: float = 0.0
    delayed: int = 0
    door: asyncio.Event | None = None
    typing_fails: bool = False
    troubles: deque[Trouble | None] = field(default_factory=deque)
    posted: list[Posted] = field(default_factory=list)
    answers: dict[int, list[Posted]] = field(default_factory=lambda: defaultdict(list))
    unknown: list[str] = field(default_factory=list)
    too_many: int = 0
    repeated: int = 0
    interaction_seconds: float | None = None
    expired: set[int] = field(default_factory=set)
    synced: list[Json] = field(default_factory=list)
    uploads: int = 0
    application: int = payloads.BOT
    refusals: dict[str, deque[int]] = field(default_factory=lambda: defaultdict(deque))
    where: dict[int, int] = field(default_factory=dict)
    url: str = ""
    _windows: dict[str, Window] = field(default_factory=lambda: defaultdict(Window))
    _nonces: dict[tuple[int, str], Json] = field(default_factory=dict)
    signs: dict[int, float] = field(default_factory=dict)
    """When interactions were told that an answer is coming."""
    _answered: set[str] = field(default_factory=set)
    _ids: Iterator[int] = field(default_factory=payloads.snowflakes)

    def routes(self) -> list[web.RouteDef]:
        post = "/webhooks/{app}/{token}"
        return [
            web.get("/users/@me", self._json(payloads.BOT_USER)),
            web.get("/oauth2/applications/@me", self._application),
            web.get("/applications/@me", self._application),
            web.get("/gateway/bot", self._gateway),
            web.put("/applications/{app}/commands", self._sync),
            web.post("/channels/{channel}/typing", self._typing),
            web.post("/channels/{channel}/messages", self._troubled(self._message)),
            web.patch("/channels/{channel}/messages/{message}", self._edited),
            web.delete("/channels/{channel}/messages/{message}", self._done),
            web.put("/channels/{channel}/messages/pins/{message}", self._done),
            web.delete("/channels/{channel}/messages/pins/{message}", self._done),
            web.get("/guilds/{guild}/members/{user}", self._member),
            web.post("/interactions/{id}/{token}/callback", self._troubled(self._callback)),
            web.post(post, self._troubled(self._follow_up)),
            web.patch(f"{post}/messages/@original", self._troubled(self._change)),
            web.get(f"{post}/messages/@original", self._original),
            web.delete(f"{post}/messages/@original", self._done),
            web.route("*", "/{rest:.*}", self._nobody),
        ]

    @web.middleware
    async def signed(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Whoever does not know the token is refused; interactions have tokens of their own."""
        own = request.path.startswith(("/interactions/", "/webhooks/", "/gateway-socket"))
        if not own and request.headers.get("Authorization") != f"Bot {self.gateway.token}":
            return _raw({"message": "401: Unauthorized", "code": 0}, status=401)
        for end, statuses in self.refusals.items():
            if request.path.endswith(end) and statuses:
                status = statuses.popleft()
                self.uploads += end == "/commands"
                return _raw({"message": f"{status}: refused", "code": 0}, status=status)
        return await handler(request)

    def _json(self, payload: Json) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            return _raw(payload)

        return answer

    async def _application(self, request: web.Request) -> web.StreamResponse:
        return _raw({**payloads.APPLICATION, "id": str(self.application)})

    async def _nobody(self, request: web.Request) -> web.StreamResponse:
        self.unknown.append(f"{request.method} {request.path}")
        return _raw({"message": "404: Not Found", "code": 0}, status=404)

    async def _gateway(self, request: web.Request) -> web.StreamResponse:
        shards, limit = self.gateway.shards, self.gateway.starts.told()
        return _raw({"url": self.gateway.url, "shards": shards, "session_start_limit": limit})

    async def _sync(self, request: web.Request) -> web.StreamResponse:
        commands = await request.json()
        self.uploads += 1
        self.synced = [
            {
                "id": str(500 + number),
                "application_id": str(payloads.BOT),
                "version": "1",
                "default_member_permissions": None,
                "description": "",
                **command,
            }
            for number, command in enumerate(commands)
        ]
        return _raw(self.synced)

    async def _typing(self, request: web.Request) -> web.StreamResponse:
        if self.typing_fails:
            return _raw({"message": "503", "code": 0}, status=503)
        return await self._done(request)

    async def _done(self, request: web.Request) -> web.StreamResponse:
        return web.Response(status=204)

    async def _edited(self, request: web.Request) -> web.StreamResponse:
        message, channel = int(request.match_info["message"]), int(request.match_info["channel"])
        return _raw(payloads.message(message, channel, payloads.BOT_USER, ""))

    async def _member(self, request: web.Request) -> web.StreamResponse:
        number = int(request.match_info["user"])
        return _raw(payloads.member(payloads.user(number, f"listener{number}")))

    def _troubled(self, handler: Handler) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            bucket, headers = self._limits(request)
            if bucket is not None:
                self.too_many += 1
                return bucket
            trouble = self.troubles.popleft() if self.troubles else None
            if trouble is None or trouble in DONE_ANYWAY:
                done = await handler(request)
                done.headers.update(headers)
                if trouble is None:
                    return done
            return self._refuse(trouble, request, headers)

        return answer

    def _refuse(self, trouble: Trouble, request: web.Request, headers: dict[str, str]) -> web.StreamResponse:
        if trouble in (Trouble.BUCKET, Trouble.GLOBAL):
            self.too_many += 1
            return self._too_many(self.retry_after, everywhere=trouble is Trouble.GLOBAL, headers=headers)
        if trouble is Trouble.BANNED:
            return web.Response(status=429, text="error code: 1015", content_type="text/html")
        if trouble is Trouble.DONE_BUT_DROPPED:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        said = {"message": trouble.name, "code": 50013 if trouble is Trouble.FORBIDDEN else 0}
        return _raw(said, status=STATUS[trouble], headers=headers)

    def _limits(self, request: web.Request) -> tuple[web.StreamResponse | None, dict[str, str]]:
        """A refusal when the bucket is empty, and the headers that tell how full it is."""
        key = request.match_info.get("channel") or request.match_info["token"]
        window, moment = self._windows[key], monotonic()
        if moment - window.began >= self.window:
            window.began, window.used = moment, 0
        left = window.began + self.window - moment
        window.used += 1
        headers = {
            "X-RateLimit-Bucket": "messages",
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(0, self.limit - window.used)),
            "X-RateLimit-Reset": f"{time.time() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
        }
        if window.used > self.limit:
            return self._too_many(left, everywhere=False, headers=headers), headers
        return None, headers

    def _too_many(self, seconds: float, *, everywhere: bool, headers: dict[str, str]) -> web.StreamResponse:
        said = {"message": "You are being rate limited.", "retry_after": seconds, "global": everywhere}
        via = {"Via": "1.1 google", "Retry-After": str(int(seconds) + 1)}
        return _raw(said, status=429, headers={**headers, **via})

    async def _payload(self, request: web.Request) -> Json:
        if request.content_type != "multipart/form-data":
            return dict(await request.json())
        form = await request.post()
        return {**json.loads(str(form["payload_json"])), "files": [name for name in form if "files" in name]}

    async def _made(self, channel: int, answers: int | None, payload: Json) -> Json:
        if self.delay:
            self.delayed += 1
            await asyncio.sleep(self.delay)
        if self.door is not None:
            await self.door.wait()
        number = next(self._ids)
        made = payloads.message(
            number,
            channel,
            payloads.BOT_USER,
            payload.get("content") or "",
            components=payload.get("components") or [],
            nonce=payload.get("nonce"),
        )
        posted = Posted(number, channel, answers, payload)
        self.posted.append(posted)
        if answers is not None:
            self.answers[answers].append(posted)
        inside = payloads.inside(self.gateway.guild_of(channel), payloads.BOT_USER)
        await self.gateway.dispatch("MESSAGE_CREATE", {**made, **inside})
        return made

    async def _message(self, request: web.Request) -> web.StreamResponse:
        channel = int(request.match_info["channel"])
        payload = await self._payload(request)
        nonce = (channel, str(payload.get("nonce")))
        if payload.get("enforce_nonce") and nonce in self._nonces:
            self.repeated += 1
            return _raw(self._nonces[nonce])
        reference = payload.get("message_reference") or {}
        answers = int(reference["message_id"]) if "message_id" in reference else None
        self._nonces[nonce] = made = await self._made(channel, answers, payload)
        return _raw(made)

    async def _callback(self, request: web.Request) -> web.StreamResponse:
        number = request.match_info["id"]
        if self.interaction_seconds is not None and payloads.age(int(number)) > self.interaction_seconds:
            self.expired.add(int(number))
            return _raw({"message": "Unknown interaction", "code": 10062}, status=404)
        if number in self._answered:
            said = {"message": "Interaction has already been acknowledged.", "code": 40060}
            return _raw(said, status=400)
        self._answered.add(number)
        payload = await self._payload(request)
        kind = payload["type"]
        if kind in SIGNS:
            self.signs.setdefault(int(number), monotonic())
        found: Json = {"interaction": {"id": number, "type": 2}, "resource": {"type": kind}}
        if kind in (4, 7):
            made = await self._made(self.where[int(number)], int(number), payload.get("data") or {})
            found["interaction"]["response_message_id"] = made["id"]
            found["resource"]["message"] = made
        return _raw(found)

    async def _original(self, request: web.Request) -> web.StreamResponse:
        number = int(request.match_info["token"].rpartition("-")[2])
        [first, *_] = self.answers[number]
        return _raw(payloads.message(first.id, first.channel, payloads.BOT_USER, ""))

    async def _change(self, request: web.Request) -> web.StreamResponse:
        number = int(request.match_info["token"].rpartition("-")[2])
        if not self.answers[number]:
            return await self._follow_up(request)  # it stands where "thinking…" stood
        return await self._original(request)

    async def _follow_up(self, request: web.Request) -> web.StreamResponse:
        number = int(request.match_info["token"].rpartition("-")[2])
        return _raw(await self._made(self.where[number], number, await self._payload(request)))
