"""What stands under a recommendation, and the menu that leads to one."""

from typing import Any

import discord

from bot.client.bot import Samewave
from bot.domain.explorations import SimilarSongs
from bot.domain.links import is_spotify_id
from bot.domain.recommendations import Choice, Recommendation
from bot.i18n.translator import Translator, translator_of
from bot.presentation import embeds
from cogs.components import SONG, ChooseSong, SongButton, view_of
from cogs.feedback import Dislike, Like
from cogs.replies import Context, Press, answer, scope_of, settings_of


class Another(SongButton, template=rf"another:{SONG}"):
    """One more recommendation for the same song."""

    @staticmethod
    def face(token: str, translate: Translator) -> discord.ui.Button[Any]:
        """The button for a song."""
        return discord.ui.Button(
            label=translate("Another"), style=discord.ButtonStyle.primary, custom_id=f"another:{token}"
        )

    async def work(self, interaction: Press) -> None:
        """Draw again and post it."""
        await show_recommendation(
            interaction,
            await interaction.client.services.recommend(self.token, await scope_of(interaction)),
        )


class Similar(SongButton, template=rf"similar:{SONG}"):
    """The songs nearest to the one recommended."""

    @staticmethod
    def face(token: str, translate: Translator) -> discord.ui.Button[Any]:
        """The button for a song."""
        return discord.ui.Button(label=translate("Similar"), custom_id=f"similar:{token}")

    async def work(self, interaction: Press) -> None:
        """Post the nearest songs."""
        found = await interaction.client.services.explore.similar(self.token, await scope_of(interaction))
        assert isinstance(found, SimilarSongs)  # noqa: S101  # a song reference is one song
        await answer(interaction, embed=embeds.similar_songs(found, translator_of(interaction)))


class ChooseToRecommend(ChooseSong, template=r"choose:recommend"):
    """Which song to recommend for."""

    what = "recommend"

    async def chosen(self, interaction: Press, token: str) -> None:
        """Recommend for it."""
        await show_recommendation(
            interaction,
            await interaction.client.services.recommend(token, await scope_of(interaction)),
        )


async def show_recommendation(
    source: Context | Press, found: Recommendation | Choice, *, content: str | None = None
) -> None:
    """Post a recommendation with its buttons, or ask which song is meant.

    Args:
        content: a line above it.
    """
    translate = translator_of(source)
    if isinstance(found, Choice):
        menu = ChooseToRecommend.among(found, translate)
        await answer(source, content=content, embed=embeds.choice(found, translate), view=view_of(menu))
    else:
        if (await settings_of(source)).player and is_spotify_id(found.pick.id):
            content = f"{content}\n{found.pick.url}" if content else found.pick.url
        await answer(
            source,
            content=content,
            embed=embeds.recommendation(found, translate),
            view=under(found, translate),
        )


def under(found: Recommendation, translate: Translator) -> discord.ui.View:
    """What stands under a recommendation."""
    view = view_of(Another(found.seed.song_ref, translate))
    if found.pick.row is not None:
        view.add_item(Similar(found.pick.id, translate))
    token = found.pick_ref
    view.add_item(Like(token, translate))
    view.add_item(Dislike(token, translate))
    view.add_item(discord.ui.Button(label=translate("Open in Spotify"), url=found.pick.url))
    return view


async def setup(bot: Samewave) -> None:
    """Make the items known, those of messages from before the start as well."""
    bot.add_dynamic_items(Another, Similar, ChooseToRecommend)
