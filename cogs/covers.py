"""Covers, added to an answer after it was sent, and the button for 30 s of a song."""

from typing import Any

import discord

from bot.client.bot import Samewave
from bot.client.interactions import Edit, best_effort, respond
from bot.domain.errors import NoPreview
from bot.domain.tracks import Track
from bot.i18n.translator import Translator, translator_of
from bot.presentation import embeds
from cogs.components import SONG, SongButton
from cogs.replies import Context, Press, private_scope_of, services_of


class PlayPreview(SongButton, template=rf"preview:{SONG}"):
    """Brings the presser a fresh link to 30 s of a song: such links expire."""

    @staticmethod
    def make_button(translate: Translator, song_ref: str) -> discord.ui.Button[Any]:
        """The button for a song."""
        return discord.ui.Button(label="▶ 30 s", custom_id=f"preview:{song_ref}")

    async def work(self, interaction: Press) -> None:
        """Tell the presser alone.

        Raises:
            NoPreview: no source has one.
            SourceUnavailable: no source answered in time.
        """
        services, scope = services_of(interaction), await private_scope_of(interaction)
        await scope.show_waiting()
        song = await services.search.find.of_ref(self.song_ref, scope)
        track = song.track or Track(song.song_ref, song.title, song.artists)
        preview = await services.recommend.covers.preview_of(track)
        if preview is None:
            raise NoPreview("Nobody I can ask has 30 s of “{song}”.", song=track.name)
        embed = embeds.preview(track, preview, translator_of(interaction))
        await respond(interaction, {"embed": embed, "ephemeral": True})


async def add_cover(source: Context | Press, edit: Edit, embed: discord.Embed, track: Track) -> None:
    """Look the cover of a song up and add it by one edit; without one, the answer stays as it is."""
    covers = services_of(source).recommend.covers
    if covers.on and (cover := await covers.cover_of(track)) is not None:
        embeds.add_cover(embed, cover, translator_of(source))
        await best_effort(edit(embed=embed))


async def setup(bot: Samewave) -> None:
    """Make the button known, that of messages from before the start as well."""
    bot.add_dynamic_items(PlayPreview)
