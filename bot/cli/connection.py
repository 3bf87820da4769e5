"""The connection to Discord: made when this process has its shards, or before, to stand by."""

import asyncio

from bot.cli.connect import Watch, stay_connected
from bot.client.bot import Samewave
from bot.services.use_cases import Services
from bot.settings import Settings


class Connection:
    """Runs the bot in a task of its own."""

    def __init__(self, services: Services, settings: Settings, watch: Watch) -> None:
        """Args: watch: called with the bot, and with each that replaces it, before it starts."""
        self._services = services
        self._settings = settings
        self._watch = watch
        self._bot: Samewave | None = None
        self._task: asyncio.Task[None] | None = None

    def stand_by(self) -> None:
        """Connect while another process has the shards: what arrives is kept."""
        if self._settings.discord_token is not None:
            self._services.handover.waiting = True
            self._begin()

    def take_over(self) -> None:
        """Act from now on."""
        if self._bot is not None:
            self._bot.begin()

    async def stay(self) -> None:
        """Connect, unless that is done, and wait; when this is cancelled, the connection lasts until `end`.

        Raises:
            ClickException: Discord refuses it for good.
        """
        await asyncio.shield(self._begin())

    async def end(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _begin(self) -> asyncio.Task[None]:
        if self._task is None:
            self._task = asyncio.create_task(stay_connected(self._services, self._settings, self._made))
        return self._task

    def _made(self, bot: Samewave) -> None:
        self._bot = bot
        self._watch(bot)
