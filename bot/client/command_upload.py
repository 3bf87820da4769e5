"""Sends the definition of the slash commands to Discord in the background; text commands work meanwhile."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable
from itertools import count
from time import monotonic
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot.i18n.slash_commands import SlashTranslator
from bot.services.command_sync import CommandSync

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 15.0, 3_600.0
"""Seconds before a refused definition is sent again; each pause is twice the one before."""
AGAIN_SECONDS = 600.0
"""Between two uploads on demand: Discord limits them by the day."""
_PASSING = (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError)

Sleep = Callable[[float], Awaitable[object]]


class CommandUpload:
    """Keeps the commands that Discord has like ours."""

    def __init__(self, bot: Any, *, sleep: Sleep = asyncio.sleep) -> None:
        """Args: bot: the `Samewave` whose commands they are."""
        self._bot = bot
        self._sleep = sleep
        self._task: asyncio.Task[None] | None = None
        self._demanded: float | None = None

    def start(self) -> None:
        """Send the definition in the background, if Discord's is another."""
        self._begin(anew=False)

    def demand(self) -> None:
        """Send the definition, whatever was noted: Discord called a command that is none of ours now."""
        now = monotonic()
        if self._demanded is None or now - self._demanded >= AGAIN_SECONDS:
            self._demanded = now
            self._begin(anew=True)

    async def stop(self) -> None:
        """End what is under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _begin(self, *, anew: bool) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._until_taken(anew=anew), name="upload commands")

    async def _until_taken(self, *, anew: bool) -> None:
        for attempt in count():
            try:
                return await self._send(anew=anew)
            except Exception as error:
                pause = min(FIRST_PAUSE * 2.0**attempt, LONGEST_PAUSE)
                log.warning(
                    "Discord did not take the slash commands (%s); text commands work, and they are sent "
                    "again in %g s",
                    " ".join(str(error).split())[:500] or type(error).__name__,
                    pause,
                    exc_info=None if isinstance(error, _PASSING) else error,
                )
            await self._sleep(pause)

    async def _send(self, *, anew: bool) -> None:
        tree: app_commands.CommandTree[Any] = self._bot.tree
        known: CommandSync = self._bot.services.command_sync
        application: int = self._bot.application_id
        definition = [
            await command.get_translated_payload(tree, SlashTranslator()) for command in tree.get_commands()
        ]
        digest = hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()
        if not anew and await known.is_known(application, digest):
            log.info("Discord has the commands as they are")
            return
        await tree.sync()
        await known.note(application, digest)
        log.info("sent %d commands to Discord", len(definition))
