"""Spotify's oEmbed: a cover by Spotify id, without a key."""

from functools import partial

from bot.domain.candidates import Cover
from bot.domain.errors import SourceUnavailable
from bot.domain.links import is_spotify_id
from bot.domain.tracks import Track
from bot.sources.external_values import web_address
from bot.sources.guard import Guard
from bot.sources.http import Http, json_object

NAME = "Spotify"

_UNKNOWN = frozenset({400, 404})


class SpotifyOEmbed:
    """A `CoverSource`.

    Args:
        base_url: scheme and host, without a slash at the end.
        seconds: the time for one request.
    """

    name = "Spotify oEmbed"

    def __init__(
        self, http: Http, guard: Guard, *, base_url: str = "https://open.spotify.com", seconds: float = 3.0
    ) -> None:
        self._http = http
        self._guard = guard
        self._url = f"{base_url.rstrip('/')}/oembed"
        self._seconds = seconds

    async def cover_of(self, track: Track) -> Cover | None:
        """Return the cover of a track with a Spotify id, or None.

        Raises:
            SourceUnavailable: it did not answer, refused, or sent what cannot be read.
        """
        if not is_spotify_id(track.id):
            return None
        page = f"https://open.spotify.com/track/{track.id}"

        async def ask() -> Cover | None:
            reply = await self._http.get(
                self._url,
                source=self.name,
                seconds=self._seconds,
                params={"url": page},
                accept=frozenset({200}) | _UNKNOWN,
            )
            if reply.status in _UNKNOWN:
                return None
            answer = await reply.parse(partial(json_object, source=self.name))
            if "thumbnail_url" not in answer:
                raise SourceUnavailable(self.name, "no picture in the answer")
            image = web_address(answer["thumbnail_url"])
            return Cover(image, NAME, page) if image else None

        return await self._guard.call(ask)
