"""Handles messages without a command: mentions, direct messages with a title or "help", misspelt commands."""

import copy
import re
from typing import Any

import discord
from discord.ext import commands

from bot.client.bot import Samewave
from bot.client.checks import in_allowed_channel, prefix_in
from bot.client.permissions import missing_permissions
from bot.domain.errors import SamewaveError, TooFast
from bot.i18n.translator import translator_of
from bot.presentation.sentences import sentence_for
from cogs.misspelt_commands import nearest_command

_GREETING = re.compile(r"(?:hi|hey|hello|hallo|help|hilfe|\?)[!. ]*", re.IGNORECASE)


class Conversation(commands.Cog, command_attrs={"hidden": True}):
    """Answers mentions, direct messages and misspelt commands."""

    def __init__(self, bot: Samewave) -> None:
        self._bot = bot

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Treat text after a mention or in a direct message as a song; without text, show the help."""
        if message.author.bot or message.type not in (discord.MessageType.default, discord.MessageType.reply):
            return
        prefix = await prefix_in(self._bot, message.guild.id if message.guild else None)
        text = self._addressed_text(message)
        if text is None or (message.guild is None and text.startswith(prefix)):
            return
        text = text.lstrip(" ,:;-").removeprefix(prefix).strip()
        first = text.partition(" ")[0]
        if self._bot.get_command(first) is not None:
            if _is_command_already(message, text):
                return
            await self._process(message, prefix + text)
        elif not text and message.reference is not None:
            await self._process(message, f"{prefix}recommend")
        elif not text or _GREETING.fullmatch(text):
            await self._process(message, f"{prefix}help")
        else:
            await self._process(message, f"{prefix}recommend {text}")

    @commands.Cog.listener()
    async def on_command_error(self, context: commands.Context[Any], error: commands.CommandError) -> None:
        """Suggest a command for a misspelt one; ignore other bots' commands."""
        if (
            not isinstance(error, commands.CommandNotFound)
            or self._addressed_text(context.message) is not None
        ):
            return
        name = nearest_command(context.invoked_with or "", self._bot.commands)
        if name is None or missing_permissions(context):
            return
        try:
            await in_allowed_channel(context)
            self._bot.count_request(context.author.id, context.guild.id if context.guild else None)
        except (commands.CommandInvokeError, TooFast):
            return
        rest = context.message.content.partition(context.invoked_with or "")[2].strip()
        meant = SamewaveError("Did you mean `{prefix}{command}`?", command=f"{name} {rest}".strip())
        sentence = sentence_for(meant, translator_of(context), prefix=context.clean_prefix)
        await context.reply(sentence)

    def _addressed_text(self, message: discord.Message) -> str | None:
        """The text after a mention of the bot or of a direct message; None if there is neither."""
        text = message.content.strip()
        user = self._bot.user
        if user is not None:
            for mention in (f"<@{user.id}>", f"<@!{user.id}>"):
                if text.startswith(mention):
                    return text.removeprefix(mention)
        return text if message.guild is None else None

    async def _process(self, message: discord.Message, content: str) -> None:
        copied = copy.copy(message)
        copied.content = content
        await self._bot.process_commands(copied)


def _is_command_already(message: discord.Message, text: str) -> bool:
    """Whether discord.py handles it as a command itself: directly after the mention, without a comma."""
    return message.guild is not None and message.content.strip().partition(">")[2].strip() == text


async def setup(bot: Samewave) -> None:
    """Add the cog."""
    await bot.add_cog(Conversation(bot))
