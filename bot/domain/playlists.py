"""Playlists and their export as M3U8, CSV, XSPF and JSPF."""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Literal
from xml.etree import ElementTree

from bot.domain.links import is_spotify_id
from bot.domain.recommendations import ArtistSound
from bot.domain.tracks import Track

FEWEST, USUAL, MOST = 5, 12, 25
"""Songs of a playlist."""
PER_ARTIST = 2
PlaylistKind = Literal["song", "cluster", "mood", "words", "list"]
PlaylistOrder = Literal["flow", "energy", "tempo", "popularity"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_COLUMNS = ("no", "title", "artists", "album", "year", "seconds", "bpm", "energy", "link")


@dataclass(frozen=True, slots=True)
class Playlist:
    """An ordered list of songs.

    Attributes:
        playlist_id: the id in storage; empty if it was not stored.
        kind, name: its origin: a song, a cluster, a mood, the code of a wish (`Wish.code`), or
            the name of a person's own list.
        artist_sound: if it starts from an artist's sound; not stored.
    """

    playlist_id: str
    kind: PlaylistKind
    name: str
    songs: tuple[Track, ...]
    artist_sound: ArtistSound | None = None


def as_m3u8(title: str, songs: Sequence[Track]) -> str:
    """Export as extended M3U (UTF-8) with links to Spotify."""
    lines = ["#EXTM3U", f"#PLAYLIST:{_one_line(title)}"]
    for track in songs:
        seconds = -1 if track.duration_ms is None else round(track.duration_ms / 1_000)
        name = f"{', '.join(track.artists)} - {track.title}"
        lines += [f"#EXTINF:{seconds},{_one_line(name)}", track.url]
    return "\n".join(lines) + "\n"


def as_csv(songs: Sequence[Track]) -> str:
    """Export as CSV; no cell can be read as a formula (OWASP, "CSV injection")."""
    written = StringIO()
    table = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table.writerow(_COLUMNS)
    for number, track in enumerate(songs, start=1):
        table.writerow(
            [
                number,
                _harmless(track.title),
                _harmless(", ".join(track.artists)),
                _harmless(track.album or ""),
                track.release_year or "",
                "" if track.duration_ms is None else round(track.duration_ms / 1_000),
                "" if track.features is None else round(track.features.tempo),
                "" if track.features is None else f"{track.features.energy:.2f}",
                track.url,
            ]
        )
    return written.getvalue()


def as_xspf(title: str, songs: Sequence[Track]) -> bytes:
    """Export as XSPF 1 (xspf.org), durations in milliseconds."""
    root = ElementTree.Element("playlist", {"version": "1", "xmlns": "http://xspf.org/ns/0/"})
    ElementTree.SubElement(root, "title").text = _one_line(title)
    tracks = ElementTree.SubElement(root, "trackList")
    for fields in _fields(songs):
        track = ElementTree.SubElement(tracks, "track")
        for name, value in fields.items():
            ElementTree.SubElement(track, name).text = str(value)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def as_jspf(title: str, songs: Sequence[Track]) -> str:
    """Export as JSPF, the JSON form of XSPF."""
    tracks = [{**fields, "location": [fields["location"]]} for fields in _fields(songs)]
    return json.dumps({"playlist": {"title": _one_line(title), "track": tracks}}, ensure_ascii=False)


def _fields(songs: Sequence[Track]) -> Iterator[dict[str, str | int]]:
    for track in songs:
        fields: dict[str, str | int] = {
            "location": track.url,
            "title": _one_line(track.title),
            "creator": _one_line(", ".join(track.artists)),
        }
        if track.album:
            fields["album"] = _one_line(track.album)
        if track.duration_ms is not None:
            fields["duration"] = track.duration_ms
        yield fields


def spotify_links(songs: Sequence[Track]) -> list[str]:
    """The links of songs with a Spotify id, to paste into a Spotify playlist."""
    return [track.url for track in songs if is_spotify_id(track.id)]


def in_order(songs: Sequence[Track], order: PlaylistOrder) -> list[Track]:
    """Sort the songs: `flow` keeps the order, other orders are ascending.

    `popularity` is descending.
    """
    keys: dict[str, Callable[[Track], float]] = {
        "energy": lambda track: track.features.energy if track.features else 0.0,
        "tempo": lambda track: track.features.tempo if track.features else 0.0,
        "popularity": lambda track: -(track.popularity or 0),
    }
    return sorted(songs, key=keys[order]) if order in keys else list(songs)


def _harmless(text: str) -> str:
    """Make one line, with an apostrophe before text that a spreadsheet would evaluate."""
    line = _one_line(text)
    return f"'{line}" if line.startswith(_FORMULA) else line


def _one_line(text: str) -> str:
    """Remove control characters, so that a title cannot start a new line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
