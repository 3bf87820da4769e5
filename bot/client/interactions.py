"""Nothing is answered twice: what is delivered again is known by its id, what is sent again by its nonce."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands

REMEMBERED = 10_000
PAUSES = (0.3, 1.0)
"""Seconds before a message is sent again that did not get through."""

PATIENCE = 1.5
"""Seconds, of the three that Discord waits for an interaction's first answer, in which no sign is given."""

ALREADY_ACKNOWLEDGED = 40060
"""Discord's code for a second answer to an interaction."""

_THINKING = "thinking"

Answer = TypeVar("Answer")
Bot = TypeVar("Bot", bound=commands.AutoShardedBot)


class Seen:
    """Ids of what was acted on, the newest `size` of them.

    After a lost connection Discord delivers again what it believes was missed.
    """

    def __init__(self, size: int = REMEMBERED) -> None:
        self._size = size
        self._ids: dict[int, None] = {}

    def first_time(self, number: int) -> bool:
        """Whether the id is new; from now on it is not."""
        if number in self._ids:
            return False
        self._ids[number] = None
        if len(self._ids) > self._size:
            del self._ids[next(iter(self._ids))]
        return True


class DeduplicatingTree(app_commands.CommandTree[Any]):
    """Lets each interaction through once; the bot has `seen`."""

    async def interaction_check(self, interaction: discord.Interaction[Any]) -> bool:
        """Whether it came for the first time."""
        return bool(interaction.client.seen.first_time(interaction.id))


class DeduplicatedContext(commands.Context[Bot]):
    """A context whose messages carry a nonce made of the message they answer.

    Discord keeps one message of a nonce, so one that may or may not have arrived can be sent again.
    discord.py itself repeats what met a 500, 502 or 504, whether it arrived or not.

    Attributes:
        began: `time.perf_counter()` when the message was taken up.
    """

    _sent = 0

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self.began = time.perf_counter()

    async def send(self, content: str | None = None, **message: Any) -> discord.Message:
        """Send, and send again what met a 503 or a lost connection.

        Raises:
            HTTPException, ClientError: it did not get through.
        """
        interaction = self.interaction
        if interaction is not None:
            if is_thinking(interaction):
                return await instead_of_thinking(interaction, {"content": content, **message})
            if interaction.response.is_done():
                return await super().send(content, **message)
            sent = await acknowledged(partial(super().send, content, **message), message)
            return sent or await interaction.original_response()
        self._sent += 1
        message["nonce"] = f"{self.message.id}-{self._sent}"
        return await _got_through(partial(super().send, content, **message), message)

    async def defer(self, *, ephemeral: bool = False) -> None:
        """Show "thinking…", or "typing…" for a message.

        Raises:
            HTTPException, ClientError: it did not get through.
        """
        if self.interaction is None:
            await super().defer()
        else:
            await think(self.interaction, ephemeral=ephemeral)


async def acknowledged(answer: Callable[[], Awaitable[Answer]], message: Mapping[str, Any]) -> Answer | None:
    """Give an interaction its first answer, again where that met a 503 or a lost connection.

    Discord takes one: None when the one before had arrived after all.

    Args:
        message: the answer's parts, for the files among them.
    """
    try:
        return await _got_through(answer, message)
    except discord.HTTPException as error:
        if error.code != ALREADY_ACKNOWLEDGED:
            raise
        return None


async def think(interaction: discord.Interaction[Any], *, ephemeral: bool) -> None:
    """Show "thinking…" where the answer will stand, unless that was done or it is answered.

    Raises:
        HTTPException, ClientError: it did not get through.
    """
    if interaction.response.is_done() or is_thinking(interaction):
        return
    await acknowledged(partial(interaction.response.defer, thinking=True, ephemeral=ephemeral), {})
    # discord.py does not know of what arrived although the line broke.
    interaction.extras[_THINKING] = True


def is_thinking(interaction: discord.Interaction[Any]) -> bool:
    """Whether "thinking…" stands where the answer belongs."""
    return bool(interaction.extras.get(_THINKING))


async def respond(interaction: discord.Interaction[Any], message: Mapping[str, Any]) -> None:
    """Answer an interaction: where "thinking…" stands, as a further message, or as its first answer.

    Raises:
        HTTPException, ClientError: it did not get through.
    """
    if is_thinking(interaction):
        await instead_of_thinking(interaction, message)
    elif interaction.response.is_done():
        await interaction.followup.send(**message)
    else:
        await acknowledged(partial(interaction.response.send_message, **message), message)


async def instead_of_thinking(
    interaction: discord.Interaction[Any], message: Mapping[str, Any]
) -> discord.InteractionMessage:
    """Put an answer there: made twice, the change is one, where a follow-up message would be two.

    Raises:
        HTTPException, ClientError: it did not get through.
    """
    changes = {name: part for name, part in message.items() if name not in ("ephemeral", "file", "files")}
    if files := _files(message):
        changes["attachments"] = files
    sent = await _got_through(partial(interaction.edit_original_response, **changes), message)
    interaction.extras[_THINKING] = False
    return sent


async def in_time(work: Coroutine[Any, Any, Answer], sign: Callable[[], Awaitable[object]]) -> Answer:
    """Do what may have to wait for another process that writes for long; with a sign if it does."""
    working = asyncio.create_task(work)
    try:
        if not (await asyncio.wait([working], timeout=PATIENCE))[0]:
            await at_best(sign())
        return await working
    finally:
        working.cancel()


async def put_in_place(interaction: discord.Interaction[Any], **changes: Any) -> None:
    """Change the message that was pressed, whether or not a sign was given before.

    Raises:
        HTTPException, ClientError: it did not get through.
    """
    if interaction.response.is_done():
        await interaction.edit_original_response(**changes)
    else:
        await interaction.response.edit_message(**changes)


async def at_best(sign: Awaitable[object]) -> None:
    """Show a sign of life; where Discord does not take it, the answer comes without."""
    with suppress(discord.HTTPException, aiohttp.ClientError, ConnectionError):
        await sign


async def _got_through(send: Callable[[], Awaitable[Answer]], message: Mapping[str, Any]) -> Answer:
    for pause in PAUSES:
        try:
            return await send()
        except (discord.DiscordServerError, aiohttp.ClientError, ConnectionError) as error:
            if isinstance(error, discord.DiscordServerError) and error.status != 503:
                raise
        await asyncio.sleep(pause)
        for file in _files(message):
            file.reset()
    return await send()


def _files(message: Mapping[str, Any]) -> Sequence[discord.File]:
    return [message["file"]] if message.get("file") else message.get("files") or ()
