"""Where the bot may not write, the asker is told once, in a direct message."""

from contextlib import suppress
from typing import Any

import discord
from cachetools import FIFOCache
from discord.ext import commands

from bot.i18n.marking import marked
from bot.i18n.translator import translator_of
from bot.presentation.texts import shown

_MAX_TOLD = 10_000
"""Pairs of people and channels in memory."""

_NEEDED = {
    "send_messages": marked("Send Messages"),
    "send_messages_in_threads": marked("Send Messages in Threads"),
    "embed_links": marked("Embed Links"),
    "attach_files": marked("Attach Files"),
}


def missing_permissions(context: commands.Context[Any]) -> list[str]:
    """What an answer to a text command needs and the bot lacks in that channel, as Discord names it."""
    if context.guild is None or context.interaction is not None:
        return []
    allowed = context.bot_permissions
    in_thread = isinstance(context.channel, discord.Thread)
    writing = "send_messages_in_threads" if in_thread else "send_messages"
    needed = (writing, "embed_links", "attach_files")
    return [_NEEDED[name] for name in needed if not getattr(allowed, name)]


def is_timed_out(guild: discord.Guild | None) -> bool:
    """Whether a moderator has silenced the bot for a while: no permission helps then."""
    return guild is not None and guild.me is not None and guild.me.is_timed_out()


class PermissionNotices:
    """Tells people once about missing permissions."""

    def __init__(self) -> None:
        self._told: FIFOCache[tuple[int, int], None] = FIFOCache(_MAX_TOLD)

    def forget(self, user: int) -> None:
        """Drop what is in memory about a user."""
        for key in [key for key in self._told if key[0] == user]:
            del self._told[key]

    async def tell(self, context: commands.Context[Any], missing: list[str]) -> None:
        """Tell the asker what is missing there; a second time, or with their messages closed, nothing."""
        key = (context.author.id, context.channel.id)
        if key in self._told:
            return
        self._told[key] = None
        translate = translator_of(context)
        channel = shown(f"#{context.channel}", 120)
        if is_timed_out(context.guild):
            told = translate(
                "I cannot answer in {channel}: I am timed out in that server. Until a moderator ends that, "
                "ask me here.",
                channel=channel,
            )
        else:
            told = translate(
                "I cannot answer in {channel}: I lack the permissions {permissions} there. A moderator "
                "can give them to me; until then, ask me here or in another channel.",
                channel=channel,
                permissions=translate.listing([translate(name) for name in missing]),
            )
        with suppress(discord.HTTPException):
            await context.author.send(told)
