"""`!hotlist`: the chart of the week, its refresh, and a server's pins."""

from contextlib import suppress
from typing import Any, ClassVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.bot import Samewave
from bot.domain.guilds import GuildLists
from bot.domain.pagination import page_of
from bot.i18n.translator import translator_of
from bot.presentation import charts
from cogs.autocomplete import suggest_songs
from cogs.components import PAGE, PageButton, page_view
from cogs.misspelt_commands import check_subcommand
from cogs.moderators.checks import MODERATION, moderators_only
from cogs.moderators.moderation import answer_pin, remove_named, suggest_pinned
from cogs.replies import Context, Press, services_of
from cogs.song_menu import SongCog


class TurnPage(PageButton, template=rf"hotlist:{PAGE}"):
    """Shows another page of the hot list."""

    what = "hotlist"

    async def work(self, interaction: Press) -> None:
        await interaction.response.edit_message(**await _page(interaction, self.page))


class Progress:
    """A message that shows the progress of a refresh, then its result."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._message: discord.Message | None = None

    async def show_source(self, source: str) -> None:
        """Show the source being requested; ignore errors of Discord."""
        translate = translator_of(self._context)
        line = translate("Asking {source} …", source=charts.source_name(source, translate))
        with suppress(discord.HTTPException):
            if self._message is None:
                # The embed that follows in this message must show.
                self._message = await self._context.reply(line, suppress_embeds=False)
            else:
                self._message = await self._message.edit(content=line)

    async def done(self, embed: discord.Embed) -> None:
        """Replace the progress by the result."""
        if self._message is None:
            await self._context.reply(embed=embed)
        else:
            await self._message.edit(content=None, embed=embed)

    async def gone(self) -> None:
        """Delete the progress message before an error is answered."""
        if self._message is not None:
            with suppress(discord.HTTPException):
                await self._message.delete()


class HotListCommands(SongCog, name="Hot list"):
    """What is hot."""

    song_answers: ClassVar = {"pin": answer_pin}

    @commands.hybrid_group(case_insensitive=True, usage="show", aliases=["hot"], fallback="show")  # type: ignore[arg-type]
    async def hotlist(self, context: Context) -> None:
        """Shows the hot list, page by page."""
        check_subcommand(context)
        await context.reply(**await _page(context, 0))

    @hotlist.command(extras=MODERATION)  # type: ignore[arg-type]
    @moderators_only
    async def refresh(self, context: Context) -> None:
        """Fetches the hot list anew and says what changed (moderators only)."""
        progress = Progress(context)
        try:
            changes = await context.bot.services.hot_list.refresh(progress.show_source)
        except Exception:
            await progress.gone()
            raise
        await progress.done(charts.changes_embed(changes, translator_of(context)))

    @hotlist.command()  # type: ignore[arg-type]
    async def source(self, context: Context) -> None:
        """Tells where the hot list is from, when it was fetched, and what else was tried."""
        hot_list = context.bot.services.hot_list
        origin = await hot_list.origin()
        stale = hot_list.is_stale(origin.stored)
        await context.reply(embed=charts.origin_embed(origin, translator_of(context), stale=stale))

    @hotlist.command(usage="Bohemian Rhapsody", extras=MODERATION)  # type: ignore[arg-type]
    @app_commands.describe(song="A title, artist and title, or a Spotify link")
    @app_commands.autocomplete(song=suggest_songs)
    @moderators_only
    async def pin(self, context: Context, *, song: str) -> None:
        """Makes a song always hot in this server (moderators only)."""
        await answer_pin(context, song)

    @hotlist.command(usage="Bohemian Rhapsody", extras=MODERATION)  # type: ignore[arg-type]
    @app_commands.describe(song="Its title")
    @app_commands.autocomplete(song=suggest_pinned)
    @moderators_only
    async def unpin(self, context: Context, *, song: str) -> None:
        """Takes a pin away (moderators only)."""
        await remove_named(context, song, "pinned")


async def _page(source: Context | Press, number: int) -> dict[str, Any]:
    services, translate = services_of(source), translator_of(source)
    stored = await services.hot_list.current()
    page = page_of(stored.chart.entries, number, charts.PAGE)
    lists = await services.guilds.moderation.lists(source.guild.id) if source.guild else GuildLists()
    stale = services.hot_list.is_stale(stored)
    embed = charts.page_embed(stored, page, translate, stale=stale, lists=lists)
    return {"embed": embed, "view": page_view(TurnPage, page, translate)}


async def setup(bot: Samewave) -> None:
    """Register the cog and its buttons."""
    bot.add_dynamic_items(TurnPage)
    await bot.add_cog(HotListCommands())
