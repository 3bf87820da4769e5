"""Resolves a typed name in the catalogue only, without outside services."""

from bot.domain.errors import SongNotFound
from bot.domain.recommendations import SeedSong
from bot.services.scope import Scope
from bot.services.search.find import FindSongs
from bot.services.search.resolve import artist_seed, checked_query


class NamedHere:
    """For visitors of the page, who must not cause outside searches."""

    async def __call__(self, query: str, scope: Scope) -> SeedSong:
        """The catalogue's likeliest song by that name, else any song of the artist that is named.

        Raises:
            BadQuery: it is empty or too long.
            SongNotFound: neither is known.
        """
        text = checked_query(query)
        tracks = scope.serving.tracks
        found = await FindSongs(tracks.names, tracks)(text)
        sure = found.outcome == "song" or (found.outcome == "choice" and not found.unsure)
        if sure:
            for one in found.songs:
                if one.song.track is not None and one.song.track.source == "import":
                    return one.song
        artist = artist_seed(found, "" if found.outcome == "artist" else text)
        if artist is None:
            raise SongNotFound(text)
        return artist
