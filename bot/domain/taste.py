"""What people and servers like, and what they do not want to hear."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from bot.domain.charts import ChartEntry
from bot.domain.titles import artist_keys, song_key, title_key

Names = Mapping[str, frozenset[str]]
"""The artists' keys by the title's key."""


@dataclass(frozen=True, slots=True)
class KnownSong:
    """A song as it is remembered: by name, because tracks expire and hot songs leave the list.

    Attributes:
        song_ref: its track id, or `hot:…` for a hot song without one.
    """

    song_ref: str
    title: str
    artists: tuple[str, ...]

    @property
    def key(self) -> str:
        """The same for all versions of the song."""
        return "|".join(song_key(self.title, self.artists))


class Verdict(Enum):
    """What a press of 👍 or 👎 came to: the same again takes it back."""

    LIKED = "liked"
    DISLIKED = "disliked"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Opinion:
    """Somebody's 👍 or 👎; `at` in Unix seconds."""

    song: KnownSong
    liked: bool
    at: float


@dataclass(frozen=True, slots=True)
class Taste:
    """All that is remembered about one person, newest first.

    Attributes:
        recent: what was recommended to them; None for a hot song whose name is gone.
        changes: how many changes of servers' settings stand under their name.
        elsewhere: how many rows there are in other tables, such as those of sessions.
    """

    likes: tuple[KnownSong, ...]
    dislikes: tuple[KnownSong, ...]
    recent: tuple[KnownSong | None, ...]
    changes: int
    elsewhere: int

    @property
    def nothing(self) -> bool:
        """Whether nothing at all is remembered."""
        return not (self.likes or self.dislikes or self.recent or self.changes or self.elsewhere)


@dataclass(frozen=True, slots=True)
class Unwanted:
    """Songs and artists that are not to be recommended.

    Attributes:
        tracks: the songs' references. artist_tracks: the id of one track for each spelling of an unwanted
            first artist.
        songs: the same songs by name, for songs outside the catalogue. artists: keys of artists.
    """

    tracks: frozenset[str] = frozenset()
    artist_tracks: frozenset[str] = frozenset()
    songs: Names = field(default_factory=dict)
    artists: frozenset[str] = frozenset()

    @classmethod
    def made_of(cls, songs: Iterable[KnownSong]) -> "Unwanted":
        """Of songs alone."""
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
        """Whether a hot song is among them."""
        artists = artist_keys(entry.artist)
        return bool(artists & self.artists or artists & self.songs.get(title_key(entry.title), frozenset()))


NOTHING_UNWANTED = Unwanted()
