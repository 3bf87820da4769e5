"""`!recommend`: recommends a song for a song."""

import re
from typing import ClassVar, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.bot import Samewave
from cogs.autocomplete import suggest_songs
from cogs.recommendation_buttons import ARGUMENTS, answer_recommend
from cogs.replies import Context, show_waiting
from cogs.song_in_message import replied_to, song_in
from cogs.song_menu import ChooseSong, PickSong, SongCog
from cogs.spotify_presence import listened_to

_DICE = re.compile(r"\d*\s*[dw]\s*\d+.*|\d+\s*[-+*/]\s*\d+", re.IGNORECASE)


class Recommend(SongCog):
    """Songs on the same wave."""

    song_answers: ClassVar = {"recommend": answer_recommend}

    @commands.hybrid_command(usage="Bohemian Rhapsody", aliases=["r", "rec"])  # type: ignore[arg-type]
    @app_commands.describe(
        song="A title, artist and title, or a Spotify link",
        clip="Or a piece of music: mp3, ogg or wav, up to 5 MB",
        prefer="Well known songs, or hidden ones that few people know",
    )
    @app_commands.autocomplete(song=suggest_songs)
    async def recommend(
        self,
        context: Context,
        clip: discord.Attachment | None = None,
        *,
        song: str | None = None,
        prefer: Literal["well known", "hidden"] | None = None,  # slash only: a text command is all song
    ) -> None:
        """Answers a song with another on the same wave.

        Name it as you like: a title, "artist - title", or a Spotify link. A song of the hot list is
        answered with another hot song. Or attach a piece of music. With nothing at all, it is the song you
        are listening to on Spotify, where my host has allowed me to see that.
        """
        if song is not None and context.invoked_with == "r" and _DICE.fullmatch(song):
            return  # a command of another bot with the same name
        if song is None and clip is None and (other := await replied_to(context.message)) is not None:
            song = song_in(other, context.clean_prefix)
        if song is None and clip is not None:
            await show_waiting(context)
            song = await context.bot.services.search.hear_clip(clip.filename, clip.size, clip.read)
        query = listened_to(context) if song is None else song
        await answer_recommend(context, query, ARGUMENTS.get(prefer or "", ""))


async def setup(bot: Samewave) -> None:
    """Add the cog and the menu of all cogs that take songs."""
    bot.add_dynamic_items(ChooseSong, PickSong)
    await bot.add_cog(Recommend())
