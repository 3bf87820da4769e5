"""Counts queries without results, and knows the songs assigned to them."""

import asyncio
import logging
from collections.abc import Callable
from time import time

from bot.domain.errors import StorageFailed
from bot.domain.spelling import name_key, normalise
from bot.services.scope import Scope
from bot.services.search.query import Query
from bot.storage.state.named_songs import NamedSongs
from bot.storage.state.unfound_songs import UnfoundSongs

log = logging.getLogger(__name__)

_NOTE_SECONDS = 0.5


class Unfound:
    """The part that the resolver uses."""

    def __init__(self, songs: UnfoundSongs, named: NamedSongs, *, clock: Callable[[], float] = time) -> None:
        self._songs = songs
        self._named = named
        self._clock = clock

    async def meant(self, query: Query, scope: Scope) -> str | None:
        """The reference of the song assigned to a query."""
        return await self._named.meant(key_of(query), scope.guild)

    async def note(self, query: Query, scope: Scope) -> None:
        """Count a query in the background, so that the answer does not wait for a busy database."""
        key = key_of(query)
        if scope.user is None or not key:
            return
        try:
            async with asyncio.timeout(_NOTE_SECONDS):
                await self._songs.note(
                    key, normalise(query.text), scope.user, self._clock(), began=scope.began
                )
        except (TimeoutError, StorageFailed) as error:
            log.warning("a song that nobody could find was not counted: %r", error)


def key_of(query: Query) -> str:
    """One key for all spellings of what was asked for, without the words around it."""
    return query.key(query.names) or name_key(query.text)


def unknown_name(text: str) -> str:
    """The key under which a text without results in all services is stored."""
    return f"name:{name_key(text)}"
