"""`!hotlist` and its refresh."""

from discord import app_commands
from discord.ext import commands

from bot.client import Samewave
from bot.presentation import embeds
from cogs.buttons import TurnPage, leafing
from cogs.replying import Context, show_waiting


class HotListCommands(commands.Cog, name="Hot list"):
    """What is hot."""

    @commands.hybrid_group(usage="show", aliases=["hot"], fallback="show")  # type: ignore[arg-type]
    async def hotlist(self, context: Context) -> None:
        """Shows the hot list, page by page."""
        hot_list = context.bot.services.hot_list
        stored = await hot_list.current()
        await context.reply(
            embed=embeds.hot_list_page(stored, 0, stale=hot_list.is_stale(stored)),
            view=leafing(TurnPage, 0, embeds.hot_list_pages(stored)),
        )

    @hotlist.command()  # type: ignore[arg-type]
    @commands.guild_only()
    @commands.has_guild_permissions(manage_guild=True)
    @app_commands.default_permissions(manage_guild=True)
    async def refresh(self, context: Context) -> None:
        """Fetches the hot list anew and says what changed (moderators only)."""
        await show_waiting(context)
        changes = await context.bot.services.hot_list.refresh()
        await context.reply(embed=embeds.chart_changes(changes))


async def setup(bot: Samewave) -> None:
    """Add the cog."""
    await bot.add_cog(HotListCommands())
