"""ReccoBeats: how a track sounds, without a key; run by one person, so asked gently."""

import logging
from collections.abc import Mapping, Sequence

from bot.domain.errors import SourceUnavailable
from bot.domain.links import is_spotify_id
from bot.domain.tracks import Track
from bot.sources.circuit_breaker import Guard
from bot.sources.features.matching import matches
from bot.sources.http import Http, Upload, json_object
from bot.sources.text import one_line
from ml.features import AudioFeatures, InvalidFeatures

log = logging.getLogger(__name__)

NAME = "ReccoBeats"
PER_SECOND = 2.0
"""Questions a second it bears."""

_SHORTEST_SEARCH, _LONGEST_SEARCH = 3, 1000
_RESULTS = 50
_UNSUPPORTED = 400
_LISTENING_SECONDS = 20.0


class ReccoBeats:
    """A `FeatureSource`, a `TrackSearch` and a `ClipAnalysis`.

    Args:
        guard: with `per_second=PER_SECOND`.
        base_url: up to and with the version, without a slash at the end.
        seconds: the time for one question; a lookup asks at most two.
    """

    name = NAME

    def __init__(
        self,
        http: Http,
        guard: Guard,
        *,
        base_url: str = "https://api.reccobeats.com/v1",
        seconds: float = 3.0,
    ) -> None:
        self._http = http
        self._guard = guard
        self._base_url = base_url.rstrip("/")
        self._seconds = seconds

    async def features_of(self, track: Track) -> AudioFeatures | None:
        """By Spotify id, then by ISRC; None when it knows neither or what it knows is no valid sound.

        Raises:
            SourceUnavailable: it did not answer, refused, or answered nonsense.
        """
        if is_spotify_id(track.id):
            for row in await self._content("audio-features", {"ids": track.id}):
                if _spotify_id(row) == track.id:
                    return _features(row, track.id)
        if track.isrc:
            rows = await self._content("audio-features", {"ids": track.isrc}, lenient=True)
            for row in rows:
                if str(row.get("isrc")).upper() == track.isrc.upper():
                    return _features(row, track.isrc)
        return None

    async def search(self, title: str, artist: str | None) -> Sequence[Track]:
        """By title, matched by artist here; a title of less than three characters finds nothing.

        Raises:
            SourceUnavailable: it did not answer, refused, or answered nonsense.
        """
        words = title.strip()[:_LONGEST_SEARCH]
        if len(words) < _SHORTEST_SEARCH:
            return []
        rows = await self._content("track/search", {"searchText": words, "page": "0", "size": str(_RESULTS)})
        return matches((track for row in rows if (track := _track(row))), title, artist)

    async def track(self, track_id: str) -> Track | None:
        """The track of a Spotify id, or None when it does not know it.

        Raises:
            SourceUnavailable: it did not answer, refused, or answered nonsense.
        """
        if not is_spotify_id(track_id):
            return None
        rows = await self._content("track", {"ids": track_id})
        found = (track for row in rows if (track := _track(row)) and track.id == track_id)
        return next(found, None)

    async def analyse(self, name: str, audio: bytes) -> AudioFeatures | None:
        """Have it listen to the first 30 s of a file of at most 5 MB; None when it makes nothing of it.

        Raises:
            SourceUnavailable: it did not answer, refused, or answered nonsense.
        """

        async def ask() -> AudioFeatures | None:
            reply = await self._http.post_file(
                f"{self._base_url}/analysis/audio-features",
                source=NAME,
                seconds=_LISTENING_SECONDS,
                file=Upload("audioFile", name, audio),
                accept=frozenset({200, _UNSUPPORTED}),
            )
            if reply.status == _UNSUPPORTED:
                return None
            return _features(json_object(reply.text, NAME), "an audio clip")

        return await self._guard.call(ask)

    async def _content(
        self, path: str, params: Mapping[str, str], *, lenient: bool = False
    ) -> list[dict[str, object]]:
        """The rows of an answer; with `lenient`, a question it does not understand has none."""
        accept = frozenset({200, _UNSUPPORTED}) if lenient else frozenset({200})

        async def ask() -> list[dict[str, object]]:
            reply = await self._http.get(
                f"{self._base_url}/{path}", source=NAME, seconds=self._seconds, params=params, accept=accept
            )
            return [] if reply.status == _UNSUPPORTED else _rows(reply.text)

        return await self._guard.call(ask)


def _rows(text: str) -> list[dict[str, object]]:
    content = json_object(text, NAME).get("content")
    if not isinstance(content, list) or not all(isinstance(row, dict) for row in content):
        raise SourceUnavailable(NAME, "no list of objects under 'content'")
    return content


def _features(row: Mapping[str, object], asked: str) -> AudioFeatures | None:
    try:
        return AudioFeatures.from_mapping(row)
    except InvalidFeatures as fault:
        log.warning("%s has no usable features for %s: %s", NAME, asked, fault)
        return None


def _track(row: Mapping[str, object]) -> Track | None:
    """A row as a track; None without a Spotify id, a title or an artist."""
    track_id, title = _spotify_id(row), one_line(row.get("trackTitle"))
    credits = row.get("artists")
    names = (
        [one_line(who.get("name")) for who in credits if isinstance(who, dict)]
        if isinstance(credits, list)
        else []
    )
    artists = tuple(name for name in names if name)
    if track_id is None or not title or not artists:
        return None
    popularity = _whole_number(row.get("popularity"))
    return Track(
        id=track_id,
        title=title,
        artists=artists,
        popularity=popularity if popularity is not None and popularity <= 100 else None,
        duration_ms=_whole_number(row.get("durationMs")),
        isrc=one_line(row.get("isrc")) or None,
        source="reccobeats",
    )


def _spotify_id(row: Mapping[str, object]) -> str | None:
    href = row.get("href")
    last = href.rstrip("/").rpartition("/")[2] if isinstance(href, str) else ""
    return last if is_spotify_id(last) else None


def _whole_number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
