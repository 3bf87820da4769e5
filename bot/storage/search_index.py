"""The full-text indexes over titles and artists, laid down from the most popular track to the least."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import Any

import aiosqlite

from bot.storage.search_keys import artist_key, full_keys, title_keys

ROWS_AT_ONCE = 4_096
_HASH_BYTES = 8 << 20
"""What an index gathers in memory before it writes a segment; the default of 1 MB means many merges."""


async def rebuild_index(connection: aiosqlite.Connection, progress: Callable[[float], None]) -> None:
    """Lay down every track anew, inside the transaction that the connection is in."""
    [(total,)] = await connection.execute_fetchall("SELECT count(*) FROM tracks")
    await connection.execute("DELETE FROM ranked")
    for table in ("track_words", "title_trigrams"):
        await _command(connection, table, "delete-all")
        await _command(connection, table, "hashsize", _HASH_BYTES)
    done = 0
    async with (
        connection.execute(
            """
        SELECT row, title, title_key, artist_key FROM tracks
        ORDER BY popularity DESC NULLS LAST, artist_key, title, row
        """
        ) as tracks,
        aclosing(_batches(tracks)) as batches,
    ):
        async for rows, titles, keys, artists in batches:
            ranks = range(done + 1, done + len(rows) + 1)
            await connection.executemany(
                "INSERT INTO ranked (rank, row) VALUES (?, ?)", zip(ranks, rows, strict=True)
            )
            await connection.executemany(
                "INSERT INTO track_words (rowid, title, artist) VALUES (?, ?, ?)",
                zip(ranks, titles, artists, strict=True),
            )
            await connection.executemany(
                "INSERT INTO title_trigrams (rowid, title) VALUES (?, ?)", zip(ranks, keys, strict=True)
            )
            done += len(rows)
            progress(done / total)


async def _batches(tracks: aiosqlite.Cursor) -> AsyncGenerator[tuple[Sequence[Any], ...]]:
    """Columns of some tracks: rows, titles in full, title keys, artists. The next are made ready while
    these are worked on.
    """

    async def read() -> tuple[Sequence[Any], ...]:
        some = await tracks.fetchmany(ROWS_AT_ONCE)
        return await asyncio.to_thread(_columns, list(some))

    ahead = asyncio.create_task(read())
    try:
        while batch := await ahead:
            ahead = asyncio.create_task(read())
            yield batch
    finally:
        await asyncio.gather(ahead, return_exceptions=True)


def _columns(tracks: Sequence[Any]) -> tuple[Sequence[Any], ...]:
    if not tracks:
        return ()
    rows, titles, keys, artists = zip(*tracks, strict=True)
    return rows, full_keys(titles), keys, artists


async def append_to_index(
    connection: aiosqlite.Connection, row: int, title: str, artists: Sequence[str]
) -> None:
    """Make one new track findable, behind all others; it ranks by popularity after the next import."""
    [(rank,)] = await connection.execute_fetchall("SELECT coalesce(max(rank), 0) + 1 FROM ranked")
    await connection.execute("INSERT INTO ranked (rank, row) VALUES (?, ?)", (rank, row))
    words, trigrams = _indexed(title, artists)
    await connection.execute(
        "INSERT INTO track_words (rowid, title, artist) VALUES (?, ?, ?)", (rank, *words)
    )
    await connection.execute("INSERT INTO title_trigrams (rowid, title) VALUES (?, ?)", (rank, trigrams))


async def remove_from_index(connection: aiosqlite.Connection, row: int) -> None:
    """Take a track out of the index; call it before the track itself goes."""
    found = await connection.execute_fetchall(
        "SELECT rank, title, artists FROM ranked JOIN tracks USING (row) WHERE row = ?", (row,)
    )
    for rank, title, artists in found:
        words, trigrams = _indexed(title, json.loads(artists))
        # The indexes keep no text: they must be told what to forget.
        await connection.execute(
            "INSERT INTO track_words (track_words, rowid, title, artist) VALUES ('delete', ?, ?, ?)",
            (rank, *words),
        )
        await connection.execute(
            "INSERT INTO title_trigrams (title_trigrams, rowid, title) VALUES ('delete', ?, ?)",
            (rank, trigrams),
        )
        await connection.execute("DELETE FROM ranked WHERE rank = ?", (rank,))


def _indexed(title: str, artists: Sequence[str]) -> tuple[tuple[str, str], str]:
    [full], [key] = full_keys([title]), title_keys([title])
    return (full, artist_key(artists)), key


async def _command(connection: aiosqlite.Connection, table: str, command: str, value: int = 0) -> None:
    sql = {
        "track_words": "INSERT INTO track_words (track_words, rank) VALUES (?, ?)",
        "title_trigrams": "INSERT INTO title_trigrams (title_trigrams, rank) VALUES (?, ?)",
    }[table]
    await connection.execute(sql, (command, value))
