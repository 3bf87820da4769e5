"""Finds tracks by id, row, title, words and similarity."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from bot.domain.spelling import name_key
from bot.domain.titles import artist_keys
from bot.domain.tracks import Track
from bot.storage.catalogue.catalogue import Catalogue
from bot.storage.catalogue.fuzzy_search import rows_alike
from bot.storage.catalogue.names import NameIndex
from bot.storage.catalogue.track_rows import COLUMNS, track_of
from bot.storage.catalogue.trigrams import quoted
from bot.storage.state.fetched_songs import FetchedSongs
from bot.storage.stored_values import stored_json

_MOST_OF_ARTIST = 5_000
"""The largest number of rows read of one artist: more than anybody has recorded."""
_FEW = 1_000
# The index is laid out by length, so each length that some title has is looked at.
_ROWS_WITH_PREFIX = """
WITH RECURSIVE lengths (length) AS (
  SELECT length(?)
  UNION ALL
  SELECT (
    SELECT length(title_key) FROM tracks WHERE length(title_key) > lengths.length
    ORDER BY length(title_key) LIMIT 1
  )
  FROM lengths WHERE lengths.length IS NOT NULL
)
SELECT popularity, row
FROM lengths
CROSS JOIN tracks INDEXED BY tracks_by_title
ON length(title_key) = lengths.length AND title_key >= ? AND title_key < ? || char(1114111)
LIMIT ?
"""


class Tracks:
    """Reads the tracks of a catalogue; by id and title also songs fetched from outside."""

    def __init__(self, catalogue: Catalogue, fetched: FetchedSongs) -> None:
        self.catalogue = catalogue
        self.names = NameIndex(catalogue)
        self._fetched = fetched

    async def count(self) -> int:
        [(count,)] = await self.catalogue.fetch("SELECT count(*) FROM tracks")
        return int(count)

    async def by_id(self, track_id: str) -> Track | None:
        for row in self.catalogue.rows_of([track_id]):
            return (await self.by_rows([row]))[0]
        return await self._fetched.by_id(track_id)

    def rows_of(self, ids: Collection[str]) -> list[int]:
        """The catalogue rows of those of the ids that are in the catalogue, in their order."""
        return self.catalogue.rows_of(ids)

    async def by_rows(self, rows: Sequence[int]) -> list[Track]:
        """The tracks of some rows, in the given order; missing rows are omitted."""
        marks = ", ".join("?" * len(rows))
        found = {
            track.row: track
            for row in self.catalogue.look_up(f"SELECT {COLUMNS} FROM tracks WHERE row IN ({marks})", rows)
            for track in [track_of(row)]
        }
        return [found[row] for row in rows if row in found]

    async def titled(self, key: str, *, limit: int = 100) -> list[Track]:
        """Tracks with this title key, most popular first."""
        found = [
            track_of(row)
            for row in self.catalogue.look_up(
                # Without CAST, SQLite substitutes the text in length(title_key) and uses no index.
                f"""
                SELECT {COLUMNS} FROM tracks
                WHERE length(title_key) = length(?) AND title_key = CAST(? AS TEXT)
                ORDER BY popularity DESC, row LIMIT ?
                """,
                [key, key, limit],
            )
        ]
        return [*found, *await self.fetched_titled([key])][:limit]

    async def fetched_titled(self, keys: Sequence[str]) -> list[Track]:
        """Songs fetched from outside, not in the catalogue, that have any of these title keys."""
        return self._not_here(await self._fetched.titled(keys))

    async def fetched_near(self, key: str) -> list[Track]:
        """Songs fetched lately, not in the catalogue, whose title keys are one typo away from a key."""
        return self._not_here(await self._fetched.one_typo_away(key))

    def _not_here(self, fetched: Sequence[Track]) -> list[Track]:
        return [track for track in fetched if not self.catalogue.rows_of([track.id])]

    async def with_words(
        self, words: Sequence[str], *, but: Collection[int] = (), limit: int = 100
    ) -> list[Track]:
        """Tracks with all these words in title and artists, the last one as a prefix.

        Most popular first. Words are normalised ones.

        Args:
            but: rows to exclude.
        """
        found = await self._matching(f"{' AND '.join(map(quoted, words))} *", limit + len(but))
        return [track for track in found if track.row not in but][:limit]

    async def with_prefix(self, words: Sequence[str], *, limit: int = 100) -> list[Track]:
        """Tracks whose title starts with these words, the last one as a prefix; most popular first."""
        return await self._matching(f"title : ^{quoted(' '.join(words))} *", limit)

    async def few_with_prefix(self, key: str, *, limit: int = 100) -> list[Track]:
        """Tracks whose title key starts with a prefix, most popular first; [] if there are none or many."""
        # For a common prefix, a scan in order of popularity is faster.
        found = await self.catalogue.fetch(_ROWS_WITH_PREFIX, [key, key, key, _FEW])
        if len(found) == _FEW:
            return []
        found.sort(key=lambda track: (-(-1 if track[0] is None else track[0]), track[1]))
        return await self.by_rows([row for _, row in found[:limit]])

    async def alike(self, key: str, *, at_least: float, enough: int, limit: int = 60) -> list[Track]:
        """The tracks whose title keys begin most like it, best first; arguments as of `rows_alike`."""
        rows = await rows_alike(self.catalogue, key, at_least=at_least, enough=enough)
        return await self.by_rows(rows[:limit])

    async def by_artist(self, artists: Sequence[str], *, limit: int = 50) -> list[Track]:
        """Tracks with features by any of these artists, most popular first."""
        wanted = artist_keys(tuple(artists))
        ranks = [rank for found in self.names.artists(wanted).values() for rank in found[:limit]]
        tracks = self.names.tracks(sorted(set(ranks))[:limit])
        return [tracks[rank] for rank in sorted(tracks)]

    async def most_popular_of(self, rows: Sequence[int], *, limit: int) -> list[Track]:
        """The most popular tracks among some rows."""
        return await self._where(
            """
            tracks WHERE row IN (SELECT value FROM json_each(?))
            ORDER BY popularity DESC NULLS LAST, row LIMIT ?
            """,
            [json.dumps(list(rows)), limit],
        )

    async def popular(self, limit: int) -> list[Track]:
        return await self._where(
            """
            ranked JOIN tracks USING (row)
            WHERE tracks.popularity IS NOT NULL ORDER BY ranked.rank LIMIT ?
            """,
            [limit],
        )

    async def ids_by(self, artist: str) -> tuple[list[str], list[str]]:
        """The ids of an artist's tracks: those with the artist as first artist, and the others."""
        wanted = name_key(artist)
        found = await self.catalogue.fetch(
            """
            SELECT tracks.id, tracks.artists
            FROM artist_names JOIN ranked USING (rank) JOIN tracks USING (row)
            WHERE artist_names.key = ? ORDER BY rank LIMIT ?
            """,
            [wanted, _MOST_OF_ARTIST],
        )
        first: list[str] = []
        others: list[str] = []
        for id, names in found:
            credited = tuple(stored_json(names))
            if wanted in artist_keys(credited[:1]):
                first.append(id)
            elif wanted in artist_keys(credited):
                others.append(id)
        return first, others

    async def _matching(self, query: str, limit: int) -> list[Track]:
        return await self._where(
            """
            (SELECT rowid AS rank FROM track_words WHERE track_words MATCH ? LIMIT ?)
            JOIN ranked USING (rank) JOIN tracks USING (row)
            """,
            [query, limit],
        )

    async def _where(self, tables: str, values: Sequence[Any]) -> list[Track]:
        found = await self.catalogue.fetch(f"SELECT {COLUMNS} FROM {tables}", values)
        return [track_of(row) for row in found]
