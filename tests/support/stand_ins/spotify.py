"""Spotify: tokens, search, single tracks, and audio features (closed unless told otherwise)."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web

from bot.domain.spelling import normalise
from tests.support.stand_ins.faults import StandIn
from tests.support.stand_ins.songs import Song, find_song

CLIENT_ID = "stand-in-client"
CLIENT_SECRET = "stand-in-secret-that-no-log-may-show"

_FIELDS = re.compile(r"track:(?P<title>.*?)(?: artist:(?P<artist>.*))?$")


@dataclass
class SpotifyStandIn(StandIn):
    """Answers as Spotify does for an app in development mode.

    Attributes:
        songs: what it knows.
        playlists: the songs of those that it shows, by id; others are not found, as Spotify's own are not.
        playlists_open: whether the app has extended access; without, the songs of a playlist are 403.
        audio_features_open: whether the app has extended access; without, audio-features is 403.
        field_filters: whether `track:… artist:…` finds anything; plain words always do.
        tokens_valid: set to False and every call answers 401 until a new token is fetched.
    """

    songs: list[Song] = field(default_factory=list)
    playlists: dict[str, list[Song]] = field(default_factory=dict)
    playlists_open: bool = False
    audio_features_open: bool = False
    field_filters: bool = True
    tokens_valid: bool = True
    tokens_issued: int = 0

    @property
    def api_url(self) -> str:
        return f"{self.url}/v1"

    @property
    def token_url(self) -> str:
        return f"{self.url}/api/token"

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/api/token", self._token),
            web.get("/v1/search", self._search),
            web.get("/v1/tracks", self._batch),
            web.get("/v1/tracks/{id}", self._track),
            web.get("/v1/playlists/{id}", self._playlist),
            web.get("/v1/playlists/{id}/items", self._playlist_items),
            web.get("/v1/audio-features", self._batch),
            web.get("/v1/audio-features/{id}", self._features),
        ]

    async def _token(self, request: web.Request) -> web.Response:
        pair = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {pair}":
            return web.json_response(
                {"error": "invalid_client", "error_description": "Invalid client secret"}, status=400
            )
        self.tokens_issued += 1
        self.tokens_valid = True
        return web.json_response(
            {"access_token": f"token-{self.tokens_issued}", "token_type": "Bearer", "expires_in": 3600}
        )

    async def _search(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        limit = int(request.query.get("limit", "5"))
        if not 1 <= limit <= 10:
            return _error(400, "Invalid limit")
        found = [song for song in self.songs if self._answers(song, request.query["q"])]
        page = {
            "items": [_track(song) for song in found[:limit]],
            "limit": limit,
            "offset": 0,
            "total": len(found),
        }
        return web.json_response({"tracks": page})

    def _answers(self, song: Song, query: str) -> bool:
        if named := _FIELDS.match(query):
            titles = normalise(named["title"]) in normalise(song.title)
            artists = normalise(named["artist"] or "") in normalise(" ".join(song.artists))
            return self.field_filters and titles and artists
        words = set(normalise(query).split())
        return words <= set(normalise(f"{song.title} {' '.join(song.artists)}").split())

    async def _batch(self, request: web.Request) -> web.Response:
        return self._refused(request) or _error(403, "Forbidden")

    async def _track(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        song = find_song(self.songs, request.match_info["id"])
        return web.json_response(_track(song)) if song else _error(404, "Resource not found")

    async def _playlist(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        if request.match_info["id"] not in self.playlists:
            return _error(404, "Resource not found")
        return web.json_response({"name": "Songs for the road"})

    async def _playlist_items(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        if not self.playlists_open:
            return _error(403, "Forbidden")
        songs = self.playlists.get(request.match_info["id"])
        if songs is None:
            return _error(404, "Resource not found")
        limit, offset = int(request.query.get("limit", "20")), int(request.query.get("offset", "0"))
        if not 1 <= limit <= 50:
            return _error(400, "Invalid limit")
        shown, more = songs[offset : offset + limit], offset + limit < len(songs)
        following = request.url.update_query(offset=offset + limit)
        items = [
            {"added_at": "2026-11-01T12:00:00Z", "is_local": False, "item": _track(song)} for song in shown
        ]
        page = {
            "href": str(request.url),
            "items": items,
            "limit": limit,
            "next": str(following) if more else None,
            "offset": offset,
            "previous": None,
            "total": len(songs),
        }
        return web.json_response(page)

    async def _features(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        if not self.audio_features_open:
            return _error(403, "Forbidden")
        features = _features(find_song(self.songs, request.match_info["id"]))
        return web.json_response(features) if features else _error(404, "analysis not found")

    def _refused(self, request: web.Request) -> web.Response | None:
        valid = (
            self.tokens_valid and request.headers.get("Authorization") == f"Bearer token-{self.tokens_issued}"
        )
        return None if valid else _error(401, "The access token expired")


def _error(status: int, message: str) -> web.Response:
    return web.Response(
        text=json.dumps({"error": {"status": status, "message": message}}),
        status=status,
        content_type="application/json",
    )


def _features(song: Song | None) -> Mapping[str, object] | None:
    if song is None or song.features is None:
        return None
    return {"id": song.id, "key": 0, "mode": 1, "time_signature": 4, "type": "audio_features"} | song.features


def _track(song: Song) -> Mapping[str, object]:
    """A track object; what the song does not have is left out, as Spotify does."""
    track: dict[str, object] = {
        "id": song.id,
        "name": song.title,
        "uri": f"spotify:track:{song.id}",
        "type": "track",
        "external_urls": {"spotify": f"https://open.spotify.com/track/{song.id}"},
        "artists": [{"id": f"artist{place}", "name": name} for place, name in enumerate(song.artists)],
    }
    if song.album is not None:
        track["album"] = {"id": "album", "name": song.album, "release_date": song.release_date, "images": []}
    if song.isrc is not None:
        track["external_ids"] = {"isrc": song.isrc}
    for name in ("explicit", "duration_ms", "popularity"):
        if (value := getattr(song, name)) is not None:
            track[name] = value
    return track
