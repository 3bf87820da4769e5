"""A playlist, and the files that music players and spreadsheets read it from."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Literal

from bot.domain.links import is_spotify_id
from bot.domain.tracks import Track

FEWEST, USUAL, MOST = 5, 12, 25
"""Songs of a playlist."""
PER_ARTIST = 2
PlaylistKind = Literal["song", "cluster", "mood"]
PlaylistOrder = Literal["flow", "energy", "tempo", "popularity"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_COLUMNS = ("no", "title", "artists", "album", "year", "seconds", "bpm", "energy", "link")


@dataclass(frozen=True, slots=True)
class Playlist:
    """Songs in an order that flows.

    Attributes:
        playlist_id: finds it again; empty when it was not kept.
        kind, name: what it was made from: a song, a cluster or a mood.
    """

    playlist_id: str
    kind: PlaylistKind
    name: str
    songs: tuple[Track, ...]


def as_m3u8(title: str, songs: Sequence[Track]) -> str:
    """The playlist for music players (extended M3U, UTF-8): links, since the songs are on Spotify."""
    lines = ["#EXTM3U", f"#PLAYLIST:{_one_line(title)}"]
    for track in songs:
        seconds = -1 if track.duration_ms is None else round(track.duration_ms / 1_000)
        name = f"{', '.join(track.artists)} - {track.title}"
        lines += [f"#EXTINF:{seconds},{_one_line(name)}", track.url]
    return "\n".join(lines) + "\n"


def as_csv(songs: Sequence[Track]) -> str:
    """The playlist for spreadsheets: nothing in it is taken for a formula (OWASP, "CSV injection")."""
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


def spotify_links(songs: Sequence[Track]) -> list[str]:
    """The links of the songs that have a Spotify id: pasted into a playlist there, they become its songs."""
    return [track.url for track in songs if is_spotify_id(track.id)]


def in_order(songs: Sequence[Track], order: PlaylistOrder) -> list[Track]:
    """The songs in another order: `flow` leaves them as they are, the others begin with the least of it.

    `popularity` begins with the best-known song.
    """
    keys: dict[str, Callable[[Track], float]] = {
        "energy": lambda track: track.features.energy if track.features else 0.0,
        "tempo": lambda track: track.features.tempo if track.features else 0.0,
        "popularity": lambda track: -(track.popularity or 0),
    }
    return sorted(songs, key=keys[order]) if order in keys else list(songs)


def _harmless(text: str) -> str:
    """One line; an apostrophe before what a spreadsheet would calculate."""
    line = _one_line(text)
    return f"'{line}" if line.startswith(_FORMULA) else line


def _one_line(text: str) -> str:
    """Without control characters, so that a title cannot begin a line of its own."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
