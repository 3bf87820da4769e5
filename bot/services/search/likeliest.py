"""Picks the most likely song for commands that cannot ask back."""

from dataclasses import replace

from bot.domain.errors import SongNotFound
from bot.domain.recommendations import Choice, SeedSong
from bot.services.scope import Scope
from bot.services.search.resolve import ResolveSong


async def likeliest(resolve: ResolveSong, query: str, scope: Scope) -> SeedSong:
    """Resolve a query to the song, the most popular of several, or any song of a named artist; never a guess.

    Raises:
        SamewaveError: with a sentence for the user.
    """
    found = await resolve(query, scope, any_of_artist=True)
    if not isinstance(found, Choice):
        return found
    if found.unsure and found.artist is None:
        raise SongNotFound(query, found.songs[:3], only_here=found.only_here)
    if found.artist is not None:
        return replace(found.artist, alternatives=found.songs)
    first, *others = found.songs
    return replace(first, alternatives=tuple(others))
