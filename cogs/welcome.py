"""The first word in a new server."""

import logging

import discord
from discord.ext import commands

from bot.client.bot import Samewave
from bot.i18n.translator import translator_for
from bot.presentation import embeds

log = logging.getLogger(__name__)


class Welcome(commands.Cog, command_attrs={"hidden": True}):
    """Says once how to begin, where the server wants such messages."""

    def __init__(self, bot: Samewave) -> None:
        self._bot = bot

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Write into the system channel, if there is one that we may write to."""
        channel = guild.system_channel
        if channel is None:
            return
        allowed = channel.permissions_for(guild.me)
        if not (allowed.send_messages and allowed.embed_links):
            return
        translate = translator_for(guild.preferred_locale.value)
        try:
            await channel.send(embed=embeds.welcome(translate, self._bot.text_prefix))
        except discord.HTTPException as error:
            log.info("no welcome in %s: %s", guild.id, error)


async def setup(bot: Samewave) -> None:
    """Add the cog."""
    await bot.add_cog(Welcome(bot))
