"""Buttons and menus that outlive a restart: their state is in the `custom_id`."""

import re
from io import BytesIO
from typing import Any, ClassVar, Literal, Self, TypeVar, cast

import discord

from bot.client import Samewave
from bot.domain.recommendations import Choice, Recommendation
from bot.presentation import embeds
from cogs.replying import Press, answer, place_of

_SONG = r"(?P<token>(?:hot:|local:)?[0-9A-Za-z]{1,64})"

_PAGE = r"(?P<page>\d{1,5})(?P<way>[<>])"
RADAR = "radar.png"
Purpose = Literal["recommend", "similar", "cluster"]
ItemT = TypeVar("ItemT", bound=discord.ui.Item[Any])


class FriendlyItem(discord.ui.DynamicItem[ItemT], template="abstract"):
    """discord.py only logs what fails in a dynamic item: here it becomes a sentence like everywhere else."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do the work of the item; whatever fails is told to the presser alone."""
        try:
            interaction.client.slow_down(interaction.user.id)
            await self.work(interaction)
        except Exception as error:
            await interaction.client.answer_failure(interaction, error)

    async def work(self, interaction: Press) -> None:
        """What the item does."""
        raise NotImplementedError


class SongButton(FriendlyItem[discord.ui.Button[Any]], template="abstract song"):
    """A button that knows one song by its token."""

    def __init__(self, token: str) -> None:
        super().__init__(self.face(token))
        self.token = token

    @staticmethod
    def face(token: str) -> discord.ui.Button[Any]:
        """The button for a song."""
        raise NotImplementedError

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the song out of the `custom_id`."""
        return cls(match["token"])


class Another(SongButton, template=rf"another:{_SONG}"):
    """One more recommendation for the same song."""

    @staticmethod
    def face(token: str) -> discord.ui.Button[Any]:
        """The button for a song."""
        return discord.ui.Button(
            label="Another", style=discord.ButtonStyle.primary, custom_id=f"another:{token}"
        )

    async def work(self, interaction: Press) -> None:
        """Draw again and post it."""
        found = await interaction.client.services.recommend.another(self.token, place_of(interaction))
        await answer(interaction, embed=embeds.recommendation(found), view=under(found))


class MoreLikeThis(SongButton, template=rf"similar:{_SONG}"):
    """The songs nearest to the one recommended."""

    @staticmethod
    def face(token: str) -> discord.ui.Button[Any]:
        """The button for a song."""
        return discord.ui.Button(label="More like this", custom_id=f"similar:{token}")

    async def work(self, interaction: Press) -> None:
        """Post the nearest songs."""
        explore = interaction.client.services.explore
        found = await explore.similar_to(self.token, place_of(interaction))
        await answer(interaction, embed=embeds.similar_songs(found))


class Choose(FriendlyItem[discord.ui.Select[Any]], template=r"choose:(?P<purpose>recommend|similar|cluster)"):
    """The menu under "Which one do you mean?"; it remembers what was asked for."""

    def __init__(self, select: discord.ui.Select[Any], purpose: str) -> None:
        super().__init__(select)
        self.purpose = purpose

    @classmethod
    def among(cls, asked: Choice, purpose: Purpose) -> Self:
        """A menu of these songs."""
        options = [embeds.option(song) for song in asked.songs]
        menu: discord.ui.Select[Any] = discord.ui.Select(
            custom_id=f"choose:{purpose}", placeholder="Choose the song", options=options
        )
        return cls(menu, purpose)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Take the menu as it stands in the message."""
        return cls(cast("discord.ui.Select[Any]", item), match["purpose"])

    async def work(self, interaction: Press) -> None:
        """Answer for the song chosen."""
        [token] = self.item.values
        services, place = interaction.client.services, place_of(interaction)
        match self.purpose:
            case "similar":
                near = await services.explore.similar_to(token, place)
                await answer(interaction, embed=embeds.similar_songs(near))
            case "cluster":
                seed, view, radar = await services.explore.cluster_of_token(token, place)
                await answer(interaction, embed=embeds.cluster(seed, view, RADAR), file=picture(radar))
            case _:
                found = await services.recommend.another(token, place)
                await answer(interaction, embed=embeds.recommendation(found), view=under(found))


class LeafButton(FriendlyItem[discord.ui.Button[Any]], template="abstract leaf"):
    """Leads to a page, counted from 0."""

    what: ClassVar[str]

    def __init__(self, page: int, way: str, *, disabled: bool = False) -> None:
        label = "◀ Back" if way == "<" else "Next ▶"
        custom_id = f"{self.what}:{page}{way}"
        super().__init__(discord.ui.Button(label=label, custom_id=custom_id, disabled=disabled))
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the page out of the `custom_id`."""
        return cls(int(match["page"]), match["way"])


class TurnPage(LeafButton, template=rf"hotlist:{_PAGE}"):
    """Leafs through the hot list."""

    what = "hotlist"

    async def work(self, interaction: Press) -> None:
        """Show that page in place of the one before."""
        hot_list = interaction.client.services.hot_list
        stored = await hot_list.current()
        page = min(self.page, embeds.hot_list_pages(stored) - 1)
        await interaction.response.edit_message(
            embed=embeds.hot_list_page(stored, page, stale=hot_list.is_stale(stored)),
            view=leafing(TurnPage, page, embeds.hot_list_pages(stored)),
        )


class TurnClusters(LeafButton, template=rf"clusters:{_PAGE}"):
    """Leafs through the clusters."""

    what = "clusters"

    async def work(self, interaction: Press) -> None:
        """Show that page in place of the one before."""
        page = await interaction.client.services.explore.clusters(self.page)
        await interaction.response.edit_message(
            embed=embeds.cluster_page(page, RADAR),
            attachments=[picture(page.picture)],
            view=leafing(TurnClusters, page.page, page.pages),
        )


def under(found: Recommendation) -> discord.ui.View:
    """What stands under a recommendation."""
    view = discord.ui.View(timeout=None)
    view.add_item(Another(found.seed.token))
    if found.pick.row is not None:
        view.add_item(MoreLikeThis(found.pick.id))
    view.add_item(discord.ui.Button(label="Open in Spotify", url=found.pick.url))
    return view


def choosing(asked: Choice, purpose: Purpose) -> discord.ui.View:
    """The menu under a question."""
    view = discord.ui.View(timeout=None)
    view.add_item(Choose.among(asked, purpose))
    return view


def leafing(kind: type[LeafButton], page: int, pages: int) -> discord.ui.View:
    """Back and next, greyed out at the ends."""
    view = discord.ui.View(timeout=None)
    view.add_item(kind(max(page - 1, 0), "<", disabled=page == 0))
    view.add_item(kind(page + 1, ">", disabled=page >= pages - 1))
    return view


def picture(png: bytes) -> discord.File:
    """A picture to attach under the name that the embeds refer to."""
    return discord.File(BytesIO(png), RADAR)


async def setup(bot: Samewave) -> None:
    """Make the items known, those of messages from before the start as well."""
    bot.add_dynamic_items(Another, MoreLikeThis, Choose, TurnPage, TurnClusters)
