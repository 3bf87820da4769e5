"""Gateway and REST as one server, and the people who write to the bot."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic

from aiohttp import web

from tests.support.clocks import HANG_SECONDS
from tests.support.stand_ins.discord_service import payloads
from tests.support.stand_ins.discord_service.gateway import Delivery, Gateway
from tests.support.stand_ins.discord_service.payloads import Json
from tests.support.stand_ins.discord_service.rest import Posted, Rest

TOKEN = "MTAx.stand-in.a-token-nobody-else-knows"


class DiscordService:
    """A Discord with one server, eight channels and one listener.

    Attributes:
        gateway, rest: its halves.
        token: the bot's.
        sent: when each message and interaction was sent (monotonic), by its id.
        deliveries: what became of it.
    """

    def __init__(self, *, beat: int = 20_000) -> None:
        self.token = TOKEN
        self.gateway = Gateway(self.token, beat=beat)
        self.rest = Rest(self.gateway)
        self.sent: dict[int, float] = {}
        self.deliveries: dict[int, list[Delivery]] = {}
        self._ids = payloads.snowflakes()

    async def say(
        self,
        text: str,
        *,
        channel: int = payloads.CHANNELS[0],
        guild: int = payloads.GUILD,
        who: Json = payloads.LISTENER_USER,
        ago: float = 0.0,
    ) -> int:
        """Somebody writes, or wrote some seconds ago: the listener unless told otherwise; gives the id."""
        number = self._id(ago)
        said = payloads.message(number, channel, who, text)
        await self._dispatch("MESSAGE_CREATE", {**said, **payloads.inside(guild, who)})
        return number

    async def say_directly(self, text: str, *, who: Json = payloads.LISTENER_USER) -> int:
        """Somebody writes a direct message; gives the id."""
        number = self._id(0.0)
        channel = int(payloads.direct_channel(who)["id"])
        await self._dispatch("MESSAGE_CREATE", payloads.message(number, channel, who, text))
        return number

    async def slash(
        self,
        name: str,
        *,
        channel: int = payloads.CHANNELS[0],
        guild: int = payloads.GUILD,
        who: Json = payloads.LISTENER_USER,
        ago: float = 0.0,
        **options: str,
    ) -> int:
        """Somebody uses a slash command, or did some seconds ago; the interaction's id.

        Args:
            name: with a space before a subcommand's.
        """
        number = self._id(ago)
        name, _, subcommand = name.partition(" ")
        await until(lambda: name in self._commands())  # they are sent beside the connection
        command = self._commands()[name]
        given: list[Json] = [{"name": key, "type": 3, "value": value} for key, value in options.items()]
        if subcommand:
            given = [{"name": subcommand, "type": 1, "options": given}]
        data = {"id": command["id"], "name": name, "type": 1, "options": given}
        self.rest.where[number] = channel
        used = payloads.interaction(number, 2, channel, data, inside=guild, who=who)
        await self._dispatch("INTERACTION_CREATE", used)
        return number

    async def press(
        self,
        under: Posted,
        custom_id: str,
        *values: str,
        who: Json = payloads.LISTENER_USER,
        ago: float = 0.0,
    ) -> int:
        """Somebody presses a button or chooses these values of a menu, or did some seconds ago; the id."""
        number = self._id(ago)
        made = payloads.message(
            under.id, under.channel, payloads.BOT_USER, "", components=under.payload.get("components") or []
        )
        data: Json = {"custom_id": custom_id, "component_type": 2}
        if values:
            data = {"custom_id": custom_id, "component_type": 3, "values": list(values)}
        self.rest.where[number] = under.channel
        guild = self.gateway.guild_of(under.channel)
        pressed = payloads.interaction(number, 3, under.channel, data, inside=guild, who=who, message=made)
        await self._dispatch("INTERACTION_CREATE", pressed)
        return number

    def delivered(self, number: int) -> bool:
        """Whether a message or interaction reached a client, at once or when it resumed."""
        return any(one.arrived for one in self.deliveries[number])

    async def _dispatch(self, kind: str, data: Json) -> None:
        number = int(data["id"])
        self.sent[number], self.deliveries[number] = monotonic(), []
        self.deliveries[number] = await self.gateway.dispatch(kind, data)

    def waited(self, number: int) -> float | None:
        """Seconds until the first sign of an answer, if there was one."""
        signs = [one.at for one in self.answers_to(number)]
        if (thinking := self.rest.signs.get(number)) is not None:
            signs.append(thinking)
        return min(signs) - self.sent[number] if signs else None

    def _commands(self) -> dict[str, Json]:
        return {one["name"]: one for one in self.rest.synced if one["type"] == 1}

    def _id(self, ago: float) -> int:
        return next(self._ids) - (int(ago * 1000) << 22)

    def answers_to(self, number: int) -> list[Posted]:
        return self.rest.answers.get(number, [])

    async def answer_to(self, number: int, *, seconds: float = HANG_SECONDS) -> Posted:
        """Wait for the first answer."""
        await until(lambda: bool(self.answers_to(number)), seconds=seconds)
        return self.answers_to(number)[0]


async def until(condition: Callable[[], bool], *, seconds: float = HANG_SECONDS) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@asynccontextmanager
async def open_discord(*, beat: int = 20_000) -> AsyncIterator[DiscordService]:
    """Serve on a free port of 127.0.0.1."""
    service = DiscordService(beat=beat)
    application = web.Application(middlewares=[service.rest.signed])
    application.add_routes([web.get("/gateway-socket", service.gateway.connect), *service.rest.routes()])
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        service.rest.url = f"http://{host}:{port}"
        service.gateway.url = f"ws://{host}:{port}/gateway-socket"
        yield service
    finally:
        await runner.cleanup()
