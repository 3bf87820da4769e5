"""What a service may ask of the outside world, whoever answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.charts import Chart
from bot.domain.tracks import Track
from ml.features import AudioFeatures


class FeatureSource(Protocol):
    """Somebody who knows how a track sounds."""

    name: str

    async def features_of(self, track: Track) -> AudioFeatures | None:
        """The track's features, or None when this source does not know the track.

        Raises:
            SourceUnavailable: it did not answer, refused, or answered nonsense.
        """


class TrackSearch(Protocol):
    """Somebody who finds tracks by name and by id."""

    name: str

    async def search(self, title: str, artist: str | None) -> Sequence[Track]:
        """Tracks whose title (and artist, where given) match on our own comparison, best first.

        Raises:
            SourceUnavailable: as above.
        """

    async def track(self, track_id: str) -> Track | None:
        """The track of a Spotify id, or None when this source does not know it.

        Raises:
            SourceUnavailable: as above.
        """


class ClipAnalysis(Protocol):
    """Somebody who can listen to a piece of music."""

    async def analyse(self, name: str, audio: bytes) -> AudioFeatures | None:
        """How the audio file of that name sounds, or None when it makes nothing of it.

        Raises:
            SourceUnavailable: as above.
        """


class ChartSource(Protocol):
    """Somebody who publishes a chart."""

    name: str

    async def fetch(self) -> Chart:
        """The newest whole chart.

        Raises:
            ChartNotWhole: there was a page, with half a chart on it.
            SourceUnavailable: there was none.
        """


class BlockMemory(Protocol):
    """Remembers, across restarts, until when a source is not to be asked."""

    async def blocked_until(self, source: str) -> datetime | None:
        """The time (aware, UTC) until which to leave it alone, or None."""

    async def block(self, source: str, until: datetime, reason: str) -> None:
        """Leave it alone until then."""
