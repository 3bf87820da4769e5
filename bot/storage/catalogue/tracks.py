"""The catalogue: tracks by id, row, title, words and likeness."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from time import time

from bot.domain.titles import artist_keys, normalise
from bot.domain.tracks import Track
from bot.storage.catalogue.fulltext import append_to_index, remove_from_index
from bot.storage.catalogue.fuzzy_search import rows_alike
from bot.storage.catalogue.prefix_search import few_rows_beginning
from bot.storage.catalogue.track_rows import COLUMNS, PLAIN, track_of, values_of
from bot.storage.catalogue.typo_search import rows_one_typo_away
from bot.storage.database import Database
from ml.features import FEATURE_NAMES


class Tracks:
    """Reads the catalogue, and keeps what was fetched from outside."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self) -> int:
        """How many tracks there are."""
        [(count,)] = await self._database.fetch("SELECT count(*) FROM tracks")
        return int(count)

    async def by_id(self, track_id: str) -> Track | None:
        """The track of an id."""
        rows = await self._database.look_up(f"SELECT {COLUMNS} FROM tracks WHERE id = ?", [track_id])
        return track_of(rows[0]) if rows else None

    async def by_rows(self, rows: Sequence[int]) -> list[Track]:
        """The tracks of some rows, in the order asked; rows that are gone are left out."""
        marks = ", ".join("?" * len(rows))
        found = {
            track.row: track
            for row in await self._database.look_up(
                f"SELECT {COLUMNS} FROM tracks WHERE row IN ({marks})", rows
            )
            for track in [track_of(row)]
        }
        return [found[row] for row in rows if row in found]

    async def titled(self, key: str, *, artists: Iterable[str] = (), limit: int = 100) -> list[Track]:
        """Tracks of exactly this title key, most popular first.

        Args:
            artists: normalised; only tracks with any of them in their artists' names.
        """
        named = json.dumps(list(artists), ensure_ascii=False)
        return [
            track_of(row)
            for row in await self._database.look_up(
                # A text without CAST would take the place of title_key in length(title_key): no index then.
                f"""
                SELECT {COLUMNS} FROM tracks
                WHERE length(title_key) = length(?1) AND title_key = CAST(?1 AS TEXT)
                  AND (?2 = '[]' OR EXISTS (SELECT 1 FROM json_each(?2) WHERE instr(artist_key, value)))
                ORDER BY popularity DESC, row LIMIT ?3
                """,
                [key, named, limit],
            )
        ]

    async def with_words(
        self, words: Sequence[str], *, but: Collection[int] = (), limit: int = 100
    ) -> list[Track]:
        """Tracks that have all these words in title and artists, the last one as a beginning too.

        Most popular first. Words are normalised ones.

        Args:
            but: rows that are left out.
        """
        found = await self._database.fetch(
            """
            SELECT row FROM (SELECT rowid AS rank FROM track_words WHERE track_words MATCH ? LIMIT ?)
            JOIN ranked USING (rank)
            """,
            [f"{' AND '.join(map(_phrase, words))} *", limit + len(but)],
        )
        return await self.by_rows([row for (row,) in found if row not in but][:limit])

    async def beginning_with(self, words: Sequence[str], *, limit: int = 100) -> list[Track]:
        """Tracks whose title begins with these words, the last one perhaps half typed; most popular first."""
        return await self._matching("track_words", f"title : ^{_phrase(' '.join(words))} *", limit)

    async def few_beginning_with(self, key: str, *, limit: int = 100) -> list[Track]:
        """Tracks whose title key begins with this one, most popular first; [] if there are none or many."""
        return await self.by_rows((await few_rows_beginning(self._database, key))[:limit])

    async def one_typo_away(self, key: str, *, limit: int = 60) -> list[Track]:
        """Tracks whose title keys are at most one slip of the finger away from it.

        The most popular track of each title comes first, then their others, both in order of popularity.
        """
        return await self.by_rows((await rows_one_typo_away(self._database, key))[:limit])

    async def alike(
        self,
        key: str,
        *,
        half_typed: bool = False,
        at_least: float = 0.0,
        enough: int | None = None,
        limit: int = 60,
    ) -> list[Track]:
        """The tracks whose title keys, alone or with the artists, are most like it, best first.

        Args:
            half_typed: whether as much of a title as was typed is compared.
            at_least: how alike (0-100).
            enough: with so many one slip away, others are not looked for.
        """
        rows = await rows_alike(self._database, key, half_typed=half_typed, at_least=at_least, enough=enough)
        return await self.by_rows(rows[:limit])

    async def by_artist(self, artists: Sequence[str], *, limit: int = 50) -> list[Track]:
        """Tracks with features by any of these artists, most popular first."""
        wanted = artist_keys(tuple(artists))
        phrases = [_phrase(key) for name in artists if (key := normalise(name)).strip('"')]
        found = (
            await self._matching("track_words", f"artist : ({' OR '.join(phrases)})", 4 * limit)
            if phrases
            else []
        )
        mine = [track for track in found if track.features and artist_keys(track.artists) & wanted]
        return mine[:limit]

    async def most_popular_of(self, rows: Sequence[int], *, limit: int) -> list[Track]:
        """The most popular tracks among some rows."""
        return [
            track_of(row)
            for row in await self._database.fetch(
                f"""
                SELECT {COLUMNS} FROM tracks WHERE row IN (SELECT value FROM json_each(?))
                ORDER BY popularity DESC NULLS LAST, row LIMIT ?
                """,
                [json.dumps(list(rows)), limit],
            )
        ]

    async def popular(self, limit: int) -> list[Track]:
        """The most popular imported tracks."""
        return [
            track_of(row)
            for row in await self._database.fetch(
                f"""
                SELECT {COLUMNS} FROM ranked JOIN tracks USING (row)
                WHERE tracks.source = 'import' AND tracks.popularity IS NOT NULL
                ORDER BY ranked.rank LIMIT ?
                """,
                [limit],
            )
        ]

    async def keep(self, track: Track) -> Track:
        """Store a fetched track (or what was learned of one), so that it is found here the next time.

        An imported row stays what it is. Returns the track with its row.
        """
        fields = (*PLAIN[1:], "title_key", "artist_key", "used_at", *FEATURE_NAMES)
        values = values_of(track)
        async with self._database.transaction() as connection:
            await connection.execute(
                f"""
                INSERT INTO tracks ({", ".join(fields)}) VALUES ({", ".join("?" * len(fields))})
                ON CONFLICT (id) DO UPDATE SET
                  used_at = excluded.used_at, source = excluded.source,
                  {", ".join(f"{name} = coalesce(excluded.{name}, {name})" for name in FEATURE_NAMES)}
                WHERE source <> 'import'
                """,
                values,
            )
            [(row, ranked)] = await connection.execute_fetchall(
                """
                SELECT row, EXISTS (SELECT 1 FROM ranked WHERE ranked.row = tracks.row)
                FROM tracks WHERE id = ?
                """,
                [track.id],
            )
            if not ranked:
                await append_to_index(connection, row, track.title, track.artists, track.popularity)
        return replace(track, row=row)

    async def touch(self, row: int) -> None:
        """Note that a fetched row was used now; unused ones expire."""
        await self._database.execute(
            "UPDATE tracks SET used_at = ? WHERE row = ? AND source <> 'import'", [time(), row]
        )

    async def expire(self, unused_since: float) -> int:
        """Remove fetched rows not used since then (Unix seconds). Returns how many."""
        async with self._database.transaction() as connection:
            old = list(
                await connection.execute_fetchall(
                    "SELECT row FROM tracks WHERE source <> 'import' AND used_at < ?", [unused_since]
                )
            )
            for (row,) in old:
                await remove_from_index(connection, row)
                await connection.execute("DELETE FROM tracks WHERE row = ?", [row])
        return len(old)

    async def _matching(self, index: str, query: str, limit: int) -> list[Track]:
        return [
            track_of(row)
            for row in await self._database.fetch(
                f"""
                SELECT {COLUMNS}
                FROM (SELECT rowid AS rank FROM {index} WHERE {index} MATCH ? LIMIT ?)
                JOIN ranked USING (rank) JOIN tracks USING (row)
                """,
                [query, limit],
            )
        ]


def fetched_after(connection: sqlite3.Connection, row: int) -> list[Track]:
    """The tracks fetched from outside that stand behind a row."""
    found = connection.execute(
        f"SELECT {COLUMNS} FROM main.tracks WHERE tracks.row > ? AND tracks.source <> 'import'", (row,)
    )
    return [track_of(fields) for fields in found]


def _phrase(text: str) -> str:
    """A string in FTS5's query language, whatever the text: https://sqlite.org/fts5.html#fts5_strings."""
    return '"' + text.replace('"', '""').replace("\0", "") + '"'
