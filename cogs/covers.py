"""Covers, added to an answer after it was sent, and the button for 30 s of a song."""

from collections.abc import Callable
from typing import Any

import discord

from bot.client.interactions import Edit, best_effort, edit_source_message, respond
from bot.domain.candidates import Media
from bot.domain.errors import NoPreview
from bot.domain.song_names import SongNames
from bot.domain.tracks import Track
from bot.i18n.translator import Translator, translator_of
from bot.presentation import embeds
from cogs.components import SONG, PersistentButton
from cogs.replies import Context, Press, answer, private_scope_of, services_of


class PlayPreview(PersistentButton, template=rf"preview:{SONG}"):
    """Brings the presser a fresh link to 30 s of a song: such links expire."""

    def __init__(self, _: Translator, song_ref: str, label: str = "▶ 30 s", **look: Any) -> None:
        super().__init__(f"preview:{song_ref}", label, **look)
        self.song_ref = song_ref

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


async def answer_with_cover(
    source: Context | Press,
    embed: discord.Embed,
    track: Track | None,
    buttons: Callable[[bool], discord.ui.View] | None = None,
    *,
    in_place: bool = False,
    **message: Any,
) -> None:
    """Answer with a song's cover and its button for 30 s: at once if they are known, else by one edit.

    Args:
        track: whose cover it is; None for none.
        buttons: makes the view, with or without the button for 30 s; None without a view.
        in_place: whether the answer replaces the message that was pressed.
    """
    covers = services_of(source).recommend.covers

    def parts(media: Media) -> dict[str, Any]:
        if media.cover is not None:
            embeds.add_cover(embed, media.cover, translator_of(source))
        view = {"view": buttons(bool(media.has_preview))} if buttons else {}
        return {"embed": embed, **view}

    wanted = track if covers.on else None
    known = covers.known(wanted) if wanted else None
    message.update(parts(known or Media()))
    if in_place and isinstance(source, discord.Interaction):
        await edit_source_message(source, **message)
        edit: Edit = source.edit_original_response
    else:
        edit = await answer(source, **message)
    if wanted is not None and known is None:
        found = await covers.of(wanted)
        if found.cover or (found.has_preview and buttons):
            await best_effort(edit(**parts(found)))
