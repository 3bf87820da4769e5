"""What the services may ask of the outside world, whichever source answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.charts import Chart
from bot.domain.tracks import Track
from ml.features import AudioFeatures


class FeatureSource(Protocol):
    """Knows the audio features of tracks."""

    name: str

    async def features_of(self, track: Track) -> AudioFeatures | None:
        """Return the track's features, or None when this source does not know the track.

        Raises:
            SourceUnavailable: it did not answer, refused, or sent what cannot be read.
        """


class TrackSearch(Protocol):
    """Finds tracks by name and by id."""

    name: str

    async def search(self, title: str, artist: str | None) -> Sequence[Track]:
        """Return the tracks whose title (and artist, where given) match by our own comparison, best first.

        Raises:
            SourceUnavailable: as above.
        """

    async def track(self, track_id: str) -> Track | None:
        """Return the track of a Spotify id, or None when this source does not know it.

        Raises:
            SourceUnavailable: as above.
        """


class ClipAnalysis(Protocol):
    """Measures the audio features of a clip."""

    async def analyse(self, name: str, audio: bytes) -> AudioFeatures | None:
        """Return the features of the audio file of that name, or None when it cannot read it.

        Raises:
            SourceUnavailable: as above.
        """


class ChartSource(Protocol):
    """Publishes a chart."""

    name: str

    async def fetch(self) -> Chart:
        """Return the newest whole chart.

        Raises:
            ChartNotWhole: there is one that must not be believed.
            SourceUnavailable: there was none.
        """


class BlockMemory(Protocol):
    """Stores, across restarts, until when a source must not be asked."""

    async def blocked_until(self, source: str) -> datetime | None:
        """Return the time (aware, UTC) until which it is blocked, or None."""

    async def block(self, source: str, until: datetime, reason: str) -> None:
        """Store that it is blocked until then."""
