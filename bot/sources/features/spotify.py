"""Spotify through spotipy: track search, and what few apps may still read: audio features, playlists."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import TypeVar

import spotipy
from spotipy.exceptions import SpotifyException

from bot.domain.candidates import SongCandidate
from bot.domain.errors import SourceUnavailable
from bot.domain.links import is_spotify_id
from bot.domain.song_lists import MOST_SONGS, ListedSong, SongList
from bot.domain.tracks import Track
from bot.sources.blocks import Block
from bot.sources.external_values import boolean, mapping, name, names, whole_number, year
from bot.sources.features.matching import track_candidate
from bot.sources.features.spotify_client import NAME, SpotifyClient
from bot.sources.guard import SourceClosed
from ml.features import AudioFeatures, InvalidFeatures

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

CLOSED_FOR = timedelta(hours=12)
"""How long audio features are not requested after a refusal: the right to read them rarely changes."""

_RESULTS = 10  # more is refused in development mode
_PAGE = 50  # of a playlist: more is refused
_FORBIDDEN, _NOT_FOUND, _BAD_REQUEST = 403, 404, 400


class SpotifySearch:
    """A `TrackLookup` and a `CandidateSearch`."""

    name = NAME
    title_only = False

    def __init__(self, client: SpotifyClient) -> None:
        self._client = client

    async def candidates(self, title: str, artist: str | None) -> Sequence[SongCandidate]:
        """Search by title and artist as fields; by plain words where that finds nothing."""
        for query in _queries(title, artist):
            if found := await self._client.call(partial(_search, query=query)):
                return [track_candidate(track) for track in found]
        return []

    async def track(self, track_id: str) -> Track | None:
        """Return the track of an id, or None when there is none."""
        if not is_spotify_id(track_id):
            return None
        return await self._client.call(partial(_look_up, track_id=track_id))


class _Restricted:
    """An endpoint that is closed to most apps: the first 403 is stored in `closed`.

    Args:
        closed: a block of its own, apart from the account's guard, so that search goes on.
    """

    name: str

    def __init__(self, client: SpotifyClient, closed: Block) -> None:
        self._client = client
        self._closed = closed

    async def _ask(
        self, path: str, read: Callable[[Mapping[str, object]], Answer], **parameters: object
    ) -> Answer | None:
        """Get an object and read it; None when Spotify does not know the id.

        Raises:
            SourceClosed: this app may not read it.
        """
        if until := await self._closed.until():
            raise SourceClosed(self.name, "closed to this app", retry_after=until - self._closed.now())
        answer = await self._client.call(partial(self._get, path=path, read=read, parameters=parameters))
        if isinstance(answer, SourceClosed):
            await self._closed.begin(CLOSED_FOR, "HTTP 403: closed to this app")
            raise answer
        return answer

    def _get(
        self,
        spotify: spotipy.Spotify,
        path: str,
        read: Callable[[Mapping[str, object]], Answer],
        parameters: Mapping[str, object],
    ) -> Answer | SourceClosed | None:
        try:
            found = _object(spotify._get(path, **parameters))
        except SpotifyException as error:
            if error.http_status == _FORBIDDEN:  # returned, because it is no failure of the service
                return SourceClosed(self.name, "closed to this app", retry_after=CLOSED_FOR)
            if _says_no_such_id(error):
                return None
            raise
        return read(found)


class SpotifyFeatures(_Restricted):
    """A `FeatureSource`."""

    name = "Spotify audio features"

    async def features_of(self, track: Track) -> AudioFeatures | None:
        """Return the features by Spotify id; None when Spotify does not know the track or has none for it.

        Raises:
            SourceClosed: this app may not read audio features.
        """
        if not is_spotify_id(track.id):
            return None
        # spotipy's own method asks for `audio-features/?ids=`, which Spotify's description does not have.
        row = await self._ask(f"audio-features/{track.id}", partial(_audio_features, track_id=track.id))
        if row is None:
            return None
        try:
            return AudioFeatures.from_mapping(row)
        except InvalidFeatures as error:
            log.warning("%s has no usable features for %s: %s", NAME, track.id, error)
            return None


class SpotifyPlaylists(_Restricted):
    """A `PlaylistSource`: since March 2026 only apps with extended access may read other people's playlists.

    Spotify's own playlists and private ones are not found (404).
    """

    name = "Spotify playlists"

    async def playlist(self, playlist_id: str) -> SongList | None:
        """Return the songs of a playlist, `MOST_SONGS` at most; None when Spotify does not show it.

        Raises:
            SourceClosed: this app may not read playlists.
        """
        if not is_spotify_id(playlist_id):
            return None
        songs: list[ListedSong] = []
        # spotipy's own method asks for `/tracks`, which is closed to apps in development mode.
        path = f"playlists/{playlist_id}/items"
        for first in range(0, MOST_SONGS, _PAGE):
            page = await self._ask(path, _playlist_page, limit=_PAGE, offset=first)
            if page is None:
                return None
            found, is_last = page
            songs += found
            if is_last:
                break
        title = await self._client.call(partial(_playlist_name, playlist_id=playlist_id))
        return SongList(title, songs)


def _search(spotify: spotipy.Spotify, query: str) -> list[Track]:
    tracks = _object(spotify.search(query, limit=_RESULTS, type="track")).get("tracks")
    items = tracks.get("items") if isinstance(tracks, dict) else None
    if not isinstance(items, list):
        raise SourceUnavailable(NAME, "no list of tracks")
    return [track for item in items if (track := _track(item))]


def _look_up(spotify: spotipy.Spotify, track_id: str) -> Track | None:
    try:
        track = _track(spotify.track(track_id))
    except SpotifyException as error:
        if _says_no_such_id(error):
            return None
        raise
    if track is None:
        raise SourceUnavailable(NAME, "no track in the answer")
    return track


def _audio_features(row: Mapping[str, object], track_id: str) -> Mapping[str, object]:
    if row.get("id") != track_id:
        raise SourceUnavailable(NAME, "the audio features of another track")
    return row


def _playlist_page(page: Mapping[str, object]) -> tuple[list[ListedSong], bool]:
    """The songs of one page, and whether it is the last one."""
    items = page.get("items")
    if not isinstance(items, list):
        raise SourceUnavailable(NAME, "no list of items")
    songs = [song for item in items if (song := _listed(mapping(item)))]
    return songs, not page.get("next")


def _listed(item: Mapping[str, object]) -> ListedSong | None:
    """A song of a playlist; a local file has no id, a podcast's episode is no song."""
    track = mapping(item.get("item") or item.get("track"))
    title, artists, track_id = name(track.get("name")), names(track.get("artists")), track.get("id")
    if not title or not artists:
        return None
    is_known = isinstance(track_id, str) and is_spotify_id(track_id)
    return ListedSong(f"{', '.join(artists)} - {title}", str(track_id) if is_known else None)


