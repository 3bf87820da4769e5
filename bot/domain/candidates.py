"""Song data from outside services, before matching."""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class SongCandidate:
    """An unmatched search result of an outside service.

    Attributes:
        source: the service, such as "deezer". source_id: its id of the song.
        popularity: the service's rank, larger is more popular; comparable within one service only.
        track_id: the Spotify id, if the service gives one.
        cover_url, preview_url: URLs on the service's servers; preview URLs expire within hours.
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
        score: how often it was played in one session with the requested recording; 0 without a request.
        release: the MusicBrainz id of a release that it is on.
    """

    mbid: str
    title: str
    artist: str
    score: int = 0
    release: str | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """A cover picture, to link and not to store.

    Attributes:
        source: the service to credit. page_url: the target of the picture's link.
    """

    image_url: str
    source: str
    page_url: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """A preview of thirty seconds; the URL expires within hours."""

    url: str
    source: str
    page_url: str | None = None


@dataclass(frozen=True, slots=True)
class Media:
    """What can be seen and heard of a song.

    Attributes:
        has_preview: whether a source has 30 s of it; None if unknown.
    """

    cover: Cover | None = None
    has_preview: bool | None = False


@dataclass(frozen=True, slots=True)
class MediaHosts:
    """The hosts of pictures and sounds, as sources of a content security policy."""

    images: tuple[str, ...] = ()
    sounds: tuple[str, ...] = ()

    def beside(self, address: str, usual: str) -> "MediaHosts":
        """These hosts, and the origin of an address other than the usual one."""
        if address.rstrip("/") == usual:
            return self
        parts = urlsplit(address)
        origin = f"{parts.scheme}://{parts.netloc}"
        return MediaHosts((*self.images, origin), (*self.sounds, *([origin] if self.sounds else [])))
