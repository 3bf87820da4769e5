"""The context of a command: sends each answer once, and privately in quiet mode."""

import time
from collections.abc import MutableMapping
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import discord
from discord.ext import commands

from bot.client.concurrency import release_slot
from bot.client.deduplication import files_of, send_with_retries
from bot.client.interactions import acknowledge, is_thinking, replace_thinking, think, without_previews
from bot.client.permissions import may_reply
from bot.i18n.translator import translator_of

SENT = "📨"
"""The reaction to a message that was answered by direct message."""
_NONCE_LIMIT = 25
_NO_HISTORY = 160002
_REPLY_REFUSED = (50035, _NO_HISTORY)
"""Discord's codes for a reply to a message that is gone, and for one without Read Message History."""
IN_PLACE = "in place"
"""A key of a command's `extras`: its answer belongs into the server, and is never sent privately."""

Bot = TypeVar("Bot", bound=commands.AutoShardedBot)


async def send_privately(
    context: commands.Context[Any], content: str | None = None, **message: Any
) -> discord.Message:
    """Answer privately: a slash command ephemerally, a message by direct message and a reaction.

    If the user does not accept direct messages, a notice without the answer is sent to the channel.
    """
    if context.interaction is not None:
        return await context.send(content, ephemeral=True, **message)
    try:
        sent = await context.author.send(content, **message)
    except discord.Forbidden:
        translate = translator_of(context)
        closed = translate(
            "That answer is for you alone, but your direct messages are closed to me: open them, or use the "
            "slash command."
        )
        if not may_reply(context):
            return await context.channel.send(closed)
        return await context.channel.send(
            closed, reference=context.message.to_reference(fail_if_not_exists=False)
        )
    if context.guild is not None:
        with suppress(discord.HTTPException):
            await context.message.add_reaction(SENT)
    return sent


class SamewaveContext(commands.Context[Bot]):
    """Sends each answer once, and privately in servers with quiet mode.

    Attributes:
        began: `time.perf_counter()` at the start of processing.
        answered: the same when the first answer was sent; None before. A cover comes after it.
    """

    _sent = 0

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self.began = time.perf_counter()
        self.answered: float | None = None

    async def send(self, content: str | None = None, **message: Any) -> discord.Message:
        """Send an answer as the server's settings require; retry after a 503 or a lost connection.

        Raises:
            HTTPException, ClientError: it could not be sent.
        """
        release_slot()
        sent = await self._answer(content, message)
        self.answered = self.answered or time.perf_counter()
        return sent

    async def _answer(self, content: str | None, parts: dict[str, Any]) -> discord.Message:
        message = without_previews({"content": content, **parts})
        content = message.pop("content")
        if not message.get("ephemeral") and await self._is_quiet():
            if self.interaction is None:
                message.pop("reference", None)
                return await send_privately(self, content, **message)
            message["ephemeral"] = True
        if self.interaction is None:
            return await self._send_or_edit({"content": content, **message})
        if is_thinking(self.interaction):
            return await replace_thinking(self.interaction, {"content": content, **message})
        if self.interaction.response.is_done():
            return await super().send(content, **message)
        sent = await acknowledge(partial(super().send, content, **message), message)
        return sent or await self.interaction.original_response()

    def is_newest(self, answer: discord.Message) -> bool:
        """Whether the command was not edited since the answer was sent."""
        answers: MutableMapping[int, discord.Message] = self.bot.answers  # type: ignore[attr-defined]
        return answers.get(self.message.id, answer) is answer

    async def _send_or_edit(self, message: dict[str, Any]) -> discord.Message:
        """Send the answer; after an edit of the command, replace the earlier answer."""
        self._sent += 1
        answers: MutableMapping[int, discord.Message] = self.bot.answers  # type: ignore[attr-defined]
        if self._sent == 1 and (earlier := answers.get(self.message.id)) is not None:
            embeds = message.get("embeds") or [message[name] for name in ("embed",) if message.get(name)]
            change = partial(
                earlier.edit,
                content=message.get("content"),
                embeds=embeds,
                view=message.get("view"),
                attachments=files_of(message),
                suppress=bool(message.get("suppress_embeds")),
            )
            with suppress(discord.NotFound):  # deleted meanwhile
                answers[self.message.id] = changed = await send_with_retries(change, message)
                return changed
        edited = self.message.edited_at
        version = f"-{int(edited.timestamp()) % 10_000}" if edited else ""
        message["nonce"] = f"{self.message.id}-{self._sent}{version}"[:_NONCE_LIMIT]
        sent = await self._send_as_reply(message)
        if self._sent == 1:
            answers[self.message.id] = sent
        return sent

    async def _send_as_reply(self, message: dict[str, Any]) -> discord.Message:
        """Send as a reply, or as a plain message if Discord refuses the reply."""
        send = super().send
        if message.get("reference") is not None and not may_reply(self):
            del message["reference"]
            await self.bot.notices.tell_of_replies(self)  # type: ignore[attr-defined]
        try:
            return await send_with_retries(partial(send, **message), message)
        except discord.HTTPException as error:
            if message.get("reference") is None or error.code not in _REPLY_REFUSED:
                raise
            refused = error.code
        del message["reference"]
        for file in files_of(message):
            file.reset()
        sent = await send_with_retries(partial(send, **message), message)
        if refused == _NO_HISTORY:
            await self.bot.notices.tell_of_replies(self)  # type: ignore[attr-defined]
        return sent

    async def defer(self, *, ephemeral: bool = False) -> None:
        """Show "typing…" for a message, "thinking…" for a slash command, with the visibility of the answer.

        Raises:
            HTTPException, ClientError: it could not be sent.
        """
        release_slot()
        if self.interaction is None:
            await super().defer()
        else:
            await think(self.interaction, ephemeral=ephemeral or await self._is_quiet())

    async def _is_quiet(self) -> bool:
        if self.guild is None or (self.command is not None and self.command.extras.get(IN_PLACE)):
            return False
        settings = await self.bot.services.guilds.settings.of(self.guild.id)  # type: ignore[attr-defined]
        return bool(settings.quiet)
