"""Sends the definition of the slash commands to Discord in the background; text commands work meanwhile."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot.i18n.slash_commands import SlashTranslator
from bot.services.command_sync import LOCK, CommandSync

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 15.0, 3_600.0
"""Seconds before a refused definition is sent again; each pause is twice the one before."""
ELSEWHERE_SECONDS = 5.0
"""Seconds between two checks whether another process has sent them."""
_PASSING = (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError)

Sleep = Callable[[float], Awaitable[object]]


class CommandUpload:
    """Keeps Discord's copy of the commands up to date."""

    def __init__(self, bot: Any, *, sleep: Sleep = asyncio.sleep) -> None:
        """Args: bot: the `Samewave` whose commands they are."""
        self._bot = bot
        self._sleep = sleep
        self._task: asyncio.Task[None] | None = None

    def begin(self, *, demanded: bool) -> None:
        """Send the definition in the background, if none is being sent.

        Args:
            demanded: Discord called a command that no longer exists; else only a changed definition is sent.
        """
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._until_taken(demanded=demanded), name="upload commands")

    async def stop(self) -> None:
        """Stop a running upload."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _until_taken(self, *, demanded: bool) -> None:
        for attempt in count():
            try:
                return await self._send(demanded=demanded)
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

    async def _send(self, *, demanded: bool) -> None:
        tree: app_commands.CommandTree[Any] = self._bot.tree
        known: CommandSync = self._bot.services.command_sync
        application: int = self._bot.application_id
        definition = [
            await command.get_translated_payload(tree, SlashTranslator()) for command in tree.get_commands()
        ]
        digest = hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()
        while await known.is_due(application, digest, demanded=demanded):
            async with self._bot.services.lock(LOCK) as free:
                if free and await known.is_due(application, digest, demanded=demanded):
                    await tree.sync()
                    await known.note(application, digest, demanded=demanded)
                    log.info("sent %d commands to Discord", len(definition))
                    return
            if not free:
                await self._sleep(ELSEWHERE_SECONDS)
        if not demanded:
            log.info("Discord has the commands as they are")
