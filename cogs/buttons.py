"""Buttons and menus that outlive a restart: their state is in the `custom_id`."""

import re
from typing import Any, Self, TypeVar, cast

import discord

from bot.client import Samewave
from bot.domain.recommendations import Choice, Recommendation
from bot.presentation import embeds
from cogs.replying import Press, place_of, while_deferred

_SONG = r"(?P<token>(?:hot:|local:)?[0-9A-Za-z]{1,64})"

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


class Another(FriendlyItem[discord.ui.Button[Any]], template=rf"another:{_SONG}"):
    """One more recommendation for the same song."""

    def __init__(self, token: str) -> None:
        super().__init__(
            discord.ui.Button(
                label="Another", emoji="🎲", style=discord.ButtonStyle.primary, custom_id=f"another:{token}"
            )
        )
        self.token = token

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the song out of the `custom_id`."""
        return cls(match["token"])

    async def work(self, interaction: Press) -> None:
        """Draw again and post it."""
        answer = await while_deferred(
            interaction, interaction.client.services.recommend.another(self.token, place_of(interaction))
        )
        await show(interaction, answer)


class Choose(FriendlyItem[discord.ui.Select[Any]], template=r"choose"):
    """The menu under "Which one do you mean?"."""

    def __init__(self, select: discord.ui.Select[Any]) -> None:
        super().__init__(select)

    @classmethod
    def among(cls, asked: Choice) -> Self:
        """A menu of these songs."""
        return cls(
            discord.ui.Select(
                custom_id="choose",
                placeholder="Choose the song",
                options=[embeds.option(song) for song in asked.songs],
            )
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Take the menu as it stands in the message."""
        return cls(cast("discord.ui.Select[Any]", item))

    async def work(self, interaction: Press) -> None:
        """Recommend for the song chosen."""
        [token] = self.item.values
        answer = await while_deferred(
            interaction, interaction.client.services.recommend.another(token, place_of(interaction))
        )
        await show(interaction, answer)


class TurnPage(FriendlyItem[discord.ui.Button[Any]], template=r"hotlist:(?P<page>\d{1,3})(?P<way>[<>])"):
    """Leafs through the hot list."""

    def __init__(self, page: int, way: str, *, disabled: bool = False) -> None:
        super().__init__(
            discord.ui.Button(
                label="◀ Back" if way == "<" else "Next ▶",
                custom_id=f"hotlist:{page}{way}",
                disabled=disabled,
            )
        )
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the page out of the `custom_id`."""
        return cls(int(match["page"]), match["way"])

    async def work(self, interaction: Press) -> None:
        """Show that page in place of the one before."""
        hot_list = interaction.client.services.hot_list
        stored = await hot_list.current()
        page = min(self.page, embeds.hot_list_pages(stored) - 1)
        await interaction.response.edit_message(
            embed=embeds.hot_list_page(stored, page, stale=hot_list.is_stale(stored)),
            view=leafing(page, embeds.hot_list_pages(stored)),
        )


def under(answer: Recommendation) -> discord.ui.View:
    """What stands under a recommendation."""
    view = discord.ui.View(timeout=None)
    view.add_item(Another(answer.seed.token))
    view.add_item(discord.ui.Button(label="Open in Spotify", url=answer.pick.url))
    return view


def choosing(asked: Choice) -> discord.ui.View:
    """The menu under a question."""
    view = discord.ui.View(timeout=None)
    view.add_item(Choose.among(asked))
    return view


def leafing(page: int, pages: int) -> discord.ui.View:
    """Back and next, greyed out at the ends."""
    view = discord.ui.View(timeout=None)
    view.add_item(TurnPage(max(page - 1, 0), "<", disabled=page == 0))
    view.add_item(TurnPage(page + 1, ">", disabled=page >= pages - 1))
    return view


async def show(interaction: Press, answer: Recommendation) -> None:
    """Post a recommendation in answer to a press."""
    embed, view = embeds.recommendation(answer), under(answer)
    if interaction.response.is_done():
        await interaction.followup.send(embed=embed, view=view)
    else:
        await interaction.response.send_message(embed=embed, view=view)


async def setup(bot: Samewave) -> None:
    """Make the items known, those of messages from before the start as well."""
    bot.add_dynamic_items(Another, Choose, TurnPage)
