"""Adds songs and lists to a session's queue."""

import re
from dataclasses import replace
from typing import Any

import discord

from bot.domain.recommendations import ArtistSound, Choice
from bot.domain.sessions import At, Session, SessionSong
from bot.i18n.translator import Translator, translator_of
from bot.presentation import playlists, sessions
from bot.presentation.reasons import artist_basis
from bot.presentation.texts import shown
from bot.services.scope import Scope, show_nothing
from cogs.playlists.brought import brought_list
from cogs.replies import Context, Press, asker_of, scope_of, services_of
from cogs.sessions.menus import NUMBER
from cogs.song_menu import song_menu

FORM = re.compile(rf"session:{NUMBER}:form")
_FORM_LIMIT = 4_000
"""What Discord takes; a list has a line for each song."""


def song_form(number: int, translate: Translator) -> discord.ui.Modal:
    """The form for a song; the cog handles its submission, also after a restart."""
    form = discord.ui.Modal(title=translate("Add a song"), custom_id=f"session:{number}:form")
    form.add_item(
        discord.ui.Label(
            text=translate("Which song?"),
            description=translate("A title, artist and title, or a Spotify link"),
            component=discord.ui.TextInput(
                custom_id="song", style=discord.TextStyle.paragraph, max_length=_FORM_LIMIT
            ),
        )
    )
    form.stop()  # not stored
    return form


def _added(session: Session, song: SessionSong, by_artist: ArtistSound | None, translate: Translator) -> str:
    """The reply with the position of a queued song, and its artist if its features are unknown."""
    place = next((at for at, pick in enumerate(session.upcoming, 1) if pick.song == song), None)
    title = shown(song.title, 200)
    told = (
        translate("“{song}” is in the queue.", song=title)
        if place is None
        else translate("“{song}” is in the queue; it comes as no. {place} from now.", song=title, place=place)
    )
    if by_artist is None:
        return told
    return f"{told} {shown(artist_basis(by_artist, translate), 500)}"


async def add_song(
    source: Context | Press, at: At, query: str, scope: Scope, file: discord.Attachment | None = None
) -> dict[str, Any]:
    """Add a song or a list to the user's queue, or ask which is meant; returns the parts of the answer."""
    translate = translator_of(source)
    if (known := await brought_list(source, query, scope, file)) is not None:
        requests = services_of(source).sessions.requests
        asked = await requests.add_all(at, asker_of(source), known.songs, scope)
        lines = [sessions.added(asked, translate), playlists.known_text(known, translate)]
        return {"content": "\n".join(lines)}
    found = await services_of(source).sessions.requests.add(at, asker_of(source), query, scope)
    if isinstance(found, Choice):
        return song_menu(source, found, "session", str(at.number or 0), shared=True)
    return {"content": _added(*found, translate)}


async def answer_add(source: Context | Press, query: str, session: str) -> None:
    """Add the song of a menu, and replace the menu by the reply.

    Args:
        session: its number, in digits.
    """
    assert isinstance(source, discord.Interaction)  # noqa: S101  # no command leads here
    await source.response.defer()
    at = At(source.channel_id or 0, int(session))
    reply = await add_song(source, at, query, await silent_scope_of(source))
    await source.edit_original_response(**{"embed": None, "view": None, **reply})


async def silent_scope_of(press: Press) -> Scope:
    """The scope of an acknowledged press."""
    return replace(await scope_of(press), show_waiting=show_nothing)