def _playlist_name(spotify: spotipy.Spotify, playlist_id: str) -> str:
    return name(_object(spotify._get(f"playlists/{playlist_id}", fields="name")).get("name")) or ""


def _queries(title: str, artist: str | None) -> Iterator[str]:
    words = " ".join(title.replace('"', " ").replace(":", " ").split())
    who = " ".join((artist or "").replace('"', " ").replace(":", " ").split())
    if who:
        yield f"track:{words} artist:{who}"
    if plain := f"{words} {who}".strip():
        yield plain


def _object(answer: object) -> Mapping[str, object]:
    if not isinstance(answer, dict):
        raise SourceUnavailable(NAME, f"a {type(answer).__name__} in place of a JSON object")
    if error := answer.get("error"):
        raise SourceUnavailable(NAME, f"an error in the body: {str(error)[:120]}")
    return answer


def _says_no_such_id(error: SpotifyException) -> bool:
    """Whether this is Spotify's own 404, or its 400 about the id, and not that of a proxy on the way."""
    in_json = "json" in (error.headers or {}).get("Content-Type", "")
    invalid = error.http_status == _BAD_REQUEST and "id" in str(error.msg).rpartition("\n")[2].lower().split()
    return in_json and (error.http_status == _NOT_FOUND or invalid)


def _track(item: object) -> Track | None:
    """Read a track object; None without an id, a title or an artist. Everything else may be missing."""
    found = _object(item) if isinstance(item, dict) else {}
    track_id, title, artists = found.get("id"), name(found.get("name")), names(found.get("artists"))
    if not isinstance(track_id, str) or not is_spotify_id(track_id) or not title or not artists:
        return None
    album = mapping(found.get("album"))
    return Track(
        id=track_id,
        title=title,
        artists=artists,
        album=name(album.get("name")) or None,
        popularity=whole_number(found.get("popularity"), most=100),
        duration_ms=whole_number(found.get("duration_ms")),
        release_year=year(album.get("release_date")),
        explicit=boolean(found.get("explicit")),
        isrc=name(mapping(found.get("external_ids")).get("isrc")) or None,
        source="spotify",
    )
