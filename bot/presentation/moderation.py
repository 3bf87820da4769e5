"""Replies about pinned and blocked songs and artists."""

import discord

from bot.domain.guilds import ListKind
from bot.domain.pagination import Page
from bot.domain.taste import KnownSong
from bot.i18n.translator import Translator
from bot.presentation.embeds import lines_page
from bot.presentation.texts import names, shown

PAGE = 15


def pinned_or_blocked(song: KnownSong, kind: ListKind, before: ListKind | None, translate: Translator) -> str:
    """The reply after pinning or blocking a song."""
    name = song_line(song, translate)
    if kind == before:
        return (
            translate("{song} was pinned here already.", song=name)
            if kind == "pinned"
            else translate("{song} was blocked here already.", song=name)
        )
    if kind == "pinned":
        done = translate("📌 {song} is always hot here.", song=name)
        return f"{done} {translate('It is no longer blocked.')}" if before else done
    done = translate("🚫 {song} is never recommended here.", song=name)
    return f"{done} {translate('It is no longer pinned.')}" if before else done


def unpinned_or_unblocked(song: KnownSong, kind: ListKind, translate: Translator) -> str:
    """The reply after unpinning or unblocking a song."""
    name = song_line(song, translate)
    if kind == "pinned":
        return translate("{song} is no longer pinned here.", song=name)
    return translate("{song} may be recommended here again.", song=name)


def blocked_artist(name: str, new: bool, tracks: int, translate: Translator) -> str:
    """The reply after blocking an artist."""
    artist = f"**{shown(name, 200)}**"
    if not new:
        return translate("{artist} was blocked here already.", artist=artist)
    if not tracks:
        return translate(
            "🚫 {artist} is never recommended here; I know no song by that name yet, so check the spelling.",
            artist=artist,
        )
    known = translate.plural("{number} track", "{number} tracks", tracks)
    return translate("🚫 {artist} is never recommended here ({tracks}).", artist=artist, tracks=known)


def unblocked_artist(name: str, translate: Translator) -> str:
    """The reply after unblocking an artist."""
    return translate("{artist} may be recommended here again.", artist=f"**{shown(name, 200)}**")


def blocked_page(page: Page[str | KnownSong], translate: Translator) -> discord.Embed:
    """One page of blocked artists and songs."""
    lines = [
        translate("every song by {artist}", artist=f"**{shown(one, 120)}**")
        if isinstance(one, str)
        else song_line(one, translate)
        for one in page.items
    ]
    title, empty = translate("Never recommended here"), translate("Nothing is blocked here.")
    return lines_page(title, lines, page, translate, empty)


def song_line(song: KnownSong, translate: Translator) -> str:
    """A song in one line."""
    return translate(
        "**{title}** by {artists}", title=shown(song.title, 120), artists=names(song.artists, 80)
    )
