"""`!playlist`: from a song, a cluster or a mood."""

from collections.abc import Coroutine, Sequence
from typing import Any, ClassVar, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.bot import Samewave
from bot.domain.pagination import page_of
from bot.domain.playlists import USUAL, Playlist
from bot.domain.recommendations import Choice
from bot.domain.wishes import Part, Wish
from bot.i18n.translator import Translator, translator_of
from bot.presentation import playlists
from bot.presentation.texts import plain
from bot.presentation.wishes import notes, part_text
from bot.services.playlists.from_words import PlaylistFromWords, WordsPlaylist
from bot.services.playlists.moods import MoodTarget
from bot.services.scope import Scope
from cogs.autocomplete import suggest_songs
from cogs.components import PAGE, PageButton, PersistentButton, page_buttons, view_of
from cogs.playlists.brought import brought_list
from cogs.playlists.song_list import answer_list
from cogs.replies import Context, Press, answer, scope_of, services_of, settled
from cogs.song_menu import SongCog, ask_which

PLAYLIST = r"[\w-]{12}"
"""A playlist's id in the template of a button."""
Mood = Literal[
    "focus", "party", "workout", "chill", "sleep", "happy", "sad", "angry", "acoustic", "road trip"
]
Percent = commands.Range[int, 0, 100]
Made = Playlist | Choice | WordsPlaylist
_LABEL, _PARTS = 80, 5
_SLIDERS = {
    **dict.fromkeys(("energy", "danceability", "valence", "acousticness", "instrumentalness"), 100.0),
    "tempo": 1.0,
}
"""The options that are features, and their unit's share of the feature's."""


class PlaylistFlags(commands.FlagConverter):
    """Options of `/playlist`; sliders override the mood.

    Omitted numbers are None. The types lack `| None` because discord.py then ignores the limits of a number.
    """

    song: str | None = commands.flag(
        description="A song to be near, by its title or link", default=None, positional=True
    )
    words: str | None = commands.flag(
        description="What you want to hear, such as: calm jazz for a rainy day, no vocals", default=None
    )
    mood: Mood | None = commands.flag(description="A mood", default=None)
    cluster: str | None = commands.flag(description="A cluster, by its number or name", default=None)
    songs: commands.Range[int, 5, 25] = commands.flag(description="How many songs, 5 to 25", default=None)
    energy: Percent = commands.flag(description="0 calm, 100 intense", default=None)
    danceability: Percent = commands.flag(description="0 not at all, 100 very", default=None)
    valence: Percent = commands.flag(description="0 dark, 100 cheerful", default=None)
    acousticness: Percent = commands.flag(description="0 electric, 100 acoustic", default=None)
    instrumentalness: Percent = commands.flag(description="0 sung, 100 instrumental", default=None)
    tempo: commands.Range[int, 40, 220] = commands.flag(
        description="Beats per minute, 40 to 220", default=None
    )


class TurnPlaylist(PageButton, template=rf"playlist:(?P<of>{PLAYLIST}):{PAGE}"):
    """Shows another page of a playlist."""

    what = "playlist"

    async def work(self, interaction: Press) -> None:
        playlist = await interaction.client.services.playlists.make.find(self.of, await scope_of(interaction))
        await interaction.response.edit_message(
            **playlist_page(playlist, self.page, translator_of(interaction))
        )


class Links(PersistentButton, template=rf"links:(?P<playlist_id>{PLAYLIST})"):
    """Shows the links to paste into Spotify, ephemerally."""

    def __init__(self, translate: Translator, playlist_id: str) -> None:
        super().__init__(f"links:{playlist_id}", translate("Links for Spotify"))
        self.playlist_id = playlist_id

    async def work(self, interaction: Press) -> None:
        scope = await scope_of(interaction)
        playlist = await interaction.client.services.playlists.make.find(self.playlist_id, scope)
        text = playlists.links_text(playlist.songs, translator_of(interaction))
        await interaction.response.send_message(text, ephemeral=True, suppress_embeds=True)


class LeaveOut(PersistentButton, template=rf"words:(?P<playlist_id>{PLAYLIST}):(?P<number>\d)"):
    """Makes the playlist again without one part of the wish."""

    def __init__(
        self, translate: Translator, playlist_id: str, number: str, part: Part | None = None
    ) -> None:
        label = "" if part is None else part_text(part, translate)
        super().__init__(f"words:{playlist_id}:{number}", plain(f"✕ {label}", _LABEL), row=1)
        self.playlist_id, self.number = playlist_id, int(number)

    async def work(self, interaction: Press) -> None:
        from_words = interaction.client.services.playlists.from_words
        made = await from_words.without(self.playlist_id, self.number, await scope_of(interaction))
        translate = translator_of(interaction)
        await interaction.response.edit_message(
            **playlist_page(made.playlist, 0, translate, notes(made.wish, made.left_out, translate)),
            attachments=playlists.files(made.playlist, translate),
        )


