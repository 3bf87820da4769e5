"""Covers, added to an answer after it was sent, and the button for 30 s of a song."""

from collections.abc import Callable
from typing import Any

import discord

from bot.client.bot import Samewave
from bot.client.interactions import Edit, best_effort, edit_source_message, respond
from bot.domain.candidates import Media
from bot.domain.errors import NoPreview
from bot.domain.song_names import SongNames
from bot.domain.tracks import Track
from bot.i18n.translator import Translator, translator_of
from bot.presentation import embeds
from cogs.components import SONG, SongButton
from cogs.replies import Context, Press, answer, private_scope_of, services_of


class PlayPreview(SongButton, template=rf"preview:{SONG}"):
    """Brings the presser a fresh link to 30 s of a song: such links expire."""

    def __init__(self, translate: Translator, song_ref: str, label: str = "▶ 30 s") -> None:
        super().__init__(translate, song_ref)
        self.item.label = label

    @staticmethod
    def make_button(translate: Translator, song_ref: str) -> discord.ui.Button[Any]:
        """The button for a song."""
        return discord.ui.Button(custom_id=f"preview:{song_ref}", label="▶")

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
            raise NoPreview("Nobody I can ask has 30 s of “{song}”.", song=SongNames([track]))
        embed = embeds.preview(track, preview, translator_of(interaction))
        await respond(interaction, {"embed": embed, "ephemeral": True})


Buttons = Callable[[bool], discord.ui.View]
"""Makes the buttons of an answer, with or without the one for 30 s."""


class Answer:
    """An answer with a song's cover and its button for 30 s: at once if they are known, else by one edit.

    Args:
        track: whose cover it is; None for none.
        buttons: the view; None without one.
    """

    def __init__(
        self,
        source: Context | Press,
        embed: discord.Embed,
        track: Track | None,
        buttons: Buttons | None = None,
    ) -> None:
        self._source = source
        self._covers = services_of(source).recommend.covers
        self._embed = embed
        self._track = track if self._covers.on else None
        self._buttons = buttons

    async def send(self, **message: Any) -> None:
        """Send the answer, look up what is missing, and add it."""
        known = self._covers.known(self._track) if self._track else None
        edit = await answer(self._source, **message, **self._parts(known or Media()))
        await self._add_missing(known, edit)

    async def replace(self, **message: Any) -> None:
        """Replace the message that was pressed by the answer; the source is the press."""
        if not isinstance(self._source, discord.Interaction):
            return
        known = self._covers.known(self._track) if self._track else None
        await edit_source_message(self._source, **message, **self._parts(known or Media()))
        await self._add_missing(known, self._source.edit_original_response)

    async def _add_missing(self, known: Media | None, edit: Edit) -> None:
        if self._track is not None and known is None:
            found = await self._covers.of(self._track)
            if found.cover or (found.has_preview and self._buttons):
                await best_effort(edit(**self._parts(found)))

    def _parts(self, media: Media) -> dict[str, Any]:
        if media.cover is not None:
            embeds.add_cover(self._embed, media.cover, translator_of(self._source))
        parts: dict[str, Any] = {"embed": self._embed}
        if self._buttons is not None:
            parts["view"] = self._buttons(bool(media.has_preview))
        return parts


async def setup(bot: Samewave) -> None:
    """Register the button, also for messages from before the start."""
    bot.add_dynamic_items(PlayPreview)
