"""The effective settings of a server, without channels and roles deleted in Discord."""

from dataclasses import replace
from typing import Any

import discord
from cachetools import FIFOCache
from discord.ext import commands

from bot.client.context import send_privately
from bot.domain.guilds import GuildSettings
from bot.i18n.translator import translator_of

_MAX_NOTIFIED = 10_000
"""Servers in memory."""


async def settings_in(bot: Any, guild: discord.Guild | None) -> GuildSettings:
    """The effective settings of a server; the defaults in direct messages."""
    settings: GuildSettings = await bot.services.guilds.settings.of(guild.id if guild else None)
    return without_deleted(settings, guild)


def without_deleted(settings: GuildSettings, guild: discord.Guild | None) -> GuildSettings:
    """The settings without deleted channels and a deleted role.

    If none of the chosen channels is left, all channels are allowed, so that the bot still answers somewhere.
    """
    if guild is None or guild.unavailable or not guild.channels:  # unknown, so nothing counts as deleted
        return settings
    channels = frozenset(one for one in settings.channels if guild.get_channel_or_thread(one))
    role = settings.dj_role if settings.dj_role and guild.get_role(settings.dj_role) else None
    if channels == settings.channels and role == settings.dj_role:
        return settings
    return replace(settings, channels=channels, dj_role=role)


class DeletionNotices:
    """Notifies one moderator per server of deleted channels or roles in the settings."""

    def __init__(self) -> None:
        self._notified: FIFOCache[int, tuple[bool, bool]] = FIFOCache(_MAX_NOTIFIED)

    async def tell(self, context: commands.Context[Any]) -> None:
        """Notify the user if they are a moderator and none was notified before.

        Raises:
            HTTPException: it could not be sent.
        """
        guild = context.guild
        if guild is None or not context.permissions.manage_guild:
            return
        chosen: GuildSettings = await context.bot.services.guilds.settings.of(guild.id)
        left = without_deleted(chosen, guild)
        gone = (bool(chosen.channels) and not left.channels, chosen.dj_role != left.dj_role)
        if not any(gone) or self._notified.get(guild.id) == gone:
            return
        self._notified[guild.id] = gone
        translate, sentences = translator_of(context), []
        if gone[0]:
            sentences.append(
                translate(
                    "The channels where I was to answer are deleted: I answer everywhere until you choose "
                    "others with `/settings`."
                )
            )
        if gone[1]:
            sentences.append(
                translate(
                    "The DJ role is deleted: everybody may begin a session until you choose another with "
                    "`/settings`."
                )
            )
        await send_privately(context, " ".join(sentences))
