"""Tracks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.domain.links import track_url
from bot.domain.titles import artist_keys, same_song, title_key
from ml.features import AudioFeatures

TrackSource = Literal["import", "spotify", "reccobeats", "deezer"]
"""Where a row came from. Only "import" may be trained on: Spotify's terms forbid it for the others."""


@dataclass(frozen=True, slots=True)
class Track:
    """A track with its Spotify id (or a generated one, `local:…`); other fields where known.

    Attributes:
        features: the nine audio features, None if unknown.
        row: the row number in the catalogue, None outside the catalogue.
        other_ids: further Spotify ids of the same title by the same artist, as services found it; not stored.
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
    other_ids: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return track_url(self.id, self.title, self.artists)

    @property
    def name(self) -> str:
        """Title and artists in one line, unescaped."""
        return f"{self.title} by {', '.join(self.artists)}" if self.artists else self.title

    def is_version_of(self, other: "Track") -> bool:
        """Whether both are versions of one song (same title and artist, or identical features)."""
        return (
            self.id == other.id
            or (self.features is not None and self.features == other.features)
            or same_song(self.title, self.artists, other.title, other.artists)
        )


def distinct_songs(tracks: Sequence[Track]) -> list[Track]:
    """The first track of each song, in order."""
    songs: list[Track] = []
    seen: set[object] = set()
    for track in tracks:
        key = title_key(track.title)
        # Compares keys as `is_version_of` does, but not pairwise, which is too slow for 500 tracks.
        signs = {track.id, track.features, *((key, artist) for artist in artist_keys(track.artists))} - {None}
        if seen.isdisjoint(signs):
            songs.append(track)
            seen |= signs
    return songs
