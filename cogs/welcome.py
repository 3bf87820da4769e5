"""A new server is greeted, with examples to try; the data of one that removed the bot is deleted."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import discord
from discord.ext import commands

from bot.client.bot import Samewave
from bot.i18n.marking import marked
from bot.i18n.translator import Translator, translator_for
from bot.presentation import embeds
from cogs.components import PersistentButton, view_of
from cogs.playlists.playlist import answer_words
from cogs.recommendation_buttons import answer_recommend
from cogs.replies import Press
from cogs.song_map import answer_map

log = logging.getLogger(__name__)

SONG = "Bohemian Rhapsody"
_TRIES: Mapping[str, tuple[str, Callable[[Press, Translator], Awaitable[None]]]] = {
    "recommend": (marked("A song like Bohemian Rhapsody"), lambda press, _: answer_recommend(press, SONG)),
    "playlist": (
        marked("A calm playlist, no vocals"),
        lambda press, translate: answer_words(press, translate("calm, no vocals")),
    ),
    "map": (marked("A map of songs"), lambda press, _: answer_map(press, SONG)),
}
"""The examples to try: label and action."""


class Try(PersistentButton, template=r"try:(?P<what>recommend|playlist|map)"):
    """Answers as if the presser had typed the command."""

    def __init__(self, translate: Translator, what: str) -> None:
        super().__init__(f"try:{what}", translate(_TRIES[what][0]))
        self.what = what

    async def work(self, interaction: Press) -> None:
        _, answer = _TRIES[self.what]
        await answer(interaction, translator_for(str(interaction.locale)))


def welcome(translate: Translator, prefix: str) -> dict[str, Any]:
    """The parts of the greeting: three lines and three things to try."""
    return {
        "embed": embeds.welcome(translate, prefix),
        "view": view_of(*(Try(translate, what) for what in _TRIES)),
    }


class Welcome(commands.Cog, command_attrs={"hidden": True}):
    """Greets a new server in its system channel; deletes the data of one that removed the bot."""

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
            await channel.send(**welcome(translate, self._bot.text_prefix))
        except discord.HTTPException as error:
            log.info("no welcome in %s: %s", guild.id, error)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Delete the settings and the moderation of the server."""
        services = self._bot.services
        if services.processes.shards.owns(guild.id):
            await services.guilds.settings.forget(guild.id)
            services.guilds.moderation.drop(guild.id)


async def setup(bot: Samewave) -> None:
    """Add the cog and its buttons."""
    bot.add_dynamic_items(Try)
    await bot.add_cog(Welcome(bot))
