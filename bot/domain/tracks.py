"""A track, and how a song is named to people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.domain.links import track_url
from bot.domain.titles import artist_keys, same_song, title_key
from ml.features import AudioFeatures

TrackSource = Literal["import", "spotify", "reccobeats"]
"""Where a row came from. Only "import" may be trained on: Spotify's terms forbid it for the others."""


@dataclass(frozen=True, slots=True)
class Track:
    """A Spotify id (or a made one, `local:…`) with a title and artists; the rest where known.

    Attributes:
        features: the nine audio features, None until some source gave them.
        row: the catalogue's stable row number, None outside the catalogue.
    """

    id: str
    title: str
    artists: tuple[str, ...]
    features: AudioFeatures | None = None
    album: str | None = None
    popularity: int | None = None
    duration_ms: int | None = None
    release_year: int | None = None
    explicit: bool | None = None
    key: int | None = None
    mode: int | None = None
    genres: tuple[str, ...] = ()
    isrc: str | None = None
    source: TrackSource = "import"
    row: int | None = None

    @property
    def url(self) -> str:
        """Where to listen on Spotify."""
        return track_url(self.id, self.title, self.artists)

    @property
    def name(self) -> str:
        """Title and artists in one line, unescaped."""
        return f"{self.title} by {', '.join(self.artists)}" if self.artists else self.title

    def is_version_of(self, other: "Track") -> bool:
        """The same song under this or another id (same title and artist, or identical features)."""
        return (
            self.id == other.id
            or (self.features is not None and self.features == other.features)
            or same_song(self.title, self.artists, other.title, other.artists)
        )


def distinct_songs(tracks: Sequence[Track]) -> list[Track]:
    """The first track of each song, in the order given."""
    songs: list[Track] = []
    seen: set[object] = set()
    for track in tracks:
        key = title_key(track.title)
        # What `is_version_of` compares, pair by pair: five hundred tracks are too many pairs.
        signs = {track.id, track.features, *((key, artist) for artist in artist_keys(track.artists))} - {None}
        if seen.isdisjoint(signs):
            songs.append(track)
            seen |= signs
    return songs
