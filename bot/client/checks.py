"""What a server's moderators settled, applied to every command and press: its prefix, its channels."""

from typing import Any

import discord
from discord.ext import commands

from bot.domain.errors import WrongChannel
from bot.domain.guilds import GuildSettings

ANYWHERE = "anywhere"
"""Among a command's `extras`: it answers moderators in every channel, or nobody could open one again."""
_NAMED = 5


async def prefixes(bot: Any, message: discord.Message) -> list[str]:
    """What text commands begin with there; a mention always does."""
    prefix = await prefix_in(bot, message.guild.id if message.guild else None)
    return commands.when_mentioned_or(prefix)(bot, message)


async def prefix_in(bot: Any, guild: int | None) -> str:
    """The prefix of a server, to show in a hint."""
    settings: GuildSettings = await bot.services.guilds.of(guild)
    return settings.prefix or str(bot.text_prefix)


async def keep_to_channels(context: commands.Context[Any]) -> bool:
    """Whether a command is given in a channel where the bot answers.

    Raises:
        CommandInvokeError: it is not (`WrongChannel`).
    """
    if context.guild is None:
        return True
    settings: GuildSettings = await context.bot.services.guilds.of(context.guild.id)
    if (
        context.command is not None
        and context.command.extras.get(ANYWHERE)
        and context.permissions.manage_guild
    ):
        return True
    try:
        _keep_to(settings, context.channel)
    except WrongChannel as wrong:
        raise commands.CommandInvokeError(wrong) from wrong
    return True


async def keep_press_to_channels(interaction: discord.Interaction[Any]) -> None:
    """The same for buttons and menus.

    Raises:
        WrongChannel: the server's moderators want answers elsewhere.
    """
    if interaction.guild_id is not None:
        _keep_to(await interaction.client.services.guilds.of(interaction.guild_id), interaction.channel)


def _keep_to(settings: GuildSettings, channel: Any) -> None:
    if channel is None or settings.answers_in(channel.id, getattr(channel, "parent_id", None)):
        return
    named = sorted(settings.channels)[:_NAMED]
    raise WrongChannel("I answer in {channels} here.", channels=" ".join(f"<#{one}>" for one in named))
