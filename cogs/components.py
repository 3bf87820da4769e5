"""The kinds of buttons and menus that outlive a restart: their state is in the `custom_id`."""

import re
from io import BytesIO
from typing import Any, ClassVar, Self, TypeVar, cast

import discord

from bot.domain.pages import Page
from bot.i18n.translator import Translator, translator_of
from cogs.replies import Press

SONG = r"(?P<song_ref>(?:(?:hot|local|clip|artist):)?[0-9A-Za-z]{1,64})"
"""A song reference in the template of a button."""
PAGE = r"(?P<page>\d{1,5})(?P<way>[<>])"
"""A page in the template of a button that leafs."""
ItemT = TypeVar("ItemT", bound=discord.ui.Item[Any])


class PersistentItem(discord.ui.DynamicItem[ItemT], template="abstract"):
    """discord.py only logs what fails in a dynamic item: here it becomes a sentence like everywhere else.

    Attributes:
        anywhere: whether it works in channels where the server wants no answers.
    """

    anywhere: ClassVar[bool] = False

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Whether Discord delivers this press for the first time."""
        return bool(interaction.client.seen.first_time(interaction.id))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do the work of the item; whatever fails is told to the presser alone."""
        try:
            await interaction.client.admit(interaction, anywhere=self.anywhere)
            await self.work(interaction)
        except Exception as error:
            await interaction.client.answer_failure(interaction, error)

    async def work(self, interaction: Press) -> None:
        """What the item does."""
        raise NotImplementedError


class PersistentButton(PersistentItem[discord.ui.Button[Any]], template="abstract button"):
    """A button made anew from its `custom_id`: the constructor takes the template's groups by name."""

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the state out of the `custom_id`."""
        return cast(Self, cast(Any, cls)(translator_of(interaction), **match.groupdict()))


class MessageItem(PersistentItem[ItemT], template="abstract placed"):
    """A menu or button taken as it stands in its message: what was chosen, or its label, is there.

    The constructor takes the item, and the template's groups by name.
    """

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Take the item, and read the rest of the state out of the `custom_id`."""
        return cast(Self, cast(Any, cls)(item, **match.groupdict()))


class SongButton(PersistentButton, template="abstract song"):
    """A button that knows one song by its reference."""

    def __init__(self, translate: Translator, song_ref: str) -> None:
        super().__init__(self.make_button(translate, song_ref))
        self.song_ref = song_ref

    @staticmethod
    def make_button(translate: Translator, song_ref: str) -> discord.ui.Button[Any]:
        """The button for a song."""
        raise NotImplementedError


class PageButton(PersistentButton, template="abstract leaf"):
    """Leads to a page, counted from 0.

    Attributes:
        what: the beginning of its `custom_id`. of: the name of what is leafed through, where there are many.
    """

    what: ClassVar[str]

    def __init__(
        self, translate: Translator, page: int | str, way: str, of: str = "", *, disabled: bool = False
    ) -> None:
        label = "◀ " + translate("Back") if way == "<" else translate("Next") + " ▶"
        custom_id = ":".join(part for part in (self.what, of, f"{page}{way}") if part)
        super().__init__(discord.ui.Button(label=label, custom_id=custom_id, disabled=disabled))
        self.page = int(page)
        self.of = of


def view_of(*items: discord.ui.Item[Any]) -> discord.ui.View:
    """A view that is kept by nobody: its items know what they need."""
    view = discord.ui.View(timeout=None)
    for item in items:
        view.add_item(item)
    return view


def page_buttons(
    kind: type[PageButton], page: Page[Any], translate: Translator, of: str = ""
) -> list[PageButton]:
    """Back and next, greyed out at the ends; none where there is one page."""
    if page.count == 1:
        return []
    back, on = max(page.number - 1, 0), page.number + 1
    return [
        kind(translate, back, "<", of, disabled=page.number == 0),
        kind(translate, on, ">", of, disabled=on >= page.count),
    ]


def page_view(kind: type[PageButton], page: Page[Any], translate: Translator) -> discord.ui.View | None:
    """A view of back and next; None where there is one page."""
    buttons = page_buttons(kind, page, translate)
    return view_of(*buttons) if buttons else None


def field_in(form: Any, name: str) -> str:
    """The value of a form's field, however deep Discord nests it; empty where there is none."""
    if isinstance(form, dict):
        if form.get("custom_id") == name and "value" in form:
            return str(form["value"] or "")
        form = [form.get("components"), form.get("component")]
    if isinstance(form, list):
        return next((found for inner in form if (found := field_in(inner, name))), "")
    return ""


def picture(png: bytes, name: str) -> discord.File:
    """A picture to attach under the name that an embed refers to."""
    return discord.File(BytesIO(png), name)
