"""Spotify through spotipy: track search, and the audio features that few apps may still read."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

import spotipy
from spotipy.exceptions import SpotifyException

from bot.domain.errors import SourceUnavailable
from bot.domain.links import is_spotify_id
from bot.domain.tracks import Track
from bot.sources.blocks import Block
from bot.sources.circuit_breaker import SourceClosed
from bot.sources.features.matching import matches
from bot.sources.features.spotify_client import NAME, SpotifyClient
from bot.sources.text import one_line
from ml.features import AudioFeatures, InvalidFeatures

log = logging.getLogger(__name__)

CLOSED_FOR = timedelta(hours=12)
"""How long a refusal of audio-features is believed: the right to read them changes rarely."""

_RESULTS = 10  # more is refused in development mode
_FORBIDDEN, _NOT_FOUND, _BAD_REQUEST = 403, 404, 400


class SpotifySearch:
    """A `TrackSearch`."""

    name = NAME

    def __init__(self, client: SpotifyClient) -> None:
        self._client = client

    async def search(self, title: str, artist: str | None) -> Sequence[Track]:
        """By title and artist as fields; as plain words where that finds nothing.

        Raises:
            SourceUnavailable: it did not answer, refused, or answered nonsense.
        """
        for query in _queries(title, artist):
            if found := matches(await self._client.call(_Searching(query)), title, artist):
                return found
        return []

    async def track(self, track_id: str) -> Track | None:
        """The track of an id, or None when there is none.

        Raises:
            SourceUnavailable: it did not answer, refused, or answered nonsense.
        """
        if not is_spotify_id(track_id):
            return None

        def look_up(spotify: spotipy.Spotify) -> Track | None:
            try:
                track = _track(spotify.track(track_id))
            except SpotifyException as error:
                if _says_no_such_id(error):
                    return None
                raise
            if track is None:
                raise SourceUnavailable(NAME, "no track in the answer")
            return track

        return await self._client.call(look_up)


class SpotifyFeatures:
    """A `FeatureSource`. Closed to most apps: the first 403 is remembered in `closed`.

    Args:
        closed: a block of its own, apart from the account's guard, so that search goes on.
    """

    name = "Spotify audio features"

    def __init__(self, client: SpotifyClient, closed: Block) -> None:
        self._client = client
        self._closed = closed

    async def features_of(self, track: Track) -> AudioFeatures | None:
        """By Spotify id; None when Spotify does not know the track or how it sounds.

        Raises:
            SourceClosed: this app may not read audio features.
            SourceUnavailable: it did not answer, refused, or answered nonsense.
        """
        if not is_spotify_id(track.id):
            return None
        if until := await self._closed.until():
            raise SourceClosed(self.name, "closed to this app", retry_after=until - self._closed.now())
        row = await self._client.call(_FeaturesOf(track.id))
        if isinstance(row, _Closed):
            await self._closed.begin(CLOSED_FOR, "HTTP 403: closed to this app")
            raise SourceClosed(self.name, "closed to this app", retry_after=CLOSED_FOR)
        if row is None:
            return None
        try:
            return AudioFeatures.from_mapping(row)
        except InvalidFeatures as fault:
            log.warning("%s has no usable features for %s: %s", NAME, track.id, fault)
            return None


class _Closed:
    """The answer of an app without extended access: an answer, not a failure of the service."""


class _Searching:
    def __init__(self, query: str) -> None:
        self._query = query

    def __call__(self, spotify: spotipy.Spotify) -> list[Track]:
        tracks = _object(spotify.search(self._query, limit=_RESULTS, type="track")).get("tracks")
        items = tracks.get("items") if isinstance(tracks, dict) else None
        if not isinstance(items, list):
            raise SourceUnavailable(NAME, "no list of tracks")
        return [track for item in items if (track := _track(item))]


class _FeaturesOf:
    def __init__(self, track_id: str) -> None:
        self._track_id = track_id

    def __call__(self, spotify: spotipy.Spotify) -> Mapping[str, object] | _Closed | None:
        try:
            rows = spotify.audio_features([self._track_id])
        except SpotifyException as error:
            if error.http_status == _FORBIDDEN:
                return _Closed()
            if _says_no_such_id(error):
                return None
            raise
        if not isinstance(rows, list) or not all(row is None or isinstance(row, dict) for row in rows):
            raise SourceUnavailable(NAME, "no list of audio features")
        return next((row for row in rows if row is not None and row.get("id") == self._track_id), None)


def _queries(title: str, artist: str | None) -> Iterator[str]:
    words = " ".join(title.replace('"', " ").replace(":", " ").split())
    who = " ".join((artist or "").replace('"', " ").replace(":", " ").split())
    if who:
        yield f"track:{words} artist:{who}"
    yield f"{words} {who}".strip()


def _object(answer: object) -> Mapping[str, object]:
    if not isinstance(answer, dict):
        raise SourceUnavailable(NAME, f"a {type(answer).__name__} in place of a JSON object")
    if trouble := answer.get("error"):
        raise SourceUnavailable(NAME, f"an error in the body: {str(trouble)[:120]}")
    return answer


def _says_no_such_id(error: SpotifyException) -> bool:
    """Spotify's own 404 (or its 400 about the id), not that of something between us."""
    in_json = "json" in (error.headers or {}).get("Content-Type", "")
    invalid = error.http_status == _BAD_REQUEST and "id" in str(error.msg).rpartition("\n")[2].lower().split()
    return in_json and (error.http_status == _NOT_FOUND or invalid)


def _track(item: object) -> Track | None:
    """A track object; None without an id, a title or an artist. Everything else may be missing."""
    found = _object(item) if isinstance(item, dict) else {}
    track_id, title = found.get("id"), one_line(found.get("name"))
    artists = tuple(_names(found.get("artists")))
    if not isinstance(track_id, str) or not is_spotify_id(track_id) or not title or not artists:
        return None
    album, ids, explicit = found.get("album"), found.get("external_ids"), found.get("explicit")
    popularity = _whole_number(found.get("popularity"))
    return Track(
        id=track_id,
        title=title,
        artists=artists,
        album=(one_line(album.get("name")) or None) if isinstance(album, dict) else None,
        popularity=popularity if popularity is not None and popularity <= 100 else None,
        duration_ms=_whole_number(found.get("duration_ms")),
        release_year=_year(album.get("release_date")) if isinstance(album, dict) else None,
        explicit=explicit if isinstance(explicit, bool) else None,
        isrc=(one_line(ids.get("isrc")) or None) if isinstance(ids, dict) else None,
        source="spotify",
    )


def _names(artists: object) -> Iterator[str]:
    for artist in artists if isinstance(artists, list) else ():
        if isinstance(artist, dict) and (name := one_line(artist.get("name"))):
            yield name


def _year(release_date: object) -> int | None:
    """Spotify writes `1975-11-21`, `1975-11` or `1975`."""
    year = str(release_date)[:4]
    return int(year) if year.isascii() and year.isdigit() and int(year) >= 1000 else None


def _whole_number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