async def answer_playlist(source: Context | Press, query: str, songs: str) -> None:
    """Post a playlist near a song, or ask which song is meant.

    Args:
        songs: how many songs, in digits.
    """
    count = int(songs or USUAL)
    await _show(
        source, services_of(source).playlists.make.from_song(query, count, await scope_of(source)), count
    )


async def answer_words(source: Context | Press, text: str) -> None:
    """Post a playlist from a wish in words."""
    from_words = services_of(source).playlists.from_words
    await _show(source, _of_words(from_words, text, None, await scope_of(source)), USUAL)


class PlaylistCommands(SongCog, name="Playlists"):
    """Songs that go together."""

    song_answers: ClassVar = {"playlist": answer_playlist}

    @commands.hybrid_command(usage="chill 15", aliases=["pl"])  # type: ignore[arg-type]
    @app_commands.describe(file="A list of your songs: CSV, M3U8, XSPF, JSPF or text")
    @app_commands.autocomplete(song=suggest_songs)
    async def playlist(
        self, context: Context, file: discord.Attachment | None = None, *, flags: PlaylistFlags
    ) -> None:
        """Makes a playlist from a song, a mood, a cluster or your own words: 5 to 25 songs that flow.

        Say it in any language: "something calm for a rainy drive, no vocals, 90s", "like Radiohead but
        happier". Moods: focus, party, workout, chill, sleep, happy, sad, angry, acoustic, road trip. Or say
        how it is to sound, such as "energy: 80 tempo: 120". Comes with files and links for Spotify.
        """
        services, scope = context.bot.services.playlists, await scope_of(context)
        if (known := await brought_list(context, flags.song or "", scope, file)) is not None:
            await answer_list(context, known, scope)
            return
        make, from_words = services.make, services.from_words
        songs: int | None = flags.songs
        making: Coroutine[Any, Any, Made]
        sliders = _sliders(flags)
        if flags.words is not None:
            making = _of_words(from_words, flags.words, songs, scope)
        elif flags.mood is not None or sliders:
            making = make.from_mood(MoodTarget(flags.mood, sliders), songs, scope)
        elif flags.cluster is not None:
            making = make.from_cluster(flags.cluster, songs, scope)
        elif context.interaction is not None and flags.song is not None:
            making = make.from_song(flags.song, songs, scope)
        else:
            making = from_words.from_text(flags.song or "", songs, scope)
        await _show(context, making, songs or USUAL)


def _sliders(flags: PlaylistFlags) -> dict[str, float]:
    """The named features."""
    named = {name: getattr(flags, name) for name in _SLIDERS}
    return {name: value / _SLIDERS[name] for name, value in named.items() if value is not None}


async def _of_words(
    from_words: PlaylistFromWords, text: str, count: int | None, scope: Scope
) -> WordsPlaylist:
    return await from_words.of_wish(await from_words.understand(text, scope), count, scope)


async def _show(source: Context | Press, making: Coroutine[Any, Any, Made], songs: int) -> None:
    found = await settled(source, making)
    if isinstance(found, Choice):
        await ask_which(source, found, "playlist", str(songs))
        return
    translate, about = translator_of(source), list[str]()
    if isinstance(found, WordsPlaylist):
        about = notes(found.wish, found.left_out, translate)
        found = found.playlist
    files = playlists.files(found, translate)
    await answer(source, **playlist_page(found, 0, translate, about), files=files)


def playlist_page(
    playlist: Playlist, number: int, translate: Translator, about: Sequence[str] = ()
) -> dict[str, Any]:
    """The parts of a message with one page of a playlist, and its buttons."""
    page = page_of(playlist.songs, number, playlists.PAGE)
    leaves = page_buttons(TurnPlaylist, page, translate, playlist.playlist_id)
    parts = Wish.from_code(playlist.name).parts[:_PARTS] if playlist.kind == "words" else ()
    return {
        "embed": playlists.page_embed(playlist, page, translate, about),
        "view": view_of(
            *leaves,
            Links(translate, playlist.playlist_id),
            *(
                LeaveOut(translate, playlist.playlist_id, str(number), part)
                for number, part in enumerate(parts)
                if len(parts) > 1
            ),
        ),
    }


async def setup(bot: Samewave) -> None:
    """Add the cog and its buttons."""
    bot.add_dynamic_items(TurnPlaylist, Links, LeaveOut)
    await bot.add_cog(PlaylistCommands())
