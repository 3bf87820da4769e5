"""Spotify's oEmbed: a cover by Spotify id, without a key."""

from functools import partial

from bot.domain.candidates import Cover, Media, MediaHosts
from bot.domain.errors import SourceUnavailable
from bot.domain.links import is_spotify_id
from bot.domain.tracks import Track
from bot.sources.external_values import web_address
from bot.sources.guard import Guard
from bot.sources.http import Http, json_object

NAME = "Spotify"

_UNKNOWN = frozenset({400, 404})
_URL = "https://open.spotify.com"
_HOSTS = MediaHosts(("https://*.spotifycdn.com", "https://i.scdn.co"))


class SpotifyOEmbed:
    """A `MediaSource`.

    Args:
        base_url: scheme and host, without a slash at the end.
        seconds: the time for one request.
    """

    name = "Spotify oEmbed"

    def __init__(self, http: Http, guard: Guard, *, base_url: str = _URL, seconds: float = 3.0) -> None:
        self._http = http
        self._guard = guard
        self._url = f"{base_url.rstrip('/')}/oembed"
        self.hosts = _HOSTS.beside(base_url, _URL)
        self._seconds = seconds

    async def media_of(self, track: Track) -> Media:
        """Return the cover of a track with a Spotify id.

        Raises:
            SourceUnavailable: it did not answer, refused, or sent what cannot be read.
        """
        if not is_spotify_id(track.id):
            return Media()
        page = f"https://open.spotify.com/track/{track.id}"

        async def ask() -> Media:
            reply = await self._http.get(
                self._url,
                source=self.name,
                seconds=self._seconds,
                params={"url": page},
                accept=frozenset({200}) | _UNKNOWN,
            )
            if reply.status in _UNKNOWN:
                return Media()
            answer = await reply.parse(partial(json_object, source=self.name))
            if "thumbnail_url" not in answer:
                raise SourceUnavailable(self.name, "no picture in the answer")
            image = web_address(answer["thumbnail_url"])
            return Media(Cover(image, NAME, page) if image else None)

        return await self._guard.call(ask)
