"""`!similar`, `!cluster` and `!clusters`: what lies around a song."""

from discord import app_commands
from discord.ext import commands

from bot.client.bot import Samewave
from bot.domain.explorations import ClusterView, SimilarSongs
from bot.domain.recommendations import Choice, SeedSong
from bot.i18n.translator import translator_of
from bot.presentation import embeds
from cogs.autocomplete import suggest_songs
from cogs.components import PAGE, ChooseSong, LeafButton, leafing, picture, view_of
from cogs.replies import Context, Press, answer, scope_of

RADAR = "radar.png"


class ChooseToCompare(ChooseSong, template=r"choose:similar"):
    """Which song to show the neighbours of."""

    what = "similar"

    async def chosen(self, interaction: Press, token: str) -> None:
        """Show them."""
        explore = interaction.client.services.explore
        await _show_similar(interaction, await explore.similar(token, await scope_of(interaction)))


class ChooseToLookUp(ChooseSong, template=r"choose:cluster"):
    """Which song to show the cluster of."""

    what = "cluster"

    async def chosen(self, interaction: Press, token: str) -> None:
        """Show it."""
        explore = interaction.client.services.explore
        await _show_cluster(interaction, await explore.cluster_of(token, await scope_of(interaction)))


class TurnClusters(LeafButton, template=rf"clusters:{PAGE}"):
    """Leafs through the clusters."""

    what = "clusters"

    async def work(self, interaction: Press) -> None:
        """Show that page in place of the one before."""
        translate = translator_of(interaction)
        page = await interaction.client.services.explore.clusters(self.page, await scope_of(interaction))
        await interaction.response.edit_message(
            embed=embeds.cluster_page(page, RADAR, translate),
            attachments=[picture(page.picture, RADAR)],
            view=leafing(TurnClusters, page.page, page.pages, translate),
        )


class ExploreCommands(commands.Cog, name="Look around"):
    """What lies around a song."""

    @commands.hybrid_command(usage="Mr. Brightside", aliases=["near"])  # type: ignore[arg-type]
    @app_commands.describe(song="A title, artist and title, or a Spotify link")
    @app_commands.autocomplete(song=suggest_songs)
    async def similar(self, context: Context, *, song: str) -> None:
        """Shows the five songs nearest to a song, and how near.

        100 % is the very same sound, 0 % is as far apart as two songs picked at random.
        """
        await _show_similar(
            context, await context.bot.services.explore.similar(song, await scope_of(context))
        )

    @commands.hybrid_command(usage="Hotel California")  # type: ignore[arg-type]
    @app_commands.describe(song="A title, artist and title, or a Spotify link")
    @app_commands.autocomplete(song=suggest_songs)
    async def cluster(self, context: Context, *, song: str) -> None:
        """Shows the cluster a song is in: its sound, its genres, its best-known songs."""
        await _show_cluster(
            context, await context.bot.services.explore.cluster_of(song, await scope_of(context))
        )

    @commands.hybrid_command()  # type: ignore[arg-type]
    async def clusters(self, context: Context) -> None:
        """Lists all clusters, largest first, with pictures of their sound."""
        translate = translator_of(context)
        page = await context.bot.services.explore.clusters(0, await scope_of(context))
        await context.reply(
            embed=embeds.cluster_page(page, RADAR, translate),
            file=picture(page.picture, RADAR),
            view=leafing(TurnClusters, page.page, page.pages, translate),
        )


async def _show_similar(source: Context | Press, found: SimilarSongs | Choice) -> None:
    translate = translator_of(source)
    if isinstance(found, Choice):
        menu = ChooseToCompare.among(found, translate)
        await answer(source, embed=embeds.choice(found, translate), view=view_of(menu))
    else:
        await answer(source, embed=embeds.similar_songs(found, translate))


async def _show_cluster(source: Context | Press, found: tuple[SeedSong, ClusterView, bytes] | Choice) -> None:
    translate = translator_of(source)
    if isinstance(found, Choice):
        menu = ChooseToLookUp.among(found, translate)
        await answer(source, embed=embeds.choice(found, translate), view=view_of(menu))
    else:
        seed, view, radar = found
        await answer(source, embed=embeds.cluster(seed, view, RADAR, translate), file=picture(radar, RADAR))


async def setup(bot: Samewave) -> None:
    """Add the cog and its menus and buttons."""
    bot.add_dynamic_items(ChooseToCompare, ChooseToLookUp, TurnClusters)
    await bot.add_cog(ExploreCommands())
