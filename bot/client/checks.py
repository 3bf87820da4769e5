"""Checks before every command and component: the server's prefix and the channels where the bot answers."""

from collections.abc import Iterator
from typing import Any

import discord
from discord.ext import commands

from bot.client.guild_settings import settings_in
from bot.domain.errors import SamewaveError, WrongChannel
from bot.domain.guilds import GuildSettings

ANYWHERE = "anywhere"
"""A key of a command's `extras`: moderators may use it in every channel, to undo a wrong setting."""
_NAMED = 5


async def prefixes(bot: Any, message: discord.Message) -> list[str]:
    """The prefixes of text commands: the server's prefix or a mention of the bot."""
    prefix = await prefix_in(bot, message.guild.id if message.guild else None)
    return commands.when_mentioned_or(prefix)(bot, message)


async def prefix_in(bot: Any, guild: int | None) -> str:
    """The prefix of a server."""
    settings: GuildSettings = await bot.services.guilds.settings.of(guild)
    return settings.prefix or str(bot.text_prefix)


async def in_allowed_channel(context: commands.Context[Any]) -> bool:
    """Check that a command was sent in a channel where the bot answers.

    Raises:
        CommandInvokeError: it is not (`WrongChannel`).
    """
    if context.guild is None:
        return True
    settings = await settings_in(context.bot, context.guild)
    if (
        context.command is not None
        and context.command.extras.get(ANYWHERE)
        and context.permissions.manage_guild
    ):
        return True
    try:
        _check_channel(settings, context.channel)
    except WrongChannel as wrong:
        raise commands.CommandInvokeError(wrong) from wrong
    return True


async def check_channel_arguments(context: commands.Context[Any]) -> None:
    """Check that the user may see, or join, every channel that a command names.

    Raises:
        ChannelNotFound: the user does not see it; the answer is the same as for an unknown channel.
        CommandInvokeError: it is a voice channel that the user may not join (`SamewaveError`).
    """
    for named in _arguments(context):
        if not isinstance(named, discord.abc.GuildChannel):
            continue
        asker = context.author
        allowed = (
            named.permissions_for(asker)
            if isinstance(asker, discord.Member) and asker.guild == named.guild
            else discord.Permissions.none()
        )
        if not allowed.view_channel:
            raise commands.ChannelNotFound(str(named.id))
        if isinstance(named, discord.VoiceChannel | discord.StageChannel) and not allowed.connect:
            closed = SamewaveError(
                "You cannot join {channel}; name a voice channel that is open to you.", channel=named.mention
            )
            raise commands.CommandInvokeError(closed) from closed


async def check_component_channel(interaction: discord.Interaction[Any]) -> None:
    """Check the channel of a button or a menu.

    Raises:
        WrongChannel: the server's moderators want answers elsewhere.
    """
    if interaction.guild is not None:
        settings = await settings_in(interaction.client, interaction.guild)
        _check_channel(settings, interaction.channel)


def _check_channel(settings: GuildSettings, channel: Any) -> None:
    if channel is None or settings.answers_in(channel.id, getattr(channel, "parent_id", None)):
        return
    named = sorted(settings.channels)[:_NAMED]
    raise WrongChannel("I answer in {channels} here.", channels=" ".join(f"<#{one}>" for one in named))


def _arguments(context: commands.Context[Any]) -> Iterator[object]:
    """The values of all arguments, those of flags one by one."""
    for value in (*context.args, *context.kwargs.values()):
        if isinstance(value, commands.FlagConverter):
            yield from (flag for _, flag in value)
        else:
            yield value
