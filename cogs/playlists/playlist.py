"""`!playlist`: from a song, a cluster or a mood."""

import re
from collections.abc import Coroutine
from io import BytesIO
from typing import Any, Literal, Self

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.bot import Samewave
from bot.domain.playlists import USUAL, Playlist
from bot.domain.recommendations import Choice
from bot.i18n.translator import Translator, translator_of
from bot.presentation import embeds, playlists
from bot.services.playlists.playlist import MoodWish
from cogs.autocomplete import suggest_songs
from cogs.components import ChooseSong, FriendlyItem, view_of
from cogs.replies import Context, Press, answer, scope_of, settled

TOKEN = r"(?P<token>[\w-]{12})"  # noqa: S105
Mood = Literal[
    "focus", "party", "workout", "chill", "sleep", "happy", "sad", "angry", "acoustic", "road trip"
]
Percent = commands.Range[int, 0, 100]


class PlaylistFlags(commands.FlagConverter):
    """What `/playlist` asks for; sliders go before what the mood says.

    A number that was not given is None: discord.py knows the limits of a number only where its type is not
    "or None".
    """

    song: str | None = commands.flag(
        description="A song to be near, by its title or link", default=None, positional=True
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


class LeafPlaylist(
    FriendlyItem[discord.ui.Button[Any]], template=rf"playlist:{TOKEN}:(?P<page>\d)(?P<way>[<>])"
):
    """Leads to a page of a playlist."""

    def __init__(
        self, token: str, page: int, way: str, translate: Translator, *, disabled: bool = False
    ) -> None:
        label = "◀ " + translate("Back") if way == "<" else translate("Next") + " ▶"
        super().__init__(
            discord.ui.Button(label=label, custom_id=f"playlist:{token}:{page}{way}", disabled=disabled)
        )
        self.token = token
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read playlist and page out of the `custom_id`."""
        return cls(match["token"], int(match["page"]), match["way"], translator_of(interaction))

    async def work(self, interaction: Press) -> None:
        """Show that page in place of the one before."""
        translate = translator_of(interaction)
        playlist = await interaction.client.services.playlist.find(self.token, await scope_of(interaction))
        page = min(self.page, playlists.pages(playlist) - 1)
        await interaction.response.edit_message(
            embed=playlists.page_embed(playlist, page, translate), view=_under(playlist, page, translate)
        )


class Links(FriendlyItem[discord.ui.Button[Any]], template=rf"links:{TOKEN}"):
    """The links to paste into Spotify, for the presser alone."""

    def __init__(self, token: str, translate: Translator) -> None:
        super().__init__(discord.ui.Button(label=translate("Links for Spotify"), custom_id=f"links:{token}"))
        self.token = token

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the playlist out of the `custom_id`."""
        return cls(match["token"], translator_of(interaction))

    async def work(self, interaction: Press) -> None:
        """Show them."""
        playlist = await interaction.client.services.playlist.find(self.token, await scope_of(interaction))
        text = playlists.links_text(playlist.songs, translator_of(interaction))
        await interaction.response.send_message(text, ephemeral=True, suppress_embeds=True)


class ChooseForPlaylist(ChooseSong, template=r"choose:playlist:(?P<songs>\d{1,2})"):
    """Which song the playlist is to be near; how many songs it gets is in the `custom_id`."""

    what = "playlist"

    @classmethod
    def for_so_many(cls, asked: Choice, songs: int, translate: Translator) -> Self:
        """A menu of these songs."""
        options = [embeds.option(song, translate) for song in asked.songs]
        return cls(
            discord.ui.Select(
                custom_id=f"choose:{cls.what}:{songs}",
                placeholder=translate("Choose the song"),
                options=options,
            )
        )

    async def chosen(self, interaction: Press, token: str) -> None:
        """Make it."""
        songs = int(self.item.custom_id.rpartition(":")[2])
        scope = await scope_of(interaction)
        making = interaction.client.services.playlist.from_song(token, songs, scope)
        await _show(interaction, await settled(interaction, making), songs)


class PlaylistCommands(commands.Cog, name="Playlists"):
    """Songs that go together."""

    @commands.hybrid_command(usage="chill 15", aliases=["pl"])  # type: ignore[arg-type]
    @app_commands.autocomplete(song=suggest_songs)
    async def playlist(self, context: Context, *, flags: PlaylistFlags) -> None:
        """Makes a playlist from a song, a mood or a cluster: 5 to 25 songs that flow into each other.

        Moods: focus, party, workout, chill, sleep, happy, sad, angry, acoustic, road trip. Or say how it is
        to sound, such as "energy: 80 tempo: 120". Comes with files, and with links to paste into Spotify.
        """
        make, scope = context.bot.services.playlist, await scope_of(context)
        songs = _given(flags.songs)
        making: Coroutine[Any, Any, Playlist | Choice]
        sliders = _sliders(flags)
        if flags.mood is not None or sliders:
            making = make.from_mood(MoodWish(flags.mood, sliders), songs, scope)
        elif flags.cluster is not None:
            making = make.from_cluster(flags.cluster, songs, scope)
        elif context.interaction is not None and flags.song is not None:
            making = make.from_song(flags.song, songs, scope)
        else:
            making = make.from_words(flags.song or "", songs, scope)
        await _show(context, await settled(context, making), songs or USUAL)


def _sliders(flags: PlaylistFlags) -> dict[str, float]:
    """The sliders that were set, as features."""
    shares: dict[str, int | None] = {
        "energy": flags.energy,
        "danceability": flags.danceability,
        "valence": flags.valence,
        "acousticness": flags.acousticness,
        "instrumentalness": flags.instrumentalness,
    }
    sliders = {name: value / 100.0 for name, value in shares.items() if value is not None}
    tempo = _given(flags.tempo)
    return sliders if tempo is None else {**sliders, "tempo": float(tempo)}


def _given(number: int | None) -> int | None:
    """The number, or None."""
    return number


async def _show(source: Context | Press, found: Playlist | Choice, songs: int) -> None:
    translate = translator_of(source)
    if isinstance(found, Choice):
        menu = ChooseForPlaylist.for_so_many(found, songs, translate)
        await answer(source, embed=embeds.choice(found, translate), view=view_of(menu))
        return
    await answer(
        source,
        embed=playlists.page_embed(found, 0, translate),
        files=[discord.File(BytesIO(data), name) for name, data in playlists.files(found, translate)],
        view=_under(found, 0, translate),
    )


def _under(playlist: Playlist, page: int, translate: Translator) -> discord.ui.View:
    """What stands under a page."""
    last = playlists.pages(playlist) - 1
    view = view_of()
    if last:
        view.add_item(LeafPlaylist(playlist.token, max(page - 1, 0), "<", translate, disabled=page == 0))
        view.add_item(
            LeafPlaylist(playlist.token, min(page + 1, last), ">", translate, disabled=page == last)
        )
    view.add_item(Links(playlist.token, translate))
    return view


async def setup(bot: Samewave) -> None:
    """Add the cog, its menu and its buttons."""
    bot.add_dynamic_items(LeafPlaylist, Links, ChooseForPlaylist)
    await bot.add_cog(PlaylistCommands())
