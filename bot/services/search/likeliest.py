"""The song most likely meant, where a command needs several and cannot ask about each."""

from dataclasses import replace

from bot.domain.recommendations import Choice, SeedSong
from bot.services.scope import Scope
from bot.services.search.resolve import ResolveSong


async def likeliest(resolve: ResolveSong, query: str, scope: Scope) -> SeedSong:
    """The song of that name, or the most popular of several: `others` then says how many more there are.

    Raises:
        SamewaveError: one of its kinds, with the sentence for the asker.
    """
    found = await resolve(query, scope)
    if not isinstance(found, Choice):
        return found
    return replace(found.songs[0], others=len(found.songs) - 1)
