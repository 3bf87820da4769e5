"""Spotify's oEmbed and the Cover Art Archive, on one server."""

from dataclasses import dataclass, field

from aiohttp import web

from tests.support.stand_ins.faults import StandIn
from tests.support.stand_ins.songs import Song

_TRACK = "https://open.spotify.com/track/"


@dataclass
class CoversStandIn(StandIn):
    """Answers as both do.

    Attributes:
        songs: the tracks that oEmbed knows.
        own_pictures: whether the pictures are on this server, in place of an address of Spotify's.
        releases: the MusicBrainz ids that the archive has a front cover of.
    """

    songs: list[Song] = field(default_factory=list)
    own_pictures: bool = False
    releases: set[str] = field(default_factory=set)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/oembed", self._oembed),
            web.get("/release/{mbid}/front-250", self._front),
        ]

    async def _oembed(self, request: web.Request) -> web.Response:
        url = request.query.get("url", "")
        song = next((song for song in self.songs if f"{_TRACK}{song.id}" == url), None)
        if song is None:
            return web.Response(status=404, text="Not Found")
        cdn = self.url if self.own_pictures else "https://image-cdn-ak.spotifycdn.com"
        return web.json_response(
            {
                "html": f'<iframe src="https://open.spotify.com/embed/track/{song.id}"></iframe>',
                "iframe_url": f"https://open.spotify.com/embed/track/{song.id}",
                "width": 456,
                "height": 152,
                "version": "1.0",
                "provider_name": "Spotify",
                "provider_url": "https://spotify.com",
                "type": "rich",
                "title": song.title,
                "thumbnail_url": f"{cdn}/image/{song.id}",
                "thumbnail_width": 300,
                "thumbnail_height": 300,
            }
        )

    async def _front(self, request: web.Request) -> web.Response:
        mbid = request.match_info["mbid"]
        if mbid not in self.releases:
            return web.Response(status=404, text="<html>No cover art found</html>", content_type="text/html")
        there = f"http://archive.org/download/mbid-{mbid}/mbid-{mbid}-1_thumb250.jpg"
        return web.Response(status=307, headers={"Location": there})
