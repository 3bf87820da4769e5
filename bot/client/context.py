"""Answers that only the asker sees: in servers that want it quiet, and where an answer is about a person."""

from contextlib import suppress
from typing import Any, TypeVar

import discord
from discord.ext import commands

from bot.client.interactions import DeduplicatedContext
from bot.i18n.translator import translator_of

SENT = "📨"
"""The reaction to a message that was answered by direct message."""
IN_PLACE = "in place"
"""Among a command's `extras`: its answer needs the server around it, so that it is never sent elsewhere."""

Bot = TypeVar("Bot", bound=commands.AutoShardedBot)


async def whisper(
    context: commands.Context[Any], content: str | None = None, **message: Any
) -> discord.Message:
    """Answer the asker alone: a slash command ephemerally, a message by direct message and a reaction.

    Whoever closed their direct messages is told so in the channel, without the answer.
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
        return await context.channel.send(closed, reference=context.message)
    if context.guild is not None:
        with suppress(discord.HTTPException):
            await context.message.add_reaction(SENT)
    return sent


class SamewaveContext(DeduplicatedContext[Bot]):
    """Whispers in servers whose moderators chose the quiet mode."""

    async def send(self, content: str | None = None, **message: Any) -> discord.Message:
        """Send where the server wants it.

        Raises:
            HTTPException, ClientError: it did not get through.
        """
        if self.guild is None or message.get("ephemeral") or not await self._is_quiet():
            return await super().send(content, **message)
        if self.interaction is not None:
            return await super().send(content, ephemeral=True, **message)
        message.pop("reference", None)
        return await whisper(self, content, **message)

    async def defer(self, *, ephemeral: bool = False) -> None:
        """Show "thinking…" to those who will see the answer."""
        await super().defer(ephemeral=ephemeral or await self._is_quiet())

    async def _is_quiet(self) -> bool:
        if self.guild is None or (self.command is not None and self.command.extras.get(IN_PLACE)):
            return False
        settings = await self.bot.services.guilds.of(self.guild.id)  # type: ignore[attr-defined]
        return bool(settings.quiet)
