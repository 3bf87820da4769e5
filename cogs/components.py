"""Base classes of persistent buttons and menus; their state is in the `custom_id`."""

import re
from io import BytesIO
from typing import Any, ClassVar, Self, TypeVar, cast

import discord

from bot.domain.pagination import Page
from bot.i18n.marking import marked
from bot.i18n.translator import Translator, translator_of
from cogs.replies import Press

SONG = r"(?P<song_ref>(?:(?:hot|local|clip|artist):)?[0-9A-Za-z]{1,64})"
"""A song reference in the template of a button."""
PAIR = f"{SONG}:{SONG.replace('song_ref', 'pick_ref')}"
"""The two songs of a recommendation, in the template of a button: seed and pick."""
PAGE = r"(?P<page>\d{1,5})(?P<way>[<>])"
"""A page number in the template of a button."""
ItemT = TypeVar("ItemT", bound=discord.ui.Item[Any])
_LAST_ROW = 4


class PersistentItem(discord.ui.DynamicItem[ItemT], template="abstract"):
    """A dynamic item whose errors are answered with a sentence; discord.py only logs them.

    Attributes:
        anywhere: whether it works in channels where the bot does not answer.
    """

    anywhere: ClassVar[bool] = False

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Whether this press was not processed before, and there is time for it."""
        bot = interaction.client
        return bool(bot.seen.first_time(interaction.id) and await bot.overload.takes_interaction(interaction))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Run the item's action; errors are answered ephemerally."""
        try:
            await interaction.client.admit(interaction, anywhere=self.anywhere)
            await self.work(interaction)
        except Exception as error:
            await interaction.client.answer_failure(interaction, error)

    async def work(self, interaction: Press) -> None:
        """The item's action."""
        raise NotImplementedError


class PersistentButton(PersistentItem[discord.ui.Button[Any]], template="abstract button"):
    """A button restored from its `custom_id`: the constructor takes the template's groups by name."""

    def __init__(self, custom_id: str, label: str | None = None, **look: Any) -> None:
        """Args: look: further parameters of `discord.ui.Button`."""
        super().__init__(discord.ui.Button(custom_id=custom_id, label=label, **look))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Restore the item from the `custom_id`."""
        return cast(Self, cast(Any, cls)(translator_of(interaction), **match.groupdict()))


class MessageItem(PersistentItem[ItemT], template="abstract placed"):
    """A menu or button restored with its state in the message, such as the selected values.

    Attributes:
        state: the template's groups by name.
    """

    def __init__(self, item: ItemT, **state: Any) -> None:
        super().__init__(item)
        self.state = state

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Restore the item from the message and the `custom_id`."""
        return cast(Self, cast(Any, cls)(item, **match.groupdict()))


class PageButton(PersistentButton, template="abstract leaf"):
    """Opens a page, counted from 0.

    Attributes:
        what: the prefix of its `custom_id`. of: the id of the list, if there are several.
        labels: of the buttons back and on.
    """

    what: ClassVar[str]
    labels: ClassVar[tuple[str, str]] = (marked("Back"), marked("Next"))

    def __init__(
        self, translate: Translator, page: int | str, way: str, of: str = "", *, disabled: bool = False
    ) -> None:
        back, on = map(translate, self.labels)
        label = f"◀ {back}" if way == "<" else f"{on} ▶"
        custom_id = ":".join(part for part in (self.what, of, f"{page}{way}") if part)
        super().__init__(custom_id, label, disabled=disabled)
        self.page = int(page)
        self.of = of


def view_of(*items: discord.ui.Item[Any]) -> discord.ui.View:
    """A view that is not stored by discord.py: its items are persistent."""
    view = discord.ui.View(timeout=None)
    for item in items:
        view.add_item(item)
    view.stop()  # the bot knows the kinds of items
    return view


def items_of(message: discord.Message) -> list[Any]:
    """The buttons and menus of a message, the menus in the last row."""
    items = discord.ui.View.from_message(message).children
    for item in items:
        if isinstance(item, discord.ui.Select):
            item.row = _LAST_ROW
    return items


def page_buttons(
    kind: type[PageButton], page: Page[Any], translate: Translator, of: str = ""
) -> list[PageButton]:
    """Buttons "back" and "next", disabled at the ends; none for a single page."""
    if page.count == 1:
        return []
    back, on = max(page.number - 1, 0), page.number + 1
    return [
        kind(translate, back, "<", of, disabled=page.number == 0),
        kind(translate, on, ">", of, disabled=on >= page.count),
    ]


def page_view(kind: type[PageButton], page: Page[Any], translate: Translator) -> discord.ui.View | None:
    """A view with "back" and "next"; None for a single page."""
    buttons = page_buttons(kind, page, translate)
    return view_of(*buttons) if buttons else None


def field_in(form: Any, name: str) -> str:
    """The value of a field of a submitted form, at any nesting depth; empty if missing."""
    if isinstance(form, dict):
        if form.get("custom_id") == name and "value" in form:
            return str(form["value"] or "")
        form = [form.get("components"), form.get("component")]
    if isinstance(form, list):
        return next((found for inner in form if (found := field_in(inner, name))), "")
    return ""


def picture(png: bytes, name: str) -> discord.File:
    """A picture attachment with the file name used in the embed."""
    return discord.File(BytesIO(png), name)
