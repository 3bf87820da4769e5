"""The Cover Art Archive: front covers by MusicBrainz release group."""

import re

from bot.domain.candidates import Cover
from bot.domain.errors import SourceUnavailable
from bot.sources.guard import Guard
from bot.sources.http import Http

NAME = "Cover Art Archive"

_MBID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_NOT_FOUND = 404
# The archive redirects to where the picture lies at present; only the clients of those who see it follow.
_REDIRECTS = frozenset({302, 303, 307, 308})
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8")


class CoverArtArchive:
    """A `ReleaseCovers`.

    Args:
        base_url: scheme and host, without a slash at the end.
        seconds: the time for one request.
    """

    name = NAME

    def __init__(
        self, http: Http, guard: Guard, *, base_url: str = "https://coverartarchive.org", seconds: float = 3.0
    ) -> None:
        self._http = http
        self._guard = guard
        self._base_url = base_url.rstrip("/")
        self._seconds = seconds

    async def cover_of_release_group(self, mbid: str) -> Cover | None:
        """Return the front cover of a release group, 250 pixels wide, or None.

        Raises:
            SourceUnavailable: it did not answer, refused, or sent no picture.
        """
        if not _MBID.fullmatch(mbid):
            return None
        image = f"{self._base_url}/release-group/{mbid}/front-250"

        async def ask() -> Cover | None:
            reply = await self._http.get(
                image, source=NAME, seconds=self._seconds, accept=_REDIRECTS | {200, _NOT_FOUND}
            )
            if reply.status == _NOT_FOUND:
                return None
            if reply.status == 200 and not reply.body.startswith(_PICTURES):
                raise SourceUnavailable(NAME, "no picture in the answer")
            return Cover(image, NAME, f"https://musicbrainz.org/release-group/{mbid}")

        return await self._guard.call(ask)
