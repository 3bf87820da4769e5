"""Answers with recommendations and similar songs, and their buttons."""

from dataclasses import replace
from typing import Any

import discord

from bot.client.bot import Samewave
from bot.domain.guilds import Familiarity
from bot.domain.links import is_spotify_id
from bot.domain.recommendations import Choice, Recommendation
from bot.i18n.translator import Translator, translator_of
from bot.presentation import embeds
from cogs.components import SONG, PersistentButton, SongButton, view_of
from cogs.covers import Answer, PlayPreview
from cogs.feedback import Dislike, Like
from cogs.replies import Context, Press, scope_of, services_of, settings_of
from cogs.song_menu import ask_which, others_view, with_others

_IN_A_ROW = 5


ARGUMENTS = {"well known": "1", "hidden": "2"}
"""What a menu or a button carries of the songs preferred, by the choice of the slash command."""
_PREFERRED: dict[str, Familiarity] = {"1": "known", "2": "hidden"}


class Another(PersistentButton, template=rf"another(?P<argument>[12]?):{SONG}"):
    """Draws another recommendation for the same song, as well known or hidden as the first."""

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


async def answer_recommend(
    source: Context | Press, query: str, argument: str = "", *, content: str | None = None
) -> None:
    """Post a recommendation with its buttons, or ask which song is meant.

    Args:
        argument: one of `ARGUMENTS` where well known or hidden songs are preferred, else empty.
        content: a line above it.
    """
    scope = await scope_of(source)
    if argument in _PREFERRED:
        scope = replace(scope, familiarity=_PREFERRED[argument])
    found = await services_of(source).recommend.song(query, scope)
    translate = translator_of(source)
    if isinstance(found, Choice):
        await ask_which(source, found, "recommend", argument, content=content)
    else:
        if (await settings_of(source)).player and is_spotify_id(found.pick.id):
            content = f"{content}\n{found.pick.url}" if content else found.pick.url

        def buttons(preview: bool) -> discord.ui.View:
            view = under(found, translate, argument, preview=preview)
            return with_others(view, source, found.seed, "recommend", argument)

        embed = embeds.recommendation(found, translate)
        await Answer(source, embed, found.pick, buttons).send(content=content)


async def answer_similar(source: Context | Press, query: str, _: str = "") -> None:
    """Post the nearest songs, or ask which song is meant."""
    found = await services_of(source).recommend.similar(query, await scope_of(source))
    if isinstance(found, Choice):
        await ask_which(source, found, "similar")
    else:
        embed = embeds.similar_songs(found, translator_of(source))
        seed = found.seed.track if found.seed.artist_ref is None else None
        await Answer(source, embed, seed).send(**others_view(source, found.seed, "similar"))


def under(
    found: Recommendation, translate: Translator, argument: str = "", *, preview: bool = False
) -> discord.ui.View:
    """The buttons under a recommendation: five in a row, else what one hears with in a row of its own.

    Args:
        argument: as for `answer_recommend`.
        preview: whether there is one for 30 s.
    """
    items: list[discord.ui.Item[Any]] = [Another(translate, found.seed.song_ref, argument)]
    if found.pick.row is not None:
        items.append(Similar(translate, found.pick.id))
    items += [Like(translate, found.pick_ref), Dislike(translate, found.pick_ref)]
    listen: list[discord.ui.Item[Any]] = [PlayPreview(translate, found.pick_ref)] if preview else []
    listen.append(discord.ui.Button(label=translate("Open in Spotify"), url=found.pick.url))
    if len(items) + len(listen) > _IN_A_ROW:
        for item in listen:
            item.row = 1
    return view_of(*items, *listen)


async def setup(bot: Samewave) -> None:
    """Make the items known, those of messages from before the start as well."""
    bot.add_dynamic_items(Another, Similar)
