"""`!similar`, `!cluster` and `!clusters`: what lies around a song."""

from discord import app_commands
from discord.ext import commands

from bot.client import Samewave
from bot.domain.recommendations import Choice
from bot.presentation import embeds
from cogs.buttons import RADAR, TurnClusters, choosing, leafing, picture
from cogs.replying import Context, place_of


class ExploreCommands(commands.Cog, name="Look around"):
    """What lies around a song."""

    @commands.hybrid_command(usage="Mr. Brightside", aliases=["near"])  # type: ignore[arg-type]
    @app_commands.describe(song="A title, artist and title, or a Spotify link")
    async def similar(self, context: Context, *, song: str) -> None:
        """Shows the five songs nearest to a song, and how near.

        100 % is the very same sound, 0 % is as far apart as two songs picked at random.
        """
        found = await context.bot.services.explore.similar(song, place_of(context))
        if isinstance(found, Choice):
            await context.reply(embed=embeds.choice(found), view=choosing(found, "similar"))
        else:
            await context.reply(embed=embeds.similar_songs(found))

    @commands.hybrid_command(usage="Hotel California")  # type: ignore[arg-type]
    @app_commands.describe(song="A title, artist and title, or a Spotify link")
    async def cluster(self, context: Context, *, song: str) -> None:
        """Shows the cluster a song is in: its sound, its genres, its best-known songs."""
        found = await context.bot.services.explore.cluster_of(song, place_of(context))
        if isinstance(found, Choice):
            await context.reply(embed=embeds.choice(found), view=choosing(found, "cluster"))
        else:
            seed, view, radar = found
            await context.reply(embed=embeds.cluster(seed, view, RADAR), file=picture(radar))

    @commands.hybrid_command()  # type: ignore[arg-type]
    async def clusters(self, context: Context) -> None:
        """Lists all clusters, largest first, with pictures of their sound."""
        page = await context.bot.services.explore.clusters(0)
        await context.reply(
            embed=embeds.cluster_page(page, RADAR),
            file=picture(page.picture),
            view=leafing(TurnClusters, page.page, page.pages),
        )


async def setup(bot: Samewave) -> None:
    """Add the cog."""
    await bot.add_cog(ExploreCommands())
