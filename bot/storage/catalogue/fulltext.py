"""The full-text indexes over titles and artists, in order of popularity."""

import json
from collections.abc import Sequence

import aiosqlite

from bot.storage.catalogue.fuzzy_search import padded
from bot.storage.catalogue.search_keys import artist_key, full_keys, title_keys

LOWEST_RANK = 1 << 28
"""Rows have room below it: a rank is a step of popularity and a row."""
ADD_WORDS = "INSERT INTO track_words (rowid, title, artist) VALUES (?, ?, ?)"
ADD_TRIGRAMS = "INSERT INTO title_trigrams (rowid, title) VALUES (?, ?)"
# The indexes keep no text: they must be told what to forget.
FORGET_WORDS = "INSERT INTO track_words (track_words, rowid, title, artist) VALUES ('delete', ?, ?, ?)"
FORGET_TRIGRAMS = "INSERT INTO title_trigrams (title_trigrams, rowid, title) VALUES ('delete', ?, ?)"


def rank_of(row: int, popularity: int | None) -> int:
    """Where a track stands in the index: the more popular the lower; unknown popularity comes last."""
    return (101 - (-1 if popularity is None else popularity)) * LOWEST_RANK + row


async def append_to_index(
    connection: aiosqlite.Connection, row: int, title: str, artists: Sequence[str], popularity: int | None
) -> None:
    """Make one new track findable."""
    rank = rank_of(row, popularity)
    await connection.execute("INSERT INTO ranked (rank, row) VALUES (?, ?)", (rank, row))
    words, trigrams = _indexed(rank, title, artists)
    await connection.execute(ADD_WORDS, (rank, *words))
    await connection.execute(ADD_TRIGRAMS, (rank, trigrams))


async def remove_from_index(connection: aiosqlite.Connection, row: int) -> None:
    """Take a track out of the index; call it before the track itself goes."""
    found = await connection.execute_fetchall(
        "SELECT rank, title, artists FROM ranked JOIN tracks USING (row) WHERE row = ?", (row,)
    )
    for rank, title, artists in found:
        words, trigrams = _indexed(rank, title, json.loads(artists))
        await connection.execute(FORGET_WORDS, (rank, *words))
        await connection.execute(FORGET_TRIGRAMS, (rank, trigrams))
        await connection.execute("DELETE FROM ranked WHERE rank = ?", (rank,))


def _indexed(rank: int, title: str, artists: Sequence[str]) -> tuple[tuple[str, str], str]:
    [full], [key] = full_keys([title]), title_keys([title])
    # Earlier versions counted the ranks from 1 and took the title keys as they are.
    return (full, artist_key(artists)), padded(key) if rank >= LOWEST_RANK else key
