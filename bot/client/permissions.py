"""Notifies users once by direct message where the bot lacks permissions."""

from contextlib import suppress
from typing import Any

import discord
from discord.ext import commands

from bot.client.deduplication import SeenIds
from bot.i18n.marking import marked
from bot.i18n.translator import translator_of
from bot.presentation.texts import shown

_MAX_NOTIFIED = 10_000
"""Pairs of people and channels in memory."""

_NEEDED = {
    "send_messages": marked("Send Messages"),
    "send_messages_in_threads": marked("Send Messages in Threads"),
    "embed_links": marked("Embed Links"),
    "attach_files": marked("Attach Files"),
}


def missing_permissions(context: commands.Context[Any]) -> list[str]:
    """The permissions for answering a text command that the bot lacks in a channel, by Discord's names."""
    if context.guild is None or context.interaction is not None:
        return []
    allowed = context.bot_permissions
    in_thread = isinstance(context.channel, discord.Thread)
    writing = "send_messages_in_threads" if in_thread else "send_messages"
    needed = (writing, "embed_links", "attach_files")
    return [_NEEDED[name] for name in needed if not getattr(allowed, name)]


def may_reply(context: commands.Context[Any]) -> bool:
    """Whether the bot may reply to the message: Discord requires Read Message History for that."""
    return context.guild is None or context.bot_permissions.read_message_history


def is_timed_out(guild: discord.Guild | None) -> bool:
    """Whether a moderator has silenced the bot for a while: no permission helps then."""
    return guild is not None and guild.me is not None and guild.me.is_timed_out()


class PermissionNotices:
    """Sends a notice about missing permissions once per user and channel."""

    def __init__(self) -> None:
        self._notified = SeenIds(_MAX_NOTIFIED)

    def forget(self, user: int | None) -> None:
        """Forget that a person was told, or that anyone was."""
        self._notified.forget(lambda key: user in (None, key[0]))

    async def tell(self, context: commands.Context[Any], missing: list[str]) -> None:
        """Notify the user once of missing permissions; ignored if direct messages are closed."""
        if not self._notified.first_time((context.author.id, context.channel.id)):
            return
        translate = translator_of(context)
        channel = shown(f"#{context.channel}", 120)
        if is_timed_out(context.guild):
            text = translate(
                "I cannot answer in {channel}: I am timed out in that server. Until a moderator ends that, "
                "ask me here.",
                channel=channel,
            )
        else:
            text = translate(
                "I cannot answer in {channel}: I lack the permissions {permissions} there. A moderator "
                "can give them to me; until then, ask me here or in another channel.",
                channel=channel,
                permissions=translate.listing([translate(name) for name in missing]),
            )
        with suppress(discord.HTTPException):
            await context.author.send(text)

    async def tell_of_replies(self, context: commands.Context[Any]) -> None:
        """Notify the user once that answers are no replies; ignored if direct messages are closed."""
        if not self._notified.first_time((context.author.id, context.channel.id)):
            return
        translate = translator_of(context)
        text = translate(
            "In {channel} my answers cannot be replies: I lack the permission {permission} there. "
            "A moderator can give it to me.",
            channel=shown(f"#{context.channel}", 120),
            permission=translate("Read Message History"),
        )
        with suppress(discord.HTTPException):
            await context.author.send(text)
