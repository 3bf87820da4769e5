"""Protocols of outside sources.

Whatever asks a service raises `SourceUnavailable` when it did not answer, refused, or sent what cannot be
read.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.candidates import Media, MediaHosts, Preview, Recording, SongCandidate
from bot.domain.charts import Chart
from bot.domain.song_lists import SongList
from bot.domain.tracks import Track
from ml.features import AudioFeatures


class FeatureSource(Protocol):
    """Knows the audio features of tracks."""

    name: str

    async def features_of(self, track: Track) -> AudioFeatures | None:
        """Return the track's features, or None when this source does not know the track."""


class TrackLookup(Protocol):
    """Finds tracks by id."""

    name: str

    async def track(self, track_id: str) -> Track | None:
        """Return the track of a Spotify id, or None when this source does not know it."""


class PlaylistSource(Protocol):
    """Reads playlists by their link."""

    name: str

    async def playlist(self, playlist_id: str) -> SongList | None:
        """Return the songs of a playlist of Spotify, or None when it is not shown."""


class CandidateSearch(Protocol):
    """Searches songs by name; the caller chooses among the results.

    Attributes:
        title_only: whether it searches titles only, so that title and artist together find nothing.
    """

    name: str
    title_only: bool

    async def candidates(self, title: str, artist: str | None) -> Sequence[SongCandidate]:
        """Return what the service finds, unmatched and in its own order."""


class RecordingDetails(Protocol):
    """Knows the ISRC and the release date of candidates."""

    name: str

    async def details(self, source_id: str) -> SongCandidate | None:
        """Return the candidate of the service's own id with all that it knows, or None."""

    async def by_isrc(self, isrc: str) -> SongCandidate | None:
        """Return the song of an ISRC, or None."""


class ListenerSource(Protocol):
    """Knows which recordings people play together."""

    name: str

    async def recordings(self, title: str, artist: str | None) -> Sequence[Recording]:
        """Return the recordings that a search finds, unmatched and in the service's own order."""

    async def similar(self, mbid: str) -> Sequence[Recording]:
        """Return the recordings that people play together with that one, the highest score first."""


class MediaSource(Protocol):
    """Knows covers and previews of tracks.

    Attributes:
        hosts: the hosts of its pictures and sounds.
    """

    name: str
    hosts: MediaHosts

    async def media_of(self, track: Track) -> Media:
        """Return the track's cover and whether there is a preview, as far as this source has them."""


class PreviewSource(Protocol):
    """Knows URLs of 30 s of a song."""

    name: str

    async def preview_of(self, track: Track) -> Preview | None:
        """Return a fresh address, or None when this source has none."""


class ClipAnalysis(Protocol):
    """Measures the audio features of a clip."""

    async def analyse(self, name: str, audio: bytes) -> AudioFeatures | None:
        """Return the features of the audio file of that name, or None when it cannot read it."""


class ChartSource(Protocol):
    """Publishes a chart."""

    name: str

    async def fetch(self) -> Chart:
        """Return the newest whole chart.

        Raises:
            ChartNotWhole: it is implausible.
            SourceUnavailable: there was none.
        """


class BlockMemory(Protocol):
    """Stores, across processes and restarts, until when a source must not be asked."""

    async def blocked_until(self, source: str) -> datetime | None:
        """Return the time (aware, UTC) until which other processes blocked it, or None."""

    async def block(self, source: str, until: datetime, reason: str, *, elsewhere: datetime) -> None:
        """Store that it is blocked until then, and for other processes until `elsewhere`."""


class SharedPace(Protocol):
    """Counts the requests of all processes."""

    async def take(self, source: str, *, cost: float, room: float) -> float:
        """Use a source's rate for one request; where it is used up, only tell how many seconds to wait.

        Args:
            cost: the seconds in which the rate for one request comes back.
            room: as many of them as may be used at once.
        """
