"""Menus and buttons that ask which song is meant: one kind for all commands that take a song."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, ClassVar

import discord
from discord.ext import commands

from bot.domain.errors import SamewaveError
from bot.domain.recommendations import Choice, SeedSong
from bot.i18n.translator import Translator, translator_of
from bot.presentation import embeds
from bot.presentation.texts import plain
from cogs.components import SONG, MessageItem, view_of
from cogs.replies import Context, Press, answer, asker_of

SongAnswer = Callable[[Context | Press, str, str], Awaitable[None]]
"""Answers a command or a menu for a query or a song reference; the last argument is the menu's digits."""


_BUTTONS, _OPTIONS, _BUTTON_LABEL = 5, 25, 80
_OF_ARTISTS = frozenset({"recommend", "similar", "cluster", "map", "playlist", "radio"})
"""Commands that accept an artist's sound instead of a song."""


class SongCog(commands.Cog):
    """A cog with commands that take a song.

    Attributes:
        song_answers: by the word that a menu carries in its `custom_id`.
    """

    song_answers: ClassVar[Mapping[str, SongAnswer]] = {}


class ChooseSong(
    MessageItem[discord.ui.Select[Any]],
    template=r"choose:(?P<command>[a-z]+)(?::(?P<argument>\d{1,18}))?(?::by:(?P<asker>\d{1,20}))?"
    r"|session:(?P<session>\d{1,18}):choose",  # of older messages
):
    """Asks which song is meant, and runs the command for the chosen song."""

    async def work(self, interaction: Press) -> None:
        """Run the command for the chosen song.

        Raises:
            SamewaveError: the menu is for another person.
        """
        [song_ref] = self.item.values
        await _answer_chosen(interaction, song_ref, **self.state)


class PickSong(
    MessageItem[discord.ui.Button[Any]],
    template=rf"pick:(?P<command>[a-z]+):(?P<argument>\d{{0,18}}):(?P<asker>\d{{0,20}}):{SONG}",
):
    """A button that runs the command for one song: a guess, or any song of an artist."""

    async def work(self, interaction: Press) -> None:
        """Run the command for the song.

        Raises:
            SamewaveError: the button is for another person.
        """
        await _answer_chosen(interaction, **self.state)


async def _answer_chosen(
    interaction: Press,
    song_ref: str,
    command: str | None,
    argument: str | None,
    asker: str | None,
    session: str | None = None,
) -> None:
    if asker and int(asker) != interaction.user.id:
        raise SamewaveError("That menu belongs to somebody else; name the song yourself to get your own.")
    for cog in interaction.client.cogs.values():
        if isinstance(cog, SongCog) and (found := cog.song_answers.get(command or "session")):
            await found(interaction, song_ref, argument or session or "")


def song_menu(
    source: Context | Press, matches: Choice, command: str, argument: str = "", *, shared: bool = False
) -> dict[str, Any]:
    """The parts of a message that asks which song is meant.

    Args:
        command: the word in `SongCog.song_answers`. argument: digits with a further argument.
        shared: whether others may choose too.
    """
    translate = translator_of(source)
    asker = "" if shared else str(asker_of(source))

    def pick(label: str, song_ref: str) -> discord.ui.Button[Any]:
        custom_id = f"pick:{command}:{argument}:{asker}:{song_ref}"
        return discord.ui.Button(label=plain(label, _BUTTON_LABEL), custom_id=custom_id)

    items: list[discord.ui.Item[Any]] = []
    if matches.unsure and len(matches.songs) <= _BUTTONS:
        items += [pick(embeds.song_label(song, translate), song.song_ref) for song in matches.songs]
    elif matches.songs:
        placeholder = translate("Choose the song")
        items.append(_select(matches.songs, placeholder, command, argument, asker, translate))
    if matches.artist is not None and command in _OF_ARTISTS:
        label = (
            translate("None of these: how {artist} sounds", artist=matches.artist.artists[0])
            if matches.unsure
            else translate("Any of them")
        )
        items.append(pick(label, matches.artist.song_ref))
    bot = source.bot if isinstance(source, commands.Context) else source.client
    return {"embed": embeds.choice(matches, translate, for_host=bot.for_host), "view": view_of(*items)}


def with_others(
    view: discord.ui.View, source: Context | Press, seed: SeedSong, command: str, argument: str = ""
) -> discord.ui.View:
    """A view with a menu of the other possible songs, if there are any."""
    if seed.alternatives:
        translate = translator_of(source)
        placeholder = translate("Not this one?") + " ▾"
        asker = str(asker_of(source))
        view.add_item(_select(seed.alternatives, placeholder, command, argument, asker, translate))
    return view


def others_view(source: Context | Press, seed: SeedSong | None, command: str) -> dict[str, Any]:
    """The view of an answer without other components; none without other songs."""
    if seed is None or not seed.alternatives:
        return {}
    return {"view": with_others(view_of(), source, seed, command)}


def _select(
    songs: Sequence[SeedSong],
    placeholder: str,
    command: str,
    argument: str,
    asker: str,
    translate: Translator,
) -> discord.ui.Select[Any]:
    owner = f"by:{asker}" if asker else ""
    options = {song.song_ref: embeds.option(song, translate) for song in songs[:_OPTIONS]}
    return discord.ui.Select(
        custom_id=":".join(part for part in ("choose", command, argument, owner) if part),
        placeholder=placeholder,
        options=list(options.values()),
    )


async def ask_which(
    source: Context | Press, matches: Choice, command: str, argument: str = "", **message: Any
) -> None:
    """Ask the user which song is meant."""
    await answer(source, **message, **song_menu(source, matches, command, argument))
