"""ReccoBeats: audio features, tracks and the title search; unknown ids are left out without a word."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, uuid5

from aiohttp import web

from bot.domain.spelling import normalise
from tests.support.stand_ins.faults import StandIn
from tests.support.stand_ins.songs import Song


@dataclass
class ReccoBeatsStandIn(StandIn):
    """Answers as ReccoBeats does.

    Attributes:
        songs: what it knows; a song with `in_reccobeats=False` is not among them.
        unasked: songs that stand first in every answer by id though nobody asked for them.
        isrc_lookup: whether ISRCs are understood where ids are asked for; if not, 400.
    """

    songs: list[Song] = field(default_factory=list)
    unasked: list[Song] = field(default_factory=list)
    isrc_lookup: bool = True

    @property
    def api_url(self) -> str:
        return f"{self.url}/v1"

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v1/audio-features", self._features),
            web.get("/v1/track", self._tracks),
            web.get("/v1/track/search", self._search),
            web.post("/v1/analysis/audio-features", self._analysis),
        ]

    async def _features(self, request: web.Request) -> web.Response:
        return self._by_ids(request, [song for song in self._known() if song.features is not None], _features)

    async def _tracks(self, request: web.Request) -> web.Response:
        return self._by_ids(request, self._known(), _track)

    async def _search(self, request: web.Request) -> web.Response:
        words = request.query.get("searchText", "")
        size = int(request.query.get("size", "20"))
        if not 3 <= len(words) <= 1000 or not 1 <= size <= 50:
            return _bad_request(request, 4002, "Invalid search")
        found = [song for song in self._known() if normalise(words) in normalise(song.title)]
        return web.json_response(
            {
                "content": [_track(song) for song in found[:size]],
                "page": 0,
                "size": size,
                "totalElements": len(found),
                "totalPages": 1,
            }
        )

    async def _analysis(self, request: web.Request) -> web.Response:
        """Listens to a known song when its id stands in the file; anything else is no music."""
        form = await request.read()
        if request.content_type != "multipart/form-data" or b'name="audioFile"; filename=' not in form:
            return _bad_request(request, 4001, "No file")
        heard = [song for song in self.songs if song.id.encode() in form and song.features is not None]
        if not heard or len(form) > 5_001_000:
            return _bad_request(request, 4003, "Invalid audio file")
        return web.json_response(dict(heard[0].features or {}))

    def _known(self) -> list[Song]:
        return [song for song in self.songs if song.in_reccobeats]

    def _by_ids(
        self, request: web.Request, songs: list[Song], show: Callable[[Song], Mapping[str, object]]
    ) -> web.Response:
        ids = request.query.get("ids", "").split(",")
        if not 1 <= len(ids) <= 40 or not all(ids):
            return _bad_request(request, 4004, "Invalid ids")
        if not self.isrc_lookup and any(len(one) == 12 for one in ids):
            return _bad_request(request, 4004, "Invalid ids")
        found = [song for song in songs if {song.id, _uuid(song), song.isrc} & set(ids)]
        return web.json_response({"content": [show(song) for song in (*self.unasked, *reversed(found))]})


def _uuid(song: Song) -> str:
    return str(uuid5(NAMESPACE_URL, song.id))


def _features(song: Song) -> Mapping[str, object]:
    about = {"id": _uuid(song), "href": f"https://open.spotify.com/track/{song.id}", "isrc": song.isrc}
    return about | {"key": 0, "mode": 1} | (song.features or {})


def _track(song: Song) -> Mapping[str, object]:
    return {
        "id": _uuid(song),
        "trackTitle": song.title,
        "artists": [
            {"id": str(uuid5(NAMESPACE_URL, name)), "name": name, "href": ""} for name in song.artists
        ],
        "durationMs": song.duration_ms,
        "isrc": song.isrc,
        "ean": None,
        "upc": None,
        "href": f"https://open.spotify.com/track/{song.id}",
        "availableCountries": "AR,AU,AT",
        "popularity": song.popularity,
    }


def _bad_request(request: web.Request, code: int, message: str) -> web.Response:
    body = {"timestamp": "2026-11-21T00:00:00Z", "error": message, "path": request.path, "status": code}
    return web.json_response(body, status=400)
