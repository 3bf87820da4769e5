"""Prevents duplicate answers: repeated deliveries are detected by id, repeated sends by nonce.

A nonce is an id stored with a message: of several messages with the same nonce, Discord keeps one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from math import inf
from typing import Any, TypeVar

import aiohttp
import discord
from cachetools import TTLCache
from discord import app_commands

MAX_IDS = 10_000
RETRY_PAUSES = (0.3, 1.0)
"""Seconds before a failed message is sent again."""

NOT_SENT = (discord.HTTPException, aiohttp.ClientError, ConnectionError)
"""What `send_with_retries` raises."""

Sent = TypeVar("Sent")


class SeenIds:
    """The newest `size` ids of the last `seconds`, such as those of processed messages and interactions.

    After a lost connection Discord redelivers events that may have been missed.
    """

    def __init__(self, size: int = MAX_IDS, seconds: float = inf) -> None:
        self._ids: TTLCache[Hashable, None] = TTLCache(size, seconds)

    def first_time(self, id: Hashable) -> bool:
        """Whether the id is new; from now on it is not."""
        if id in self._ids:
            return False
        self._ids[id] = None
        return True

    def forget(self, concerned: Callable[[Any], bool]) -> None:
        """Forget the ids of which that is true."""
        for id in [id for id in self._ids if concerned(id)]:
            del self._ids[id]


class DeduplicatingTree(app_commands.CommandTree[Any]):
    """Processes each interaction once, unless the bot is overloaded; uses the bot's `seen` and `overload`."""

    async def interaction_check(self, interaction: discord.Interaction[Any]) -> bool:
        bot = interaction.client
        return bool(bot.seen.first_time(interaction.id) and await bot.overload.takes_interaction(interaction))


async def send_with_retries(send: Callable[[], Awaitable[Sent]], message: Mapping[str, Any]) -> Sent:
    """Send, and retry after a 503 or a lost connection.

    discord.py itself retries after a 500, 502 or 504, even if the message arrived.

    Args:
        send: must be idempotent: it uses a nonce, or edits a message.
        message: the message's parts, for the files among them.

    Raises:
        HTTPException, ClientError: it could not be sent.
    """
    for pause in RETRY_PAUSES:
        try:
            return await send()
        except (discord.DiscordServerError, aiohttp.ClientError, ConnectionError) as error:
            if isinstance(error, discord.DiscordServerError) and error.status != 503:
                raise
        await asyncio.sleep(pause)
        for file in files_of(message):
            file.reset()
    return await send()


def files_of(message: Mapping[str, Any]) -> Sequence[discord.File]:
    """The files in a message's parts."""
    return [message["file"]] if message.get("file") else message.get("files") or ()
