"""Deezer's search and tracks, without a key: title to ISRC, cover and preview."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from bot.domain.candidates import Cover, Media, MediaHosts, Preview, SongCandidate
from bot.domain.errors import SourceUnavailable
from bot.domain.titles import base_title, same_song
from bot.domain.tracks import Track
from bot.sources.external_values import (
    boolean,
    clean_text,
    mapping,
    mappings,
    name,
    names,
    web_address,
    whole_number,
    year,
)
from bot.sources.http import json_value
from bot.sources.http_source import HttpSource
from bot.sources.rate_limit import RateLimit

NAME = "Deezer"
RATE_LIMIT = RateLimit(50, 5.0, burst=10)
"""For all requests of one IP address, including those for the chart."""

_RESULTS = 25
_QUOTA, _BUSY, _NO_DATA, _BAD_QUERY = 4, 700, 800, 600
_QUOTA_PAUSE = timedelta(seconds=5)


class Deezer(HttpSource):
    """A `CandidateSearch`, a `MediaSource` and a `PreviewSource`.

    Its guard has `RATE_LIMIT`, and is shared with Deezer's chart. A search makes at most two requests.
    """

    name = NAME
    title_only = False
    url = "https://api.deezer.com"
    hosts = MediaHosts(("https://*.dzcdn.net", "https://api.deezer.com"), ("https://*.dzcdn.net",))

    async def candidates(self, title: str, artist: str | None) -> Sequence[SongCandidate]:
        """Search by title and artist as fields; by plain words where that finds nothing.

        The results are Deezer's, in its order, covers and karaoke included; they have no ISRC."""
        for query in _queries(title, artist):
            answer = await self.ask("search", _answer, params={"q": query, "limit": str(_RESULTS)})
            if answer is None:
                continue
            rows = answer.get("data")
            if not isinstance(rows, list):
                raise SourceUnavailable(NAME, "no list of songs under 'data'")
            if found := [song for row in mappings(rows) if (song := parse_song(row))]:
                return found
        return []

    async def details(self, source_id: str) -> SongCandidate | None:
        """Return a candidate by Deezer's id, with ISRC, release year and all artists; None when unknown."""
        return await self._track(source_id) if source_id.isascii() and source_id.isdigit() else None

    async def by_isrc(self, isrc: str) -> SongCandidate | None:
        """Return the song of an ISRC, as `details` does."""
        code = isrc.upper()
        if len(code) != 12 or not code.isascii() or not code.isalnum():
            return None
        return await self._track(f"isrc:{code}")

    async def media_of(self, track: Track) -> Media:
        """Return the cover of the song's album, and whether Deezer has a preview of the song."""
        song = await self._song(track)
        if song is None:
            return Media()
        cover = Cover(song.cover_url, NAME, song.page_url) if song.cover_url else None
        return Media(cover, bool(song.preview_url))

    async def preview_of(self, track: Track) -> Preview | None:
        """Return a fresh address of 30 s of the song, or None."""
        song = await self._song(track)
        return Preview(song.preview_url, NAME, song.page_url) if song and song.preview_url else None

    async def _song(self, track: Track) -> SongCandidate | None:
        if track.isrc and (song := await self.by_isrc(track.isrc)):
            return song
        if not track.artists:
            return None
        found = await self.candidates(base_title(track.title), track.artists[0])
        matching = [s for s in found if same_song(s.title, s.artists, track.title, track.artists)]
        return max(matching, key=_popularity, default=None)

    async def _track(self, key: str) -> SongCandidate | None:
        answer = await self.ask(f"track/{key}", _answer)
        if answer is None:
            return None
        song = parse_song(answer)
        if song is None:
            raise SourceUnavailable(NAME, "no song in the answer")
        return song


def _answer(text: str) -> Mapping[str, object] | None:
    """Read an answer; None when it says that there is no such song. Errors come as HTTP 200.

    Raises:
        SourceUnavailable: no JSON object, or one that reports another error.
    """
    value = json_value(text, NAME)
    if not isinstance(value, dict):
        raise SourceUnavailable(NAME, f"a JSON {type(value).__name__} in place of an object")
    if not value.get("error"):
        return value
    error = mapping(value["error"])
    code = whole_number(error.get("code"))
    if code in (_NO_DATA, _BAD_QUERY):
        return None
    pause = _QUOTA_PAUSE if code in (_QUOTA, _BUSY) else None
    detail = f"error {code}: {clean_text(error.get('message'))[:120]}"
    raise SourceUnavailable(NAME, detail, retry_after=pause)


def _queries(title: str, artist: str | None) -> Iterator[str]:
    words = " ".join(title.replace('"', " ").split())
    who = " ".join((artist or "").replace('"', " ").split())
    if not words:
        return
    yield f'artist:"{who}" track:"{words}"' if who else f'track:"{words}"'
    yield f"{who} {words}".strip()


def parse_song(row: Mapping[str, object]) -> SongCandidate | None:
    """Read a song; None without an id, a title or an artist. Everything else may be missing."""
    number, title = whole_number(row.get("id")), name(row.get("title"))
    artists = tuple(dict.fromkeys((*names([row.get("artist")]), *names(row.get("contributors")))))
    if number is None or not title or not artists:
        return None
    album = mapping(row.get("album"))
    seconds = whole_number(row.get("duration"))
    return SongCandidate(
        source="deezer",
        source_id=str(number),
        title=title,
        artists=artists,
        album=name(album.get("title")) or None,
        popularity=whole_number(row.get("rank")),
        explicit=boolean(row.get("explicit_lyrics")),
        duration_ms=None if seconds is None else seconds * 1000,
        release_year=year(row.get("release_date")),
        isrc=name(row.get("isrc")) or None,
        cover_url=next((url for size in _SIZES if (url := web_address(album.get(size)))), None),
        preview_url=web_address(row.get("preview")),
        page_url=web_address(row.get("link")),
    )


_SIZES = ("cover_medium", "cover_big", "cover_xl", "cover_small", "cover")


def _popularity(song: SongCandidate) -> int:
    return song.popularity or 0
