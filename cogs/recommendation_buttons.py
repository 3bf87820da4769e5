"""Answers with recommendations and similar songs, and their buttons."""

from typing import Any

import discord

from bot.client.bot import Samewave
from bot.domain.links import is_spotify_id
from bot.domain.recommendations import Choice, Recommendation
from bot.i18n.translator import Translator, translator_of
from bot.presentation import embeds
from cogs.components import SONG, SongButton, view_of
from cogs.covers import PlayPreview, add_cover
from cogs.feedback import Dislike, Like
from cogs.replies import Context, Press, answer, scope_of, services_of, settings_of
from cogs.song_menu import ask_which, others_view, with_others


class Another(SongButton, template=rf"another:{SONG}"):
    """Draws another recommendation for the same song."""

    @staticmethod
    def make_button(translate: Translator, song_ref: str) -> discord.ui.Button[Any]:
        return discord.ui.Button(
            label=translate("Another"), style=discord.ButtonStyle.primary, custom_id=f"another:{song_ref}"
        )

    async def work(self, interaction: Press) -> None:
        await answer_recommend(interaction, self.song_ref)


class Similar(SongButton, template=rf"similar:{SONG}"):
    """Shows the songs nearest to the recommended one."""

    @staticmethod
    def make_button(translate: Translator, song_ref: str) -> discord.ui.Button[Any]:
        return discord.ui.Button(label=translate("Similar"), custom_id=f"similar:{song_ref}")

    async def work(self, interaction: Press) -> None:
        await answer_similar(interaction, self.song_ref)


async def answer_recommend(
    source: Context | Press, query: str, _: str = "", *, content: str | None = None
) -> None:
    """Post a recommendation with its buttons, or ask which song is meant.

    Args:
        content: a line above it.
    """
    found = await services_of(source).recommend.song(query, await scope_of(source))
    translate = translator_of(source)
    if isinstance(found, Choice):
        await ask_which(source, found, "recommend", content=content)
    else:
        if (await settings_of(source)).player and is_spotify_id(found.pick.id):
            content = f"{content}\n{found.pick.url}" if content else found.pick.url
        embed = embeds.recommendation(found, translate)
        view = under(found, translate)
        if services_of(source).recommend.covers.previews:
            view.add_item(PlayPreview(translate, found.pick_ref))
        view = with_others(view, source, found.seed, "recommend")
        edit = await answer(source, content=content, embed=embed, view=view)
        await add_cover(source, edit, embed, found.pick)


async def answer_similar(source: Context | Press, query: str, _: str = "") -> None:
    """Post the nearest songs, or ask which song is meant."""
    found = await services_of(source).recommend.similar(query, await scope_of(source))
    if isinstance(found, Choice):
        await ask_which(source, found, "similar")
    else:
        embed = embeds.similar_songs(found, translator_of(source))
        edit = await answer(source, embed=embed, **others_view(source, found.seed, "similar"))
        if found.seed.track is not None and found.seed.artist_ref is None:
            await add_cover(source, edit, embed, found.seed.track)


def under(found: Recommendation, translate: Translator) -> discord.ui.View:
    """The buttons under a recommendation."""
    view = view_of(Another(translate, found.seed.song_ref))
    if found.pick.row is not None:
        view.add_item(Similar(translate, found.pick.id))
    view.add_item(Like(translate, found.pick_ref))
    view.add_item(Dislike(translate, found.pick_ref))
    view.add_item(discord.ui.Button(label=translate("Open in Spotify"), url=found.pick.url))
    return view


async def setup(bot: Samewave) -> None:
    """Make the items known, those of messages from before the start as well."""
    bot.add_dynamic_items(Another, Similar)
