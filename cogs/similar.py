"""`!similar`, `!cluster` and `!clusters`: the songs around a song."""

from typing import Any, ClassVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.bot import Samewave
from bot.domain.recommendations import Choice
from bot.i18n.translator import translator_of
from bot.presentation import embeds
from cogs.autocomplete import suggest_songs
from cogs.components import PAGE, PageButton, page_view, picture
from cogs.recommendation_buttons import answer_similar
from cogs.replies import Context, Press, answer, scope_of, services_of
from cogs.song_menu import SongCog, ask_which, others_view

RADAR = "radar.png"


async def answer_cluster(source: Context | Press, query: str, _: str = "") -> None:
    """Post a cluster by its number, its name or one of its songs, or ask which song is meant."""
    found = await services_of(source).recommend.clusters.of_query(query, await scope_of(source))
    if isinstance(found, Choice):
        await ask_which(source, found, "cluster")
    else:
        seed, view, radar = found
        embed = embeds.cluster(seed, view, RADAR, translator_of(source))
        await answer(source, embed=embed, file=picture(radar, RADAR), **others_view(source, seed, "cluster"))


class TurnClusters(PageButton, template=rf"clusters:{PAGE}"):
    """Shows another page of the clusters."""

    what = "clusters"

    async def work(self, interaction: Press) -> None:
        """Show that page in place of the one before."""
        message, radars = await _clusters(interaction, self.page)
        await interaction.response.edit_message(**message, attachments=[radars])


class ExploreCommands(SongCog, name="Look around"):
    """What lies around a song."""

    song_answers: ClassVar = {"similar": answer_similar, "cluster": answer_cluster}

    @commands.hybrid_command(usage="Mr. Brightside", aliases=["near"])  # type: ignore[arg-type]
    @app_commands.describe(song="A title, artist and title, or a Spotify link")
    @app_commands.autocomplete(song=suggest_songs)
    async def similar(self, context: Context, *, song: str) -> None:
        """Shows the five songs nearest to a song, and how near.

        100 % is the very same sound, 0 % is as far apart as two songs picked at random.
        """
        await answer_similar(context, song)

    @commands.hybrid_command(usage="Hotel California")  # type: ignore[arg-type]
    @app_commands.describe(song="A title, artist and title, or a Spotify link")
    @app_commands.autocomplete(song=suggest_songs)
    async def cluster(self, context: Context, *, song: str) -> None:
        """Shows the cluster a song is in: its sound, its genres, its best-known songs.

        Or the cluster of a number or a name, as the command clusters lists them.
        """
        await answer_cluster(context, song)

    @commands.hybrid_command()  # type: ignore[arg-type]
    async def clusters(self, context: Context) -> None:
        """Lists all clusters, largest first, with pictures of their sound."""
        message, radars = await _clusters(context, 0)
        await context.reply(**message, file=radars)


async def _clusters(source: Context | Press, number: int) -> tuple[dict[str, Any], discord.File]:
    page, radars = await services_of(source).recommend.clusters.page(number, await scope_of(source))
    translate = translator_of(source)
    message = {
        "embed": embeds.cluster_page(page, RADAR, translate),
        "view": page_view(TurnClusters, page, translate),
    }
    return message, picture(radars, RADAR)


async def setup(bot: Samewave) -> None:
    """Add the cog and its buttons."""
    bot.add_dynamic_items(TurnClusters)
    await bot.add_cog(ExploreCommands())
