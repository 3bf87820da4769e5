"""Names of songs inside translated sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.recommendations import SeedSong
from bot.domain.tracks import Track

Named = Track | SeedSong
_BETWEEN = "\n"


@dataclass(frozen=True, slots=True)
class SongNames:
    """Songs as a value of a sentence; `str()` is their names in English."""

    songs: Sequence[Named]

    def __str__(self) -> str:
        return "; ".join(song.name for song in self.songs)


def name_to_store(song: Named) -> str:
    """Title and artists, separated, as the name of a playlist."""
    return _BETWEEN.join(part for part in (song.title, ", ".join(song.artists)) if part)


def stored_parts(name: str) -> tuple[str, str]:
    """The title and the artists of a stored name; if they are not separated, all of it is the title."""
    title, _, artists = name.partition(_BETWEEN)
    return title, artists
