"""`!hotlist` and its refresh."""

from discord import app_commands
from discord.ext import commands

from bot.client import Samewave
from bot.presentation import charts
from bot.presentation.wording import wording_of
from cogs.items import PAGE, LeafButton, leafing
from cogs.replying import Context, Press, show_waiting


class TurnPage(LeafButton, template=rf"hotlist:{PAGE}"):
    """Leafs through the hot list."""

    what = "hotlist"

    async def work(self, interaction: Press) -> None:
        """Show that page in place of the one before."""
        say = wording_of(interaction)
        hot_list = interaction.client.services.hot_list
        stored = await hot_list.current()
        page = min(self.page, charts.pages(stored) - 1)
        await interaction.response.edit_message(
            embed=charts.page_embed(stored, page, say, stale=hot_list.is_stale(stored)),
            view=leafing(TurnPage, page, charts.pages(stored), say),
        )


class HotListCommands(commands.Cog, name="Hot list"):
    """What is hot."""

    @commands.hybrid_group(usage="show", aliases=["hot"], fallback="show")  # type: ignore[arg-type]
    async def hotlist(self, context: Context) -> None:
        """Shows the hot list, page by page."""
        say = wording_of(context)
        hot_list = context.bot.services.hot_list
        stored = await hot_list.current()
        await context.reply(
            embed=charts.page_embed(stored, 0, say, stale=hot_list.is_stale(stored)),
            view=leafing(TurnPage, 0, charts.pages(stored), say),
        )

    @hotlist.command()  # type: ignore[arg-type]
    @commands.guild_only()
    @commands.has_guild_permissions(manage_guild=True)
    @app_commands.default_permissions(manage_guild=True)
    async def refresh(self, context: Context) -> None:
        """Fetches the hot list anew and says what changed (moderators only)."""
        await show_waiting(context)
        changes = await context.bot.services.hot_list.refresh()
        await context.reply(embed=charts.changes_embed(changes, wording_of(context)))


async def setup(bot: Samewave) -> None:
    """Add the cog and its buttons."""
    bot.add_dynamic_items(TurnPage)
    await bot.add_cog(HotListCommands())
