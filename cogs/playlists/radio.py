"""`!radio`: a channel's endless "more like this"."""

import re
from collections.abc import Coroutine
from typing import Any, Self

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.bot import Samewave
from bot.domain.journeys import RadioSong
from bot.domain.recommendations import Choice
from bot.domain.tracks import Track
from bot.i18n.translator import Translator, translator_of
from bot.presentation import embeds, journeys
from cogs.autocomplete import suggest_songs
from cogs.components import ChooseSong, FriendlyItem, view_of
from cogs.feedback import Dislike, Like
from cogs.replies import Context, Press, answer, scope_of, settled


class Next(FriendlyItem[discord.ui.Button[Any]], template=r"radio:next"):
    """The next song of the channel's radio."""

    def __init__(self, translate: Translator) -> None:
        super().__init__(
            discord.ui.Button(
                label=translate("Next song"), style=discord.ButtonStyle.primary, custom_id="radio:next"
            )
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """It knows nothing but its channel."""
        return cls(translator_of(interaction))

    async def work(self, interaction: Press) -> None:
        """Play on."""
        playing = interaction.client.services.radio.next(await scope_of(interaction))
        await _show(interaction, await settled(interaction, playing))


class ChooseForRadio(ChooseSong, template=r"choose:radio"):
    """Which song the radio begins with."""

    what = "radio"

    async def chosen(self, interaction: Press, token: str) -> None:
        """Begin it."""
        beginning = interaction.client.services.radio.begin(token, await scope_of(interaction))
        await _show(interaction, await settled(interaction, beginning))


class RadioCommands(commands.Cog, name="Radio"):
    """Music that goes on."""

    @commands.hybrid_command(usage="Bohemian Rhapsody", aliases=["station"])  # type: ignore[arg-type]
    @app_commands.describe(song="The song to begin with; none plays on")
    @app_commands.autocomplete(song=suggest_songs)
    async def radio(self, context: Context, *, song: str | None = None) -> None:
        """Begins a radio in this channel: song after song, each near the last, none twice.

        👍 keeps it near a song, 👎 keeps it away. Without a song, it plays on.
        """
        radio, scope = context.bot.services.radio, await scope_of(context)
        playing: Coroutine[Any, Any, RadioSong | Choice]
        playing = radio.next(scope) if song is None else radio.begin(song, scope)
        await _show(context, await settled(context, playing))


async def _show(source: Context | Press, found: RadioSong | Choice) -> None:
    translate = translator_of(source)
    if isinstance(found, Choice):
        await answer(
            source,
            embed=embeds.choice(found, translate),
            view=view_of(ChooseForRadio.among(found, translate)),
        )
    else:
        await answer(source, embed=journeys.radio_song(found, translate), view=_under(found.track, translate))


def _under(track: Track, translate: Translator) -> discord.ui.View:
    """What stands under a song of the radio; what people think of it steers the radio."""
    view = view_of(Next(translate), Like(track.id, translate), Dislike(track.id, translate))
    view.add_item(discord.ui.Button(label=translate("Open in Spotify"), url=track.url))
    return view


async def setup(bot: Samewave) -> None:
    """Add the cog, its menu and its button."""
    bot.add_dynamic_items(Next, ChooseForRadio)
    await bot.add_cog(RadioCommands())
