"""Likes, dislikes and excluded songs of users and servers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from bot.domain.charts import ChartEntry
from bot.domain.titles import artist_keys, song_key, title_key

Names = Mapping[str, frozenset[str]]
"""The artists' keys by the title's key."""


@dataclass(frozen=True, slots=True)
class KnownSong:
    """A stored song; it has its name, because tracks expire and hot songs leave the list.

    Attributes:
        song_ref: its track id, or `hot:…` for a hot song without one.
    """

    song_ref: str
    title: str
    artists: tuple[str, ...]

    @property
    def key(self) -> str:
        """A key that is equal for all versions of the song."""
        return "|".join(song_key(self.title, self.artists))


class Verdict(Enum):
    """The outcome of a press of 👍 or 👎; a second press withdraws the opinion."""

    LIKED = "liked"
    DISLIKED = "disliked"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Opinion:
    """A 👍 or 👎 of a user; `at` in Unix seconds."""

    song: KnownSong
    liked: bool
    at: float


@dataclass(frozen=True, slots=True)
class Taste:
    """Everything stored about a user, newest first.

    Attributes:
        recent: songs recommended to them; None for a hot song whose name is no longer stored.
        changes: number of setting changes logged under their id.
        elsewhere: number of rows in other tables, such as those of sessions.
    """

    likes: tuple[KnownSong, ...]
    dislikes: tuple[KnownSong, ...]
    recent: tuple[KnownSong | None, ...]
    changes: int
    elsewhere: int

    @property
    def nothing(self) -> bool:
        return not (self.likes or self.dislikes or self.recent or self.changes or self.elsewhere)


@dataclass(frozen=True, slots=True)
class Unwanted:
    """Songs and artists that must not be recommended.

    Attributes:
        tracks: song references. artist_tracks: the id of one track for each spelling of an unwanted first
            artist.
        songs: song keys, for songs outside the catalogue. artists: artist keys.
    """

    tracks: frozenset[str] = frozenset()
    artist_tracks: frozenset[str] = frozenset()
    songs: Names = field(default_factory=dict)
    artists: frozenset[str] = frozenset()

    @classmethod
    def made_of(cls, songs: Iterable[KnownSong]) -> "Unwanted":
        """Build from songs."""
        tracks: set[str] = set()
        names: dict[str, frozenset[str]] = {}
        for song in songs:
            tracks.add(song.song_ref)
            title = title_key(song.title)
            names[title] = names.get(title, frozenset()) | artist_keys(song.artists)
        return cls(tracks=frozenset(tracks), songs=names) if names else NOTHING_UNWANTED

    def __or__(self, other: "Unwanted") -> "Unwanted":
        if other is NOTHING_UNWANTED:
            return self
        if self is NOTHING_UNWANTED:
            return other
        names = {
            title: self.songs.get(title, frozenset()) | other.songs.get(title, frozenset())
            for title in {*self.songs, *other.songs}
        }
        return Unwanted(
            self.tracks | other.tracks,
            self.artist_tracks | other.artist_tracks,
            names,
            self.artists | other.artists,
        )

    def has(self, entry: ChartEntry) -> bool:
        """Whether it contains a hot song."""
        artists = artist_keys(entry.artist)
        return bool(artists & self.artists or artists & self.songs.get(title_key(entry.title), frozenset()))


NOTHING_UNWANTED = Unwanted()
