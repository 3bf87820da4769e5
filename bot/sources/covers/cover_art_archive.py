"""The Cover Art Archive: front covers by MusicBrainz release."""

from typing import Any

from bot.domain.candidates import Cover, Media, MediaHosts
from bot.domain.errors import SourceUnavailable
from bot.domain.titles import base_title, same_song
from bot.domain.tracks import Track
from bot.sources.guard import Guard
from bot.sources.http import Http
from bot.sources.http_source import HttpSource
from bot.sources.protocols import ListenerSource

NAME = "Cover Art Archive"

_NOT_FOUND = 404
# The archive redirects to where the picture lies at present; only the clients of those who see it follow.
_REDIRECTS = frozenset({302, 303, 307, 308})
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8")


class CoverArtArchive(HttpSource):
    """A `MediaSource`.

    Args:
        releases: knows on which release a track is.
    """

    name = NAME
    url = "https://coverartarchive.org"
    # Without a scheme: the archive's redirect may lead to plain http.
    hosts = MediaHosts(("https://coverartarchive.org", "archive.org", "*.archive.org"))

    def __init__(self, http: Http, guard: Guard, releases: ListenerSource, **usual: Any) -> None:
        super().__init__(http, guard, **usual)
        self._releases = releases

    async def media_of(self, track: Track) -> Media:
        """Return the front cover of a release that the track is on, 250 pixels wide.

        Raises:
            SourceUnavailable: one of both services did not answer, refused, or sent no picture.
        """
        if not track.artists:
            return Media()
        for one in await self._releases.recordings(base_title(track.title), track.artists[0]):
            if one.release and same_song(one.title, (one.artist,), track.title, track.artists):
                return Media(await self._front(one.release))
        return Media()

    async def _front(self, release: str) -> Cover | None:
        image = f"{self.url}/release/{release}/front-250"

        async def ask() -> Cover | None:
            reply = await self.http.request(
                "GET", image, source=NAME, seconds=self.seconds, accept=_REDIRECTS | {200, _NOT_FOUND}
            )
            if reply.status == _NOT_FOUND:
                return None
            if reply.status == 200 and not reply.body.startswith(_PICTURES):
                raise SourceUnavailable(NAME, "no picture in the answer")
            return Cover(image, NAME, f"https://musicbrainz.org/release/{release}")

        return await self.guard.call(ask)
