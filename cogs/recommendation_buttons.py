"""Answers with recommendations and similar songs, and their buttons."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import discord

from bot.client.bot import Samewave
from bot.client.interactions import edit_source_message
from bot.domain.guilds import Familiarity
from bot.domain.links import is_spotify_id
from bot.domain.recommendations import Choice, Recommendation
from bot.domain.steering import DIGIT_OF, Direction, Steering, direction_of
from bot.i18n.translator import Translator, translator_of
from bot.presentation import embeds
from bot.presentation.steering import DIRECTIONS
from bot.services.recommend.steer import Pressed
from bot.services.scope import Scope
from cogs.comparison import PAIR, Why
from cogs.components import SONG, PersistentButton, SongButton, custom_ids_of, view_of
from cogs.covers import Answer, PlayPreview
from cogs.feedback import Dislike, Like
from cogs.playlists.radio import RadioFromHere, SteeredRadio
from cogs.replies import Context, Press, edit_scope_of, scope_of, services_of, settings_of
from cogs.song_menu import ask_which, others_view, with_menus_of, with_others

_IN_A_ROW = 5


ARGUMENTS = {"well known": "1", "hidden": "2"}
"""The digit of a menu or a button for the preferred songs, by the choice of the slash command."""
_PREFERRED: dict[str, Familiarity] = {"1": "known", "2": "hidden"}


class Another(PersistentButton, template=rf"another(?P<argument>\d{{0,10}}):{SONG}"):
    """Draws another recommendation for the same song, as well known and steered as the first."""

    def __init__(self, translate: Translator, song_ref: str, argument: str = "") -> None:
        label, custom_id = translate("Another"), f"another{argument}:{song_ref}"
        super().__init__(
            discord.ui.Button(label=label, style=discord.ButtonStyle.primary, custom_id=custom_id)
        )
        self.song_ref, self.argument = song_ref, argument

    async def work(self, interaction: Press) -> None:
        await answer_recommend(interaction, self.song_ref, self.argument)


class Similar(SongButton, template=rf"similar:{SONG}"):
    """Shows the songs nearest to the recommended one."""

    @staticmethod
    def make_button(translate: Translator, song_ref: str) -> discord.ui.Button[Any]:
        return discord.ui.Button(label=translate("Similar"), custom_id=f"similar:{song_ref}")

    async def work(self, interaction: Press) -> None:
        await answer_similar(interaction, self.song_ref)


class Steer(PersistentButton, template=rf"steer(?P<argument>\d{{0,10}}):{PAIR}"):
    """Opens and closes the rows of directions."""

    def __init__(self, translate: Translator, song_ref: str, pick_ref: str, argument: str = "") -> None:
        label, custom_id = translate("Steer"), f"steer{argument}:{song_ref}:{pick_ref}"
        super().__init__(discord.ui.Button(label=f"{label} ▾", custom_id=custom_id))
        self.song_ref, self.pick_ref, self.argument = song_ref, pick_ref, argument

    async def work(self, interaction: Press) -> None:
        message = interaction.message
        if message is None:
            return
        ids = custom_ids_of(message)
        shown = Shown(
            self.song_ref,
            self.pick_ref,
            message.embeds[0].url if message.embeds else None,
            self.argument,
            in_catalogue=any(id.startswith("similar:") for id in ids),
        )
        directions: list[Direction] = []
        if not any(id.startswith("towards:") for id in ids):
            scope = await edit_scope_of(interaction)
            directions = await services_of(interaction).recommend.steer.directions(self.song_ref, scope)
        preview = any(id.startswith("preview:") for id in ids)
        view = buttons_under(shown, translator_of(interaction), directions, preview=preview)
        await edit_source_message(interaction, view=with_menus_of(message, view))


class Towards(PersistentButton, template=rf"towards:(?P<digit>\d):(?P<argument>\d{{0,10}}):{PAIR}"):
    """Adds or removes a direction; edits the message with a new recommendation."""

    def __init__(
        self, translate: Translator, digit: str, song_ref: str, pick_ref: str, argument: str = ""
    ) -> None:
        self.direction, self.steering = direction_of(digit), Steering.from_code(argument)
        is_on = self.direction in self.steering.directions
        label = translate(DIRECTIONS[self.direction])
        super().__init__(
            discord.ui.Button(
                label=f"✕ {label}" if is_on else label,
                style=discord.ButtonStyle.success if is_on else discord.ButtonStyle.secondary,
                custom_id=f"towards:{digit}:{argument}:{song_ref}:{pick_ref}",
            )
        )
        self.song_ref, self.pick_ref, self.argument = song_ref, pick_ref, argument

    async def work(self, interaction: Press) -> None:
        steering = self.steering.pressed(self.direction)
        argument = preferred_in(self.argument) + steering.code
        pressed = Pressed(self.direction, self.pick_ref) if self.direction in steering.directions else None
        steer, scope = services_of(interaction).recommend.steer, await edit_scope_of(interaction)
        found = await steer(self.song_ref, steering, _with_preferred(scope, argument), pressed)
        if isinstance(found, Choice) or interaction.message is None:
            return
        directions = await steer.directions(found.seed.song_ref, scope)
        translate, message = translator_of(interaction), interaction.message

        def buttons(preview: bool) -> discord.ui.View:
            view = buttons_under(Shown.of(found, argument), translate, directions, preview=preview)
            return with_menus_of(message, view)

        embed = embeds.recommendation(found, translate)
        content = await _link_to_play(interaction, found)
        await Answer(interaction, embed, found.pick, buttons).replace(content=content, attachments=[])


async def answer_recommend(
    source: Context | Press, query: str, argument: str = "", *, content: str | None = None
) -> None:
    """Post a recommendation with its buttons, or ask which song is meant.

    Args:
        argument: digits: one of `ARGUMENTS` where well known or hidden songs are preferred, and the code of a
            `Steering`.
        content: a line above it.
    """
    scope, recommend = _with_preferred(await scope_of(source), argument), services_of(source).recommend
    steering = Steering.from_code(argument)
    if steering.directions:
        found = await recommend.steer(query, steering, scope)
    else:
        found = await recommend.song(query, scope)
    translate = translator_of(source)
    if isinstance(found, Choice):
        await ask_which(source, found, "recommend", argument, content=content)
    else:
        lines = [content, await _link_to_play(source, found)]

        def buttons(preview: bool) -> discord.ui.View:
            view = under(found, translate, argument, preview=preview)
            return with_others(view, source, found.seed, "recommend", argument)

        embed = embeds.recommendation(found, translate)
        await Answer(source, embed, found.pick, buttons).send(content="\n".join(filter(None, lines)) or None)


async def answer_similar(source: Context | Press, query: str, _: str = "") -> None:
    """Post the nearest songs, or ask which song is meant."""
    found = await services_of(source).recommend.similar(query, await scope_of(source))
    if isinstance(found, Choice):
        await ask_which(source, found, "similar")
    else:
        embed = embeds.similar_songs(found, translator_of(source))
        seed = found.seed.track if found.seed.artist_ref is None else None
        await Answer(source, embed, seed).send(**others_view(source, found.seed, "similar"))


@dataclass(frozen=True, slots=True)
class Shown:
    """The state of the buttons under a recommendation.

    Attributes:
        song_ref, pick_ref: the song asked about and the one recommended. url: of the latter.
        argument: as for `answer_recommend`.
        in_catalogue: whether songs near the recommended one can be found.
    """

    song_ref: str
    pick_ref: str
    url: str | None
    argument: str
    in_catalogue: bool

    @classmethod
    def of(cls, found: Recommendation, argument: str) -> "Shown":
        return cls(found.seed.song_ref, found.pick_ref, found.pick.url, argument, found.pick.row is not None)


def under(
    found: Recommendation, translate: Translator, argument: str = "", *, preview: bool = False
) -> discord.ui.View:
    """The buttons under a recommendation."""
    return buttons_under(Shown.of(found, argument), translate, preview=preview)


def buttons_under(
    shown: Shown, translate: Translator, directions: Sequence[Direction] = (), *, preview: bool = False
) -> discord.ui.View:
    """The buttons: one row of five, or those to listen with in a second row; then two rows of directions.

    Args:
        directions: those offered; empty while their rows are closed.
        preview: whether there is a button for 30 s.
    """
    pair = (shown.song_ref, shown.pick_ref)
    items: list[discord.ui.Item[Any]] = [Another(translate, shown.song_ref, shown.argument)]
    if shown.in_catalogue:
        items.append(Similar(translate, shown.pick_ref))
    items += [Like(translate, shown.pick_ref), Dislike(translate, shown.pick_ref)]
    items.append(Steer(translate, *pair, shown.argument))
    listen: list[discord.ui.Item[Any]] = [PlayPreview(translate, shown.pick_ref)] if preview else []
    if shown.url:
        listen.append(discord.ui.Button(label=translate("Open in Spotify"), url=shown.url))
    for item in listen:
        item.row = 1 if len(items) + len(listen) > _IN_A_ROW else 0
    ways: list[discord.ui.Item[Any]] = [
        Towards(translate, DIGIT_OF[direction], *pair, shown.argument) for direction in directions
    ]
    if ways:
        code = Steering.from_code(shown.argument).code
        ways.append(Why(translate, *pair))
        ways.append(
            SteeredRadio(translate, *pair, code) if code else RadioFromHere(translate, shown.pick_ref)
        )
    half = max((len(ways) + 1) // 2, 4)
    for number, item in enumerate(ways):
        item.row = 2 + number // half
    return view_of(*items, *listen, *ways)


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
    bot.add_dynamic_items(Another, Similar, Steer, Towards, Why)
