"""Spotify's oEmbed: a cover by Spotify id, without a key."""

from bot.domain.candidates import Cover, Media, MediaHosts
from bot.domain.errors import SourceUnavailable
from bot.domain.links import is_spotify_id
from bot.domain.tracks import Track
from bot.sources.external_values import web_address
from bot.sources.http import json_object
from bot.sources.http_source import HttpSource

NAME = "Spotify"


class SpotifyOEmbed(HttpSource):
    """A `MediaSource`."""

    name = "Spotify oEmbed"
    url = "https://open.spotify.com"
    hosts = MediaHosts(("https://*.spotifycdn.com", "https://i.scdn.co"))

    async def media_of(self, track: Track) -> Media:
        """Return the cover of a track with a Spotify id."""
        if not is_spotify_id(track.id):
            return Media()
        page = f"https://open.spotify.com/track/{track.id}"

        def read(text: str) -> Media:
            answer = json_object(text, self.name)
            if "thumbnail_url" not in answer:
                raise SourceUnavailable(self.name, "no picture in the answer")
            image = web_address(answer["thumbnail_url"])
            return Media(Cover(image, NAME, page) if image else None)

        return await self.ask("oembed", read, params={"url": page}, instead={400: Media(), 404: Media()})
