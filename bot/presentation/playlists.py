"""Playlists: pages, files, and links to paste."""

import re
from collections.abc import Sequence
from io import BytesIO

import discord

from bot.domain.pagination import Page
from bot.domain.playlists import Playlist, as_csv, as_jspf, as_m3u8, as_xspf, spotify_links
from bot.domain.song_lists import KnownList
from bot.domain.tracks import Track
from bot.domain.wishes import Wish
from bot.i18n.cluster_names import cluster_name
from bot.i18n.translator import Translator
from bot.presentation.embeds import WAVE, basis_lines, fitting, linked, place_of
from bot.presentation.song_names import stored_name
from bot.presentation.texts import TITLE_LIMIT, shown
from bot.presentation.wishes import wish_text

PAGE = 13
_FILE_NAME = 40
_NOTE = 300
_LISTED = 10


def page_embed(
    playlist: Playlist, page: Page[Track], translate: Translator, notes: Sequence[str] = ()
) -> discord.Embed:
    """One page.

    Args:
        notes: sentences above the songs, unescaped.
    """
    above = [f"-# {shown(note, _NOTE)}" for note in notes]
    above += basis_lines([playlist.artist_sound] if playlist.artist_sound else [], translate)
    lines = [
        f"`{number:>2}` {linked(track, translate, 70)}{_beats(track)}"
        for number, track in enumerate(page.items, start=page.first + 1)
    ]
    embed = discord.Embed(
        title=shown(title(playlist, translate), TITLE_LIMIT),
        description=fitting([*above, *lines]),
        colour=WAVE,
    )
    about = [translate.plural("{number} song", "{number} songs", len(playlist.songs))]
    if minutes := round(sum(track.duration_ms or 0 for track in playlist.songs) / 60_000):
        about.append(translate("{minutes} min", minutes=minutes))
    if page.count > 1:
        about.append(place_of(page, translate))
    embed.set_footer(text=" · ".join(about))
    return embed


def known_list(playlist: Playlist, unknown: Sequence[str], translate: Translator) -> discord.Embed:
    """What of a list of songs is known, and the names of the others."""
    known = len(playlist.songs)
    first, *rest = _known_lines(known, unknown, translate)
    lines = [first]
    lines += [
        f"`{at:>2}` {linked(track, translate, 70)}" for at, track in enumerate(playlist.songs[:_LISTED], 1)
    ]
    if known > _LISTED:
        lines.append(translate.plural("… and {number} more", "… and {number} more", known - _LISTED))
    return discord.Embed(
        title=shown(title(playlist, translate), TITLE_LIMIT),
        description=fitting([*lines, *rest]),
        colour=WAVE,
    )


def known_text(known: KnownList, translate: Translator) -> str:
    """How many songs of a list are known, and the names of the others."""
    return "\n".join(_known_lines(len(known.songs), known.unknown, translate))


def _known_lines(known: int, unknown: Sequence[str], translate: Translator) -> list[str]:
    number = known + len(unknown)
    lines = [translate("{known} of {number} songs known.", known=known, number=number)]
    if unknown:
        names = "; ".join(shown(name, 60) for name in unknown[:_LISTED])
        if len(unknown) > _LISTED:
            names += " …"
        lines.append("-# " + translate("I left out what I do not know: {names}", names=names))
    return lines


def odd_songs(songs: Sequence[Track], translate: Translator) -> discord.Embed:
    """The songs of a list that fit the others least."""
    return discord.Embed(
        title=translate("These fit least"),
        description=fitting([f"• {linked(track, translate, 70)}" for track in songs]),
        colour=WAVE,
    )


def title(playlist: Playlist, translate: Translator) -> str:
    """The playlist's title, unescaped."""
    match playlist.kind:
        case "song":
            return translate("On the wave of {song}", song=stored_name(playlist.name, translate))
        case "cluster":
            return translate("From the cluster “{cluster}”", cluster=cluster_name(playlist.name, translate))
        case "mood":
            return translate("In the mood: {mood}", mood=playlist.name)
        case "list":
            return translate("Your list: {name}", name=playlist.name)
        case "words":
            return translate(
                "You asked for: {parts}", parts=wish_text(Wish.from_code(playlist.name), translate)
            )


def files(playlist: Playlist, translate: Translator) -> list[discord.File]:
    """M3U8, CSV, XSPF and JSPF files."""
    name = title(playlist, translate)
    bare = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_FILE_NAME].strip("-") or "playlist"
    formats = {
        "m3u8": as_m3u8(name, playlist.songs).encode(),
        # Spreadsheets recognise UTF-8 by the byte order mark.
        "csv": as_csv(playlist.songs).encode("utf-8-sig"),
        "xspf": as_xspf(name, playlist.songs),
        "jspf": as_jspf(name, playlist.songs).encode(),
    }
    return [discord.File(BytesIO(data), f"{bare}.{ending}") for ending, data in formats.items()]


def links_text(songs: Sequence[Track], translate: Translator) -> str:
    """All links in a code block, with instructions; 25 fit into a message."""
    links = spotify_links(songs)
    if not links:
        return translate("None of these songs has a Spotify link; the attached files name them all.")
    how = translate(
        "Copy these links, open a playlist in Spotify's desktop app and paste them among its songs."
    )
    return how + "\n```\n" + "\n".join(links) + "\n```"


def _beats(track: Track) -> str:
    return f" · {track.features.tempo:.0f} BPM" if track.features and track.features.tempo else ""
