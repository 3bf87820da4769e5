"""`!radio`: an endless sequence of similar songs in a channel."""

from typing import ClassVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.bot import Samewave
from bot.domain.journeys import RadioSong
from bot.domain.recommendations import Choice
from bot.domain.song_lists import KnownList
from bot.domain.steering import NOT_STEERED, Steering
from bot.i18n.translator import Translator, translator_of
from bot.presentation import embeds, journeys, playlists
from bot.presentation.steering import directions_text
from bot.presentation.texts import plain
from cogs.autocomplete import suggest_songs
from cogs.components import PAIR, SONG, PersistentButton, view_of
from cogs.feedback import Thumb
from cogs.playlists.brought import brought_list
from cogs.replies import Context, Press, answer, scope_of, services_of, settled
from cogs.song_menu import SongCog, ask_which

_LABEL = 80


class Next(PersistentButton, template=r"radio:next"):
    """Plays the next song of the channel's radio."""

    def __init__(self, translate: Translator) -> None:
        super().__init__("radio:next", translate("Next song"), style=discord.ButtonStyle.primary)

    async def work(self, interaction: Press) -> None:
        await play_on(interaction)


class RadioFromHere(PersistentButton, template=rf"radio:from:{SONG}"):
    """Begins a radio with a recommended song."""

    def __init__(self, translate: Translator, song_ref: str) -> None:
        super().__init__(f"radio:from:{song_ref}", "📻 " + translate("Radio from here"))
        self.song_ref = song_ref

    async def work(self, interaction: Press) -> None:
        await answer_radio(interaction, self.song_ref)


class SteeredRadio(PersistentButton, template=rf"radio:steered:(?P<code>\d{{1,8}}):{PAIR}"):
    """Begins a radio with a recommended song that stays as steered as that one."""

    def __init__(self, translate: Translator, song_ref: str, pick_ref: str, code: str) -> None:
        super().__init__(f"radio:steered:{code}:{song_ref}:{pick_ref}", "📻 " + translate("Radio from here"))
        self.song_ref, self.pick_ref, self.steering = song_ref, pick_ref, Steering.from_code(code)

    async def work(self, interaction: Press) -> None:
        radio, scope = interaction.client.services.playlists.radio, await scope_of(interaction)
        found = await settled(interaction, radio.begin(self.pick_ref, scope, self.steering, self.song_ref))
        if isinstance(found, RadioSong):
            await _show(interaction, found)


class Straight(PersistentButton, template=r"radio:straight"):
    """Takes back what the radio was steered by, and plays on."""

    def __init__(self, translate: Translator, steering: Steering = NOT_STEERED) -> None:
        super().__init__("radio:straight", plain(f"✕ {directions_text(steering, translate)}", _LABEL))

    async def work(self, interaction: Press) -> None:
        await play_on(interaction, straight=True)


async def answer_radio(source: Context | Press, query: str, _: str = "") -> None:
    """Start a radio, or ask which song is meant."""
    starting = services_of(source).playlists.radio.begin(query, await scope_of(source))
    found = await settled(source, starting)
    if isinstance(found, Choice):
        await ask_which(source, found, "radio")
    else:
        await _show(source, found)


async def play_on(source: Context | Press, *, straight: bool = False) -> None:
    """Post the next song of the channel's radio; `straight` is no longer steered."""
    playing = services_of(source).playlists.radio.next(await scope_of(source), straight=straight)
    await _show(source, await settled(source, playing))


class RadioCommands(SongCog, name="Radio"):
    """Music that goes on."""

    song_answers: ClassVar = {"radio": answer_radio}

    @commands.hybrid_command(usage="Bohemian Rhapsody", aliases=["station"])  # type: ignore[arg-type]
    @app_commands.describe(
        file="A list of your songs: CSV, M3U8, XSPF, JSPF or text",
        song="The song to begin with; none plays on",
    )
    @app_commands.autocomplete(song=suggest_songs)
    async def radio(
        self, context: Context, file: discord.Attachment | None = None, *, song: str | None = None
    ) -> None:
        """Begins a radio in this channel: song after song, each near the last, none twice.

        👍 keeps it near a song, 👎 keeps it away. Without a song, or with "next", it plays on, and with
        "stop" it ends. With a list (a file, one song a line, several links) it plays near each in turn.
        """
        scope = await scope_of(context)
        if (known := await brought_list(context, song or "", scope, file)) is not None:
            beginning = context.bot.services.playlists.radio.begin_list(known, scope)
            await _show(context, await settled(context, beginning), known)
            return
        match (song or "next").strip().casefold():
            case "next" | "skip" | "weiter":
                await play_on(context)
            case "stop" | "off" | "stopp" | "aus":
                await settled(context, context.bot.services.playlists.radio.stop(await scope_of(context)))
                await answer(context, embed=embeds.note(translator_of(context)("📻 The radio is off.")))
            case _:
                await answer_radio(context, song or "")


async def _show(source: Context | Press, found: RadioSong, of: KnownList | None = None) -> None:
    translate = translator_of(source)
    await answer(
        source,
        content=None if of is None else playlists.known_text(of, translate),
        embed=journeys.radio_song(found, translate),
        view=_under(found, translate),
    )


def _under(found: RadioSong, translate: Translator) -> discord.ui.View:
    """The buttons under a radio song; likes and dislikes steer the radio."""
    track = found.track
    view = view_of(Next(translate), Thumb(translate, "like", track.id), Thumb(translate, "dislike", track.id))
    if found.steering.directions:
        view.add_item(Straight(translate, found.steering))
    view.add_item(discord.ui.Button(label=translate("Open in Spotify"), url=track.url))
    return view


async def setup(bot: Samewave) -> None:
    """Add the cog and its button."""
    bot.add_dynamic_items(Next, RadioFromHere, SteeredRadio, Straight)
    await bot.add_cog(RadioCommands())
