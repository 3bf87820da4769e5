"""Lists of songs in the formats of other programs: CSV, M3U8, XSPF, JSPF, lines and links."""

import codecs
import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from xml.etree import ElementTree

from bot.domain.links import find_links, is_spotify_id
from bot.domain.spelling import normalise
from bot.domain.tracks import Track

MOST_SONGS, MOST_BYTES = 500, 2_000_000
_MOST_LINES, _MOST_COLUMNS = 10_000, 200
"""What is looked at: a file of two megabytes may be a million lines."""
_COLUMNS = {
    "title": "title, track name, track, song, song name, name, track title, titel, titulo, titre",
    "artist": (
        "artist, artists, artist name s, artist name, artist names, creator, performer, kunstler, interpret, "
        "artista, artiste, track artist"
    ),
    "link": (
        "track uri, track id, spotify track id, spotify id, spotify uri, uri, url, link, id, spotify url, "
        "track url, isrc link"
    ),
}
"""The names of columns, normalised."""
_NUMBERED = re.compile(r"^\s*(?:[-*•]\s+|\d{1,3}\s*[.):]\s+|`\s*\d{1,3}`\s*)")
_LENGTH = re.compile(r"[\[(]?\d{1,2}:\d{2}[\])]?$")
_EXTINF = re.compile(r"#EXTINF:[^,]*,(.*)")


@dataclass(frozen=True, slots=True)
class ListedSong:
    """A song as a list names it.

    Attributes:
        name: title and artist in one line; may be empty where there is an id.
        track_id: Spotify's id, where the list has it.
    """

    name: str
    track_id: str | None = None


@dataclass(frozen=True, slots=True)
class SongList:
    """A list of songs with its name."""

    name: str
    songs: Sequence[ListedSong]


@dataclass(frozen=True, slots=True)
class KnownList:
    """A list of songs, as far as the catalogue has them.

    Attributes:
        songs: the known ones, in the list's order, each once.
        unknown: the names of the others.
    """

    name: str
    songs: tuple[Track, ...]
    unknown: tuple[str, ...] = ()


def is_song_list(text: str) -> bool:
    """Whether a text names several songs: as lines, as links, or as `artist - title; artist - title`."""
    if "\n" in text.strip() or len(_track_ids(text)) > 1:
        return True
    parts = text.split(";")
    return len(parts) > 1 and all(" - " in part for part in parts)


def read_song_list(data: bytes) -> list[ListedSong]:
    """The songs of a file or of pasted text, each once, `MOST_SONGS` at most; empty if there are none."""
    text = _decoded(data[:MOST_BYTES]).strip()
    songs: Iterable[ListedSong]
    if text.startswith("#EXTM3U") or "#EXTINF:" in text[:2_000]:
        songs = _of_m3u(text)
    elif text.startswith("<"):
        songs = _of_xspf(text)
    elif text.startswith(("{", "[")):
        songs = _of_jspf(text)
    else:
        songs = _of_csv(text) or _of_lines(text)
    named = [song for song in songs if song.name or song.track_id]
    return list(dict.fromkeys(named))[:MOST_SONGS]


def _decoded(data: bytes) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _song(title: object, artists: object = "", link: object = "") -> ListedSong:
    names = ", ".join(map(str, artists)) if isinstance(artists, list) else str(artists or "")
    name = " - ".join(part for part in (" ".join(names.split()), " ".join(str(title or "").split())) if part)
    return ListedSong(name, _track_id(str(link or "")))


def _track_id(link: str) -> str | None:
    link = link.strip()
    if is_spotify_id(link):
        return link
    return next(iter(_track_ids(link)), None)


def _track_ids(text: str) -> list[str]:
    return [link.id for link in find_links(text) if link.kind == "track" and is_spotify_id(link.id)]


def _of_m3u(text: str) -> Iterator[ListedSong]:
    title = ""
    for line in map(str.strip, text.splitlines()[:_MOST_LINES]):
        if found := _EXTINF.match(line):
            title = found[1].strip()
        elif line and not line.startswith("#"):
            file_name = re.split(r"[\\/]", line)[-1].rpartition(".")[0]
            yield ListedSong(title or file_name, _track_id(line))
            title = ""


def _of_xspf(text: str) -> Iterator[ListedSong]:
    try:
        # A list is at most 2 MB, and expat limits how much entities may expand it.
        root = ElementTree.fromstring(text.encode())  # noqa: S314
    except ElementTree.ParseError:
        return
    for track in root.iter():
        if _local(track.tag) == "track":
            fields: dict[str, list[str]] = {}
            for child in track:
                fields.setdefault(_local(child.tag), []).append(child.text or "")
            links = [*fields.get("location", []), *fields.get("identifier", [])]
            yield _song(
                "".join(fields.get("title", [])[:1]),
                "".join(fields.get("creator", [])[:1]),
                next((link for link in links if _track_id(link)), ""),
            )


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2].lower()


def _of_jspf(text: str) -> Iterator[ListedSong]:
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return
    playlist = whole.get("playlist", whole) if isinstance(whole, dict) else {"track": whole}
    tracks = playlist.get("track", playlist.get("tracks", [])) if isinstance(playlist, dict) else []
    for track in tracks if isinstance(tracks, list) else []:
        if isinstance(track, dict):
            links = [_flat(track.get("location")), _flat(track.get("identifier")), [track.get("uri")]]
            link = next((str(one) for some in links for one in some if one and _track_id(str(one))), "")
            yield _song(
                track.get("title") or track.get("name"), track.get("creator") or track.get("artist"), link
            )
        elif isinstance(track, str):
            yield from _of_lines(track)


def _flat(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else [value]


def _of_csv(text: str) -> list[ListedSong]:
    """The rows of a table whose first line names a title column; empty for other text."""
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    rows = csv.reader(StringIO(text), delimiter=separator)
    try:
        columns = [normalise(cell) for cell in next(rows, [])[:_MOST_COLUMNS]]
    except csv.Error:  # a field of more than 131,072 characters, which no table of songs has
        return []
    at = {
        role: next((place for place, name in enumerate(columns) if name in names.split(", ")), None)
        for role, names in _COLUMNS.items()
    }
    if len(columns) < 2 or (at["title"] is None and at["link"] is None):
        return []

    def cell(row: list[str], role: str) -> str:
        place = at[role]
        return row[place] if place is not None and place < len(row) else ""

    try:
        return [
            _song(cell(row, "title"), cell(row, "artist"), cell(row, "link"))
            for row in islice(rows, _MOST_LINES)
        ]
    except csv.Error:
        return []


def _of_lines(text: str) -> Iterator[ListedSong]:
    lines = text.splitlines()
    for line in (lines if len(lines) > 1 else text.split(";"))[:_MOST_LINES]:
        bare = _LENGTH.sub("", _NUMBERED.sub("", line).rstrip()).strip(" \t,;\"'")
        if links := _track_ids(bare):
            yield from (ListedSong("", link) for link in links)
        elif bare:
            yield ListedSong(bare)
