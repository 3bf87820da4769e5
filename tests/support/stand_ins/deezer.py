"""Deezer: search in order of popularity, tracks by id and by ISRC; errors as HTTP 200."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import md5
from zlib import crc32

from aiohttp import web

from bot.domain.spelling import normalise
from tests.support.stand_ins.faults import StandIn
from tests.support.stand_ins.songs import Song, made_up_song

QUOTA = {"type": "Exception", "message": "Quota limit exceeded", "code": 4}
BUSY = {"type": "Exception", "message": "Service busy", "code": 700}
NO_DATA = {"type": "DataException", "message": "no data", "code": 800}

_FIELDS = re.compile(r'(?:artist:"(?P<artist>[^"]*)" )?track:"(?P<title>[^"]*)"')


@dataclass
class DeezerStandIn(StandIn):
    """Answers as Deezer does; `ChartsStandIn` adds its chart.

    Attributes:
        songs: what Deezer knows; `popularity` is its rank.
        field_search: whether `artist:"…" track:"…"` finds anything; plain words always do.
        everything: whether there is each song that is searched for by artist and title.
        error: told in place of every answer, as HTTP 200.
        previews_signed: how many preview addresses were given out; each is another.
    """

    songs: list[Song] = field(default_factory=list)
    field_search: bool = True
    everything: bool = False
    error: Mapping[str, object] | None = None
    previews_signed: int = 0

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/search", self._search),
            web.get("/track/isrc:{isrc}", self._by_isrc),
            web.get("/track/{id}", self._by_id),
        ]

    async def _search(self, request: web.Request) -> web.Response:
        query, limit = request.query.get("q", ""), int(request.query.get("limit", "25"))
        found = [song for song in self.songs if self._matches(song, query)]
        if self.everything and (fields := _FIELDS.fullmatch(query)):
            found.append(made_up_song(crc32(query.encode()), fields["title"], fields["artist"] or "Anybody"))
        found.sort(key=_rank, reverse=True)
        answer: dict[str, object] = {
            "data": [self._track(song, whole=False) for song in found[:limit]],
            "total": len(found),
        }
        if len(found) > limit:
            answer["next"] = f"{self.url}/search?q={query}&index={limit}"
        return self.tell(answer)

    def _matches(self, song: Song, query: str) -> bool:
        credits = normalise(" ".join(song.artists))
        if fields := _FIELDS.fullmatch(query):
            titles = normalise(fields["title"]) in normalise(song.title)
            return self.field_search and titles and normalise(fields["artist"] or "") in credits
        words = set(normalise(query).split())
        return bool(words) and words <= {*normalise(song.title).split(), *credits.split()}

    async def _by_id(self, request: web.Request) -> web.Response:
        return self._one(lambda song: str(deezer_id(song)) == request.match_info["id"])

    async def _by_isrc(self, request: web.Request) -> web.Response:
        return self._one(lambda song: song.isrc == request.match_info["isrc"])

    def _one(self, wanted: Callable[[Song], bool]) -> web.Response:
        song = next(filter(wanted, self.songs), None)
        return self.tell(self._track(song, whole=True) if song else {"error": NO_DATA})

    def tell(self, answer: Mapping[str, object]) -> web.Response:
        return web.json_response({"error": self.error} if self.error else answer)

    def _track(self, song: Song, *, whole: bool) -> Mapping[str, object]:
        """A song as search tells it, or with `whole` as its own page does."""
        number, cover = deezer_id(song), md5(str(song.album).encode()).hexdigest()
        self.previews_signed += 1
        preview = (
            f"https://cdnt-preview.dzcdn.net/api/1/1/{number}.mp3?hdnea=exp=1~hmac={self.previews_signed}"
        )
        images = "https://cdn-images.dzcdn.net/images/cover"
        track: dict[str, object] = {
            "id": number,
            "readable": True,
            "title": song.title,
            "title_short": song.title.partition(" (")[0],
            "link": f"https://www.deezer.com/track/{number}",
            "duration": (song.duration_ms or 0) // 1000,
            "rank": song.popularity or 0,
            "explicit_lyrics": song.explicit,
            "preview": preview if song.in_deezer_with_preview else "",
            "artist": {"id": 1, "name": song.artists[0], "type": "artist"},
            "album": {
                "id": 1,
                "title": song.album,
                "cover": f"https://api.deezer.com/album/{number}/image",
                "cover_small": f"{images}/{cover}/56x56-000000-80-0-0.jpg",
                "cover_medium": f"{images}/{cover}/250x250-000000-80-0-0.jpg",
                "cover_xl": f"{images}/{cover}/1000x1000-000000-80-0-0.jpg",
            },
            "type": "track",
        }
        if whole:
            track |= {
                "isrc": song.isrc,
                "release_date": song.release_date,
                "bpm": 0,
                "contributors": [{"id": 1, "name": artist, "role": "Main"} for artist in song.artists],
            }
        return track


def deezer_id(song: Song) -> int:
    """The song's number at Deezer."""
    return int(md5(song.id.encode()).hexdigest()[:8], 16)


def with_impostors(song: Song, first: int) -> Sequence[Song]:
    """What stands around a well-known song in every search, beside the song itself.

    The original has a suffix in its title; a cover has the bare title; there are karaoke versions that name
    the artist in theirs, a live version, and other artists' songs of the same title, some of them popular.

    Args:
        first: the number of the first of them; seven numbers are used.
    """
    title, artist = song.title, song.artists[0]

    def impostor(number: int, called: str, by: str, rank: int) -> Song:
        return replace(made_up_song(first + number, called, by), popularity=rank)

    return [
        replace(song, title=f"{title} - Remastered 2011", popularity=900_000),
        impostor(0, title, "The Cover Orchestra", 950_000),
        impostor(1, title, "A Namesake", 700_000),
        impostor(
            2, f"{title} (Originally Performed by {artist}) [Karaoke Version]", "Karaoke Planet", 300_000
        ),
        impostor(3, f"{title} (Live at Nowhere)", artist, 500_000),
        impostor(4, f"{title} (In the Style of {artist})", "Piano Tribute Players", 200_000),
        impostor(5, f"{title} Forever", "A Namesake", 990_000),
        impostor(6, f"{artist}", f"{title} Band", 100_000),
    ]


def _rank(song: Song) -> int:
    return song.popularity or 0
