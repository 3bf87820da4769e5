"""What outside services tell of a song before it is decided which one was meant."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SongCandidate:
    """One search result of an outside service, unmatched.

    Attributes:
        source: the service, such as "deezer". source_id: its own id of the song.
        popularity: the service's own rank, larger is more popular; comparable within one service only.
        track_id: the Spotify id, where the service gives one.
        cover_url, preview_url: addresses at the owner's; preview addresses expire within hours.
        page_url: the song's page at the service.
    """

    source: str
    source_id: str
    title: str
    artists: tuple[str, ...]
    album: str | None = None
    popularity: int | None = None
    explicit: bool | None = None
    duration_ms: int | None = None
    release_year: int | None = None
    isrc: str | None = None
    track_id: str | None = None
    cover_url: str | None = None
    preview_url: str | None = None
    page_url: str | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """A MusicBrainz recording.

    Attributes:
        mbid: its MusicBrainz id.
        score: how often it was played in one sitting with the recording asked for; 0 where none was.
        cover_url: at the Cover Art Archive.
    """

    mbid: str
    title: str
    artist: str
    score: int = 0
    cover_url: str | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """A picture at its owner's, to link and not to store.

    Attributes:
        source: the service to credit. page_url: where the picture leads to.
    """

    image_url: str
    source: str
    page_url: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """Thirty seconds of a song at its owner's; the address expires within hours."""

    url: str
    source: str
    page_url: str | None = None
