"""Nothing is answered twice: what is delivered again is known by its id, what is sent again by its nonce.

A nonce is an id that Discord stores with a message: of several messages with one nonce it keeps one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

import aiohttp
import discord
from cachetools import FIFOCache
from discord import app_commands

MAX_IDS = 10_000
RETRY_PAUSES = (0.3, 1.0)
"""Seconds before a message is sent again that did not get through."""

Sent = TypeVar("Sent")


class SeenIds:
    """Ids of what was acted on, the newest `size` of them.

    After a lost connection Discord delivers again what it believes was missed.
    """

    def __init__(self, size: int = MAX_IDS) -> None:
        self._ids: FIFOCache[Hashable, None] = FIFOCache(size)

    def first_time(self, id: Hashable) -> bool:
        """Whether the id is new; from now on it is not."""
        if id in self._ids:
            return False
        self._ids[id] = None
        return True


class DeduplicatingTree(app_commands.CommandTree[Any]):
    """Lets each interaction through once; the bot has `seen`."""

    async def interaction_check(self, interaction: discord.Interaction[Any]) -> bool:
        """Whether it came for the first time."""
        return bool(interaction.client.seen.first_time(interaction.id))


async def send_with_retries(send: Callable[[], Awaitable[Sent]], message: Mapping[str, Any]) -> Sent:
    """Send, and send again what met a 503 or a lost connection.

    discord.py itself repeats what met a 500, 502 or 504, whether it arrived or not.

    Args:
        send: must do the same when it is called twice: with a nonce, or by changing one message.
        message: the message's parts, for the files among them.

    Raises:
        HTTPException, ClientError: it did not get through.
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
    """The files among a message's parts."""
    return [message["file"]] if message.get("file") else message.get("files") or ()
