"""Answers with recommendations and similar songs, and their buttons."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import discord

from bot.client.bot import Samewave
from bot.client.interactions import edit_source_message, respond
from bot.domain.guilds import Familiarity
from bot.domain.links import is_spotify_id
from bot.domain.recommendations import Choice, Recommendation
from bot.domain.steering import DIGIT_OF, Direction, Steering, direction_of
from bot.i18n.translator import Translator, translator_of
from bot.presentation import embeds
from bot.presentation.song_names import song_name
from bot.presentation.steering import DIRECTIONS, comparison
from bot.services.scope import Scope
from cogs.components import PAIR, SONG, PersistentButton, items_of, view_of
from cogs.covers import PlayPreview, answer_with_cover
from cogs.feedback import Thumb
from cogs.playlists.radio import RadioFromHere, SteeredRadio
from cogs.replies import (
    Context,
    Press,
    edit_scope_of,
    private_scope_of,
    scope_of,
    services_of,
    settings_of,
)
from cogs.song_menu import ask_which, others_view, with_others

_IN_A_ROW = 5
_OF_DIRECTIONS = ("towards:", "why:", "radio:")
"""What the `custom_id`s in the rows of directions begin with."""
ARGUMENTS = {"well known": "1", "hidden": "2"}
"""The digit of a menu or a button for the preferred songs, by the choice of the slash command."""
_PREFERRED: dict[str, Familiarity] = {"1": "known", "2": "hidden"}


class Another(PersistentButton, template=rf"another(?P<argument>\d{{0,10}}):{SONG}"):
    """Draws another recommendation for the same song, as well known and steered as the first."""

    def __init__(self, translate: Translator, song_ref: str, argument: str = "") -> None:
        custom_id = f"another{argument}:{song_ref}"
        super().__init__(custom_id, translate("Another"), style=discord.ButtonStyle.primary)
        self.song_ref, self.argument = song_ref, argument

    async def work(self, interaction: Press) -> None:
        await answer_recommend(interaction, self.song_ref, self.argument)


class Similar(PersistentButton, template=rf"similar:{SONG}"):
    """Shows the songs nearest to the recommended one."""

    def __init__(self, translate: Translator, song_ref: str) -> None:
        super().__init__(f"similar:{song_ref}", translate("Similar"))
        self.song_ref = song_ref

    async def work(self, interaction: Press) -> None:
        await answer_similar(interaction, self.song_ref)


class Steer(PersistentButton, template=rf"steer(?P<argument>\d{{0,10}}):{PAIR}"):
    """Opens and closes the rows of directions."""

    def __init__(self, translate: Translator, song_ref: str, pick_ref: str, argument: str = "") -> None:
        super().__init__(f"steer{argument}:{song_ref}:{pick_ref}", translate("Steer") + " ▾")
        self.song_ref, self.pick_ref, self.argument = song_ref, pick_ref, argument

    async def work(self, interaction: Press) -> None:
        if interaction.message is None:
            return
        items = items_of(interaction.message)
        left = [item for item in items if not str(item.custom_id).startswith(_OF_DIRECTIONS)]
        if len(left) == len(items):
            translate, scope = translator_of(interaction), await edit_scope_of(interaction)
            directions = await services_of(interaction).recommend.steer.directions(self.song_ref, scope)
            left += _directions(translate, directions, self.song_ref, self.pick_ref, self.argument)
        await edit_source_message(interaction, view=view_of(*left))


class Towards(PersistentButton, template=rf"towards:(?P<digit>\d):(?P<argument>\d{{0,10}}):{PAIR}"):
    """Adds or removes a direction; edits the message with a new recommendation."""

    def __init__(
        self, translate: Translator, digit: str, song_ref: str, pick_ref: str, argument: str = ""
    ) -> None:
        self.direction, self.steering = direction_of(digit), Steering.from_code(argument)
        is_on = self.direction in self.steering.directions
        label = translate(DIRECTIONS[self.direction])
        super().__init__(
            f"towards:{digit}:{argument}:{song_ref}:{pick_ref}",
            f"✕ {label}" if is_on else label,
            style=discord.ButtonStyle.success if is_on else discord.ButtonStyle.secondary,
        )
        self.song_ref, self.pick_ref, self.argument = song_ref, pick_ref, argument

    async def work(self, interaction: Press) -> None:
        steering = self.steering.pressed(self.direction)
        argument = preferred_in(self.argument) + steering.code
        pressed = (self.direction, self.pick_ref) if self.direction in steering.directions else None
        steer, scope = services_of(interaction).recommend.steer, await edit_scope_of(interaction)
        found = await steer(self.song_ref, steering, _with_preferred(scope, argument), pressed)
        if isinstance(found, Choice) or interaction.message is None:
            return
        directions = await steer.directions(found.seed.song_ref, scope)
        translate = translator_of(interaction)
        menus = [item for item in items_of(interaction.message) if isinstance(item, discord.ui.Select)]

        def buttons(preview: bool) -> discord.ui.View:
            view = under(found, translate, argument, directions, preview=preview)
            return view_of(*view.children, *menus)

        embed = embeds.recommendation(found, translate)
        link = await _link_to_play(interaction, found)
        await answer_with_cover(
            interaction, embed, found.pick, buttons, in_place=True, content=link, attachments=[]
        )


class Why(PersistentButton, template=rf"why:{PAIR}"):
    """Shows the presser which features agree most, and which one differs."""

    def __init__(self, translate: Translator, song_ref: str, pick_ref: str) -> None:
        super().__init__(f"why:{song_ref}:{pick_ref}", translate("Why this?"))
        self.song_ref, self.pick_ref = song_ref, pick_ref

    async def work(self, interaction: Press) -> None:
        """Tell the presser alone.

        Raises:
            FeaturesUnknown: no source knows the features of one of the songs.
        """
        scope, translate = await private_scope_of(interaction), translator_of(interaction)
        steer = services_of(interaction).recommend.steer
        seed, pick, found = await steer.compare(self.song_ref, self.pick_ref, scope)
        embed = comparison(song_name(seed, translate), song_name(pick, translate), found, translate)
        embed.colour = embeds.WAVE
        await respond(interaction, {"embed": embed, "ephemeral": True})


async def answer_recommend(
    source: Context | Press, query: str, argument: str = "", *, content: str | None = None
) -> None:
    """Post a recommendation with its buttons, or ask which song is meant.

    Args:
        argument: digits: one of `ARGUMENTS` where well known or hidden songs are preferred, and the code of a
            `Steering`.
        content: a line above it.
    """
    scope, translate = _with_preferred(await scope_of(source), argument), translator_of(source)
    found = await services_of(source).recommend.steer(query, Steering.from_code(argument), scope)
    if isinstance(found, Choice):
        await ask_which(source, found, "recommend", argument, content=content)
    else:
        lines = [content, await _link_to_play(source, found)]

        def buttons(preview: bool) -> discord.ui.View:
            view = under(found, translate, argument, preview=preview)
            return with_others(view, source, found.seed, "recommend", argument)

        embed = embeds.recommendation(found, translate)
        above = "\n".join(filter(None, lines)) or None
        await answer_with_cover(source, embed, found.pick, buttons, content=above)


async def answer_similar(source: Context | Press, query: str, _: str = "") -> None:
    """Post the nearest songs, or ask which song is meant."""
    found = await services_of(source).recommend.similar(query, await scope_of(source))
    if isinstance(found, Choice):
        await ask_which(source, found, "similar")
    else:
        embed = embeds.similar_songs(found, translator_of(source))
        seed = found.seed.track if found.seed.artist_ref is None else None
        await answer_with_cover(source, embed, seed, **others_view(source, found.seed, "similar"))


def under(
    found: Recommendation,
    translate: Translator,
    argument: str = "",
    directions: Sequence[Direction] = (),
    *,
    preview: bool = False,
) -> discord.ui.View:
    """The buttons: one row of five, or those to listen with in a second row; then two rows of directions.

    Args:
        argument: as for `answer_recommend`.
        directions: those offered; empty while their rows are closed.
        preview: whether there is a button for 30 s.
    """
    seed, pick = found.seed.song_ref, found.pick_ref
    items: list[discord.ui.Item[Any]] = [Another(translate, seed, argument)]
    if found.pick.row is not None:
        items.append(Similar(translate, pick))
    items += [Thumb(translate, "like", pick), Thumb(translate, "dislike", pick)]
    items.append(Steer(translate, seed, pick, argument))
    listen: list[discord.ui.Item[Any]] = [PlayPreview(translate, pick)] if preview else []
    listen.append(discord.ui.Button(label=translate("Open in Spotify"), url=found.pick.url))
    for item in listen:
        item.row = 1 if len(items) + len(listen) > _IN_A_ROW else 0
    return view_of(*items, *listen, *_directions(translate, directions, seed, pick, argument))


def _directions(
    translate: Translator, directions: Sequence[Direction], song_ref: str, pick_ref: str, argument: str
) -> list[discord.ui.Item[Any]]:
    """The two rows of directions; nothing without directions."""
    if not directions:
        return []
    items: list[discord.ui.Item[Any]] = [
        Towards(translate, DIGIT_OF[direction], song_ref, pick_ref, argument) for direction in directions
    ]
    items.append(Why(translate, song_ref, pick_ref))
    if code := Steering.from_code(argument).code:
        items.append(SteeredRadio(translate, song_ref, pick_ref, code))
    else:
        items.append(RadioFromHere(translate, pick_ref))
    half = max((len(items) + 1) // 2, 4)
    for number, item in enumerate(items):
        item.row = 2 + number // half
    return items


def _with_preferred(scope: Scope, argument: str) -> Scope:
    preferred = _PREFERRED.get(preferred_in(argument))
    return scope if preferred is None else replace(scope, familiarity=preferred)


def preferred_in(argument: str) -> str:
    """The digit of an argument that says which songs are preferred; empty without one."""
    return next((digit for digit in argument if digit in _PREFERRED), "")


async def _link_to_play(source: Context | Press, found: Recommendation) -> str | None:
    """The link for which Discord shows a player, if the server wants one."""
    is_wanted = (await settings_of(source)).player and is_spotify_id(found.pick.id)
    return found.pick.url if is_wanted else None


async def setup(bot: Samewave) -> None:
    """Register the items, also for messages from before the start."""
    bot.add_dynamic_items(Another, Similar, Steer, Towards, Why, Thumb, PlayPreview)
