"""Answers interactions: acknowledge, "thinking…", edit, or follow-up message."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import aiohttp
import discord

from bot.client.concurrency import release_slot
from bot.client.deduplication import files_of, send_with_retries

DEFER_AFTER_SECONDS = 1.5
"""Of the three seconds that Discord waits for the first response to an interaction."""

ALREADY_ACKNOWLEDGED = 40060
"""Discord's code for a second initial response to an interaction."""

_THINKING = "thinking"
_OF_NEW_MESSAGES = ("ephemeral", "file", "files", "suppress_embeds")
"""Parts that an edit of a message lacks, or names differently."""

_LINK = re.compile(r"(?<!<)https?://[^\s<>“”]+")

Answer = TypeVar("Answer")


async def acknowledge(answer: Callable[[], Awaitable[Answer]], message: Mapping[str, Any]) -> Answer | None:
    """Send the first response of an interaction; retry after a 503 or a lost connection.

    Discord accepts one response: None if an earlier attempt had arrived.

    Args:
        message: the answer's parts, for the files among them.
    """
    try:
        return await send_with_retries(answer, message)
    except discord.HTTPException as error:
        if error.code != ALREADY_ACKNOWLEDGED:
            raise
        return None


async def think(interaction: discord.Interaction[Any], *, ephemeral: bool) -> None:
    """Show "thinking…", unless it is shown or the interaction is answered.

    Raises:
        HTTPException, ClientError: it could not be sent.
    """
    release_slot()
    if interaction.response.is_done() or is_thinking(interaction):
        return
    await acknowledge(partial(interaction.response.defer, thinking=True, ephemeral=ephemeral), {})
    # discord.py does not know about a response that arrived although the connection broke.
    interaction.extras[_THINKING] = True


def is_thinking(interaction: discord.Interaction[Any]) -> bool:
    """Whether "thinking…" is shown."""
    return bool(interaction.extras.get(_THINKING))


def without_previews(message: Mapping[str, Any]) -> dict[str, Any]:
    """The message without previews of links in its text, which may be untrusted.

    A message with an embed keeps them, because Discord suppresses both together.
    """
    parts = dict(message)
    if parts.get("content") and not (parts.get("embed") or parts.get("embeds")):
        parts.setdefault("suppress_embeds", True)
    return parts


Edit = Callable[..., Awaitable[object]]
"""Changes an answer that was sent; takes its new parts by name."""


async def respond(interaction: discord.Interaction[Any], message: Mapping[str, Any]) -> Edit:
    """Answer an interaction: replace "thinking…", follow up, or respond first.

    Returns:
        a function that edits the answer.

    Raises:
        HTTPException, ClientError: it could not be sent.
    """
    release_slot()
    message = without_previews(message)
    if is_thinking(interaction):
        await replace_thinking(interaction, message)
    elif interaction.response.is_done():
        sent: discord.WebhookMessage = await interaction.followup.send(**message, wait=True)
        return sent.edit
    else:
        await acknowledge(partial(interaction.response.send_message, **message), message)
    return interaction.edit_original_response


async def replace_thinking(
    interaction: discord.Interaction[Any], message: Mapping[str, Any]
) -> discord.InteractionMessage:
    """Replace "thinking…" by an answer; unlike a follow-up, this edit is idempotent.

    Raises:
        HTTPException, ClientError: it could not be sent.
    """
    changes = {name: part for name, part in message.items() if name not in _OF_NEW_MESSAGES}
    if message.get("suppress_embeds"):  # only a new message can be without previews
        changes["content"] = _LINK.sub(r"<\g<0>>", message["content"])
    if files := files_of(message):
        changes["attachments"] = files
    sent = await send_with_retries(partial(interaction.edit_original_response, **changes), message)
    interaction.extras[_THINKING] = False
    return sent


async def defer_if_slow(
    work: Coroutine[Any, Any, Answer],
    defer: Callable[[], Awaitable[object]],
    *,
    after: float = DEFER_AFTER_SECONDS,
) -> Answer:
    """Await work that is usually quick; defer the response if it takes more seconds than `after`."""
    working = asyncio.create_task(work)
    try:
        if not (await asyncio.wait([working], timeout=after))[0]:
            await best_effort(defer())
        return await working
    finally:
        working.cancel()


async def edit_source_message(interaction: discord.Interaction[Any], **changes: Any) -> None:
    """Edit the message of a component, whether or not the response was deferred.

    Raises:
        HTTPException, ClientError: it could not be sent.
    """
    if interaction.response.is_done():
        await interaction.edit_original_response(**changes)
    else:
        await interaction.response.edit_message(**changes)


async def best_effort(sign: Awaitable[object]) -> None:
    """Show a waiting indicator; ignore errors of Discord."""
    with suppress(discord.HTTPException, aiohttp.ClientError, ConnectionError):
        await sign
