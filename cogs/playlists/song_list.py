"""`!expand`: a person's own playlist, as a file or as pasted lines."""

from collections.abc import Mapping

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.bot import Samewave
from bot.domain.pagination import page_of
from bot.domain.song_lists import KnownList, SongList, read_song_list
from bot.i18n.marking import marked
from bot.i18n.translator import Translator, translator_of
from bot.presentation import playlists
from bot.services.scope import Scope
from cogs.components import PersistentButton, view_of
from cogs.playlists.brought import brought_list
from cogs.replies import Context, Press, answer, scope_of, services_of, settled

_LABELS: Mapping[str, str] = {
    "more": marked("More like it"),
    "on": marked("Continue it"),
    "smooth": marked("In a smooth order"),
    "odd": marked("What does not fit?"),
}


class UseList(PersistentButton, template=r"list:(?P<playlist_id>[\w-]{12}):(?P<what>more|on|smooth|odd)"):
    """Works with the songs of a list."""

    def __init__(self, translate: Translator, playlist_id: str, what: str) -> None:
        super().__init__(f"list:{playlist_id}:{what}", translate(_LABELS[what]))
        self.playlist_id, self.what = playlist_id, what

    async def work(self, interaction: Press) -> None:
        lists, scope = interaction.client.services.playlists.lists, await scope_of(interaction)
        translate = translator_of(interaction)
        if self.what == "odd":
            odd = await settled(interaction, lists.odd(self.playlist_id, scope))
            await answer(interaction, embed=playlists.odd_songs(odd, translate))
            return
        making = (
            lists.smooth(self.playlist_id, scope)
            if self.what == "smooth"
            else lists.more(self.playlist_id, scope, only_last=self.what == "on")
        )
        made = await settled(interaction, making)
        page = page_of(made.songs, 0, playlists.PAGE)
        await answer(
            interaction,
            embed=playlists.page_embed(made, page, translate),
            files=playlists.files(made, translate),
        )


async def answer_list(context: Context, known: KnownList, scope: Scope) -> None:
    """Post the known songs of a list, with buttons for what can be made of it."""
    translate = translator_of(context)
    make = services_of(context).playlists.make
    kept = await settled(context, make.kept("list", known.name, known.songs, scope))
    await answer(
        context,
        embed=playlists.known_list(kept, known.unknown, translate),
        view=view_of(*(UseList(translate, kept.playlist_id, what) for what in _LABELS)),
    )


class SongListCommands(commands.Cog, name="Lists"):
    """Playlists that people bring along."""

    @commands.hybrid_command(  # type: ignore[arg-type]
        usage="Radiohead - Creep; Eagles - Hotel California", aliases=["mylist"]
    )
    @app_commands.describe(
        file="CSV, M3U8, XSPF, JSPF or text", songs="Instead of a file: artist - title; artist - title"
    )
    async def expand(
        self, context: Context, file: discord.Attachment | None = None, *, songs: str = ""
    ) -> None:
        """Takes your own playlist: more like it, its continuation, a smooth order, what does not fit.

        Attach a file (CSV of Exportify, Soundiiz or TuneMyMusic, M3U8, XSPF, JSPF, our own exports), or
        paste one song a line. Up to 500 songs.
        """
        scope = await scope_of(context)
        known = await brought_list(context, songs, scope, file)
        if known is None:
            one = SongList(translator_of(context)("your songs"), read_song_list(songs.encode()))
            known = await context.bot.services.playlists.lists.known(one, scope)
        await answer_list(context, known, scope)


async def setup(bot: Samewave) -> None:
    """Add the cog and its buttons."""
    bot.add_dynamic_items(UseList)
    await bot.add_cog(SongListCommands())
