"""Finds titles and artists by their keys, also misspelt ones."""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from bot.domain.tracks import Track
from bot.storage.catalogue.catalogue import Catalogue
from bot.storage.catalogue.track_rows import COLUMNS, track_of
from bot.storage.catalogue.trigrams import count_common, quoted, rarest, trigrams

MOST_OF_A_TITLE, MOST_OF_AN_ARTIST = 500, 1_000
"""The largest numbers of tracks read, the most popular first."""
_BY_KEY = """
SELECT wanted.value, rank FROM json_each(?) AS wanted CROSS JOIN {table}
ON {table}.key = wanted.value AND rank <= coalesce(
  (SELECT rank FROM {table} WHERE key = wanted.value ORDER BY rank LIMIT 1 OFFSET ?), 9e15
)
"""
_RAREST = 8


class Name(NamedTuple):
    """The key of a title, or of an artist's name."""

    key: str
    artist: bool


class NameIndex:
    """Looks up names. A rank is a track's position in the order of popularity."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def titles(self, keys: Collection[str]) -> dict[str, list[int]]:
        """Ranks of tracks by their title keys, the most popular first."""
        return self._by_key("title_names", keys, MOST_OF_A_TITLE)

    def artists(self, keys: Collection[str]) -> dict[str, list[int]]:
        """Ranks of tracks by the keys of their artists, the most popular first."""
        return self._by_key("artist_names", keys, MOST_OF_AN_ARTIST)

    def tracks(self, ranks: Sequence[int]) -> dict[int, Track]:
        found = self._catalogue.look_up(
            f"SELECT rank, {COLUMNS} FROM json_each(?) JOIN ranked ON rank = value JOIN tracks USING (row)",
            [json.dumps(list(ranks))],
        )
        return {rank: track_of(fields) for rank, *fields in found}

    def titles_at(self, ranks: Sequence[int]) -> list[tuple[int, str]]:
        """Ranks with the titles as they are written."""
        return [
            (rank, title)
            for rank, title in self._catalogue.look_up(
                "SELECT rank, title FROM json_each(?) JOIN ranked ON rank = value JOIN tracks USING (row)",
                [json.dumps(list(ranks))],
            )
        ]

    async def with_phrase(self, words: Sequence[str], limit: int) -> list[int]:
        """Ranks of tracks with these words side by side in their titles, the last one perhaps half typed."""
        return await self._matching(f'title : "{" ".join(words)}" *', limit)

    async def with_words(self, words: Iterable[str], limit: int) -> list[int]:
        """Ranks of tracks that have all these words somewhere in title and artists."""
        return await self._matching(" AND ".join(f'"{word}"' for word in words), limit)

    def unknown_words(self, words: Collection[str]) -> set[str]:
        """The words that occur in no title and no artist's name: misspelt or half typed."""
        return {
            word
            for word in words
            if not self._catalogue.look_up(
                "SELECT 1 FROM track_words WHERE track_words MATCH ? LIMIT 1", [f'"{word}"']
            )
        }

    async def one_typo_away(self, key: str) -> list[Name]:
        """Names of about this length with the same first or second half."""
        found = await self._catalogue.fetch(
            """
            WITH halves AS (
              SELECT value ->> 0 AS size, value ->> 1 AS beginning, value ->> 2 AS end FROM json_each(?)
            )
            SELECT key, artist FROM halves CROSS JOIN names
            ON length(key) = size AND substr(key, 1, length(key) / 2) = beginning
            UNION
            SELECT key, artist FROM halves CROSS JOIN names
            ON length(key) = size AND substr(key, length(key) / 2 + 1) = end
            """,
            [json.dumps(halves_of(key), ensure_ascii=False)],
        )
        return [Name(name, bool(artist)) for name, artist in found]

    async def alike(self, key: str, limit: int) -> list[Name]:
        """Names that share rare trigrams with a key."""
        typed = trigrams(key)
        rare = rarest(typed, await count_common(self._catalogue, "name_trigrams", typed))[:_RAREST]
        if not rare:
            return []
        # At least two of the rare trigrams: a single one is shared by chance.
        some = [quoted(trigram) for trigram in rare]
        pairs = [f"({one} AND {other})" for at, one in enumerate(some) for other in some[at + 1 :]]
        found = await self._catalogue.fetch(
            """
            SELECT key, artist FROM names WHERE name IN (
              SELECT rowid FROM name_trigrams WHERE name_trigrams MATCH ? LIMIT ?
            )
            """,
            [" OR ".join(pairs or some), limit],
        )
        return [Name(name, bool(artist)) for name, artist in found]

    def _by_key(self, table: str, keys: Collection[str], most: int) -> dict[str, list[int]]:
        ranks: dict[str, list[int]] = {}
        for key, rank in self._catalogue.look_up(
            _BY_KEY.format(table=table), [json.dumps(list(keys), ensure_ascii=False), most]
        ):
            ranks.setdefault(key, []).append(rank)
        return ranks

    async def _matching(self, query: str, limit: int) -> list[int]:
        found = await self._catalogue.fetch(
            "SELECT rowid FROM track_words WHERE track_words MATCH ? LIMIT ?", [query, limit]
        )
        return [rank for (rank,) in found]


def halves_of(key: str) -> list[tuple[int, str, str]]:
    """Lengths with the first and the second half of all names that one typo turns into a key.

    A typo adds, drops or changes a letter, or swaps two neighbours.
    """
    length, middle = len(key), len(key) // 2
    halves = [
        (size, key[: size // 2], key[length - (size - size // 2) :]) for size in range(length - 1, length + 2)
    ]
    # Letters swapped across the middle change both halves.
    swapped = key[: middle - 1] + key[middle : middle + 1] + key[middle - 1 : middle] + key[middle + 1 :]
    return [*halves, (length, swapped[:middle], swapped[middle:])]
