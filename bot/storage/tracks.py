"""The catalogue: tracks by id, row, title, words and likeness."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from time import time

from bot.domain.titles import artist_keys, normalise, title_key
from bot.domain.tracks import Track
from bot.storage.database import Database, Row
from bot.storage.misspelt import most_alike, rarest_query, slip_query, three_letter_pieces
from bot.storage.search_index import append_to_index, remove_from_index
from ml.features import FEATURE_NAMES, AudioFeatures

_PLAIN = (
    "row",
    "id",
    "title",
    "artists",
    "album",
    "popularity",
    "duration_ms",
    "release_year",
    "explicit",
    "key",
    "mode",
    "isrc",
    "source",
)
_COLUMNS = ", ".join(f"tracks.{name}" for name in (*_PLAIN, *FEATURE_NAMES))
_NEAR, _FAR, _HALF_TYPED = 1_000, 150, 60
"""Most titles compared: one slip away, with rare pieces in common, and of either while somebody types."""
_ALIKE = """
SELECT row, title_key, artist_key
FROM (SELECT rowid AS rank FROM title_trigrams WHERE title_trigrams MATCH ? LIMIT ?)
JOIN ranked USING (rank) JOIN tracks USING (row)
"""


class Tracks:
    """Reads the catalogue, and keeps what was fetched from outside."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counts: dict[str, int] = {}

    async def count(self) -> int:
        """How many tracks there are."""
        [(count,)] = await self._database.fetch("SELECT count(*) FROM tracks")
        return int(count)

    async def by_id(self, track_id: str) -> Track | None:
        """The track of an id."""
        rows = await self._database.look_up(f"SELECT {_COLUMNS} FROM tracks WHERE id = ?", [track_id])
        return _track(rows[0]) if rows else None

    async def by_rows(self, rows: Sequence[int]) -> list[Track]:
        """The tracks of some rows, in the order asked; rows that are gone are left out."""
        marks = ", ".join("?" * len(rows))
        found = {
            track.row: track
            for row in await self._database.look_up(
                f"SELECT {_COLUMNS} FROM tracks WHERE row IN ({marks})", rows
            )
            for track in [_track(row)]
        }
        return [found[row] for row in rows if row in found]

    async def titled(self, key: str, *, limit: int = 100) -> list[Track]:
        """Tracks of exactly this title key, most popular first."""
        return [
            _track(row)
            for row in await self._database.look_up(
                f"""
                SELECT {_COLUMNS} FROM tracks
                WHERE title_key = ? ORDER BY popularity DESC, row LIMIT ?
                """,
                [key, limit],
            )
        ]

    async def with_words(self, words: Sequence[str], *, limit: int = 100) -> list[Track]:
        """Tracks that have all these words in title and artists, the last one as a beginning too.

        Most popular first. Words are normalised ones.
        """
        quoted = " AND ".join(map(_phrase, words))
        return await self._matching("track_words", f"{quoted} *", limit)

    async def beginning_with(self, words: Sequence[str], *, limit: int = 100) -> list[Track]:
        """Tracks whose title begins with these words, the last one perhaps half typed; most popular first."""
        return await self._matching("track_words", f"title : ^{_phrase(' '.join(words))} *", limit)

    async def alike(self, key: str, *, half_typed: bool = False, limit: int = 60) -> list[Track]:
        """The tracks whose title keys, alone or with the artists, are most like it, best first.

        Titles within one slip of the finger are found by what the slip leaves intact, wherever it happened.
        Others share the rarest three-letter pieces.

        Args:
            half_typed: whether as much of a title as was typed is compared.
        """
        pieces = three_letter_pieces(key, whole=not half_typed)
        counts = await self._counts_of(pieces)
        rows: dict[int, tuple[str, str]] = {}
        for query, most in (
            (slip_query(pieces, counts), _HALF_TYPED if half_typed else _NEAR),
            (rarest_query(pieces, counts), _HALF_TYPED if half_typed else _FAR),
        ):
            # One round for each: a LIMIT on both together would let the far ones crowd out the near ones.
            found = await self._database.fetch(_ALIKE, [query, most]) if query else []
            rows.update((row, (title, artist)) for row, title, artist in found)
        return await self.by_rows(most_alike(key, rows, half_typed)[:limit])

    async def _counts_of(self, pieces: Sequence[str]) -> Mapping[str, int]:
        """How many titles have each piece; those that none has are left out."""
        unknown = [piece for piece in dict.fromkeys(pieces) if piece not in self._counts]
        marks = ", ".join("?" * len(unknown))
        self._counts.update(
            await self._database.fetch(
                f"SELECT term, doc FROM trigram_counts WHERE term IN ({marks})", unknown
            )
        )
        return self._counts

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
            _track(row)
            for row in await self._database.fetch(
                f"""
                SELECT {_COLUMNS} FROM tracks WHERE row IN (SELECT value FROM json_each(?))
                ORDER BY popularity DESC NULLS LAST, row LIMIT ?
                """,
                [json.dumps(list(rows)), limit],
            )
        ]

    async def popular(self, limit: int) -> list[Track]:
        """The most popular imported tracks."""
        return [
            _track(row)
            for row in await self._database.fetch(
                f"""
                SELECT {_COLUMNS} FROM ranked JOIN tracks USING (row)
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
        fields = (*_PLAIN[1:], "title_key", "artist_key", "used_at", *FEATURE_NAMES)
        values = _values(track)
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
            _track(row)
            for row in await self._database.fetch(
                f"""
                SELECT {_COLUMNS}
                FROM (SELECT rowid AS rank FROM {index} WHERE {index} MATCH ? LIMIT ?)
                JOIN ranked USING (rank) JOIN tracks USING (row)
                """,
                [query, limit],
            )
        ]


def fetched_after(connection: sqlite3.Connection, row: int) -> list[Track]:
    """The tracks fetched from outside that stand behind a row."""
    found = connection.execute(
        f"SELECT {_COLUMNS} FROM main.tracks WHERE tracks.row > ? AND tracks.source <> 'import'", (row,)
    )
    return [_track(fields) for fields in found]


def _phrase(text: str) -> str:
    """A string in FTS5's query language, whatever the text: https://sqlite.org/fts5.html#fts5_strings."""
    return '"' + text.replace('"', '""').replace("\0", "") + '"'


def _track(row: Row) -> Track:
    (
        number,
        track_id,
        title,
        artists,
        album,
        popularity,
        duration_ms,
        release_year,
        explicit,
        key,
        mode,
        isrc,
        source,
        *features,
    ) = row
    return Track(
        row=number,
        id=track_id,
        title=title,
        artists=tuple(json.loads(artists)),
        album=album,
        popularity=popularity,
        duration_ms=duration_ms,
        release_year=release_year,
        explicit=None if explicit is None else bool(explicit),
        key=key,
        mode=mode,
        isrc=isrc,
        source=source,
        features=None if features[0] is None else AudioFeatures(*features),
    )


def _values(track: Track) -> Iterable[object]:
    return [
        track.id,
        track.title,
        json.dumps(track.artists, ensure_ascii=False),
        track.album,
        track.popularity,
        track.duration_ms,
        track.release_year,
        track.explicit,
        track.key,
        track.mode,
        track.isrc,
        track.source,
        title_key(track.title),
        " ".join(normalise(artist) for artist in track.artists),
        time(),
        *(track.features.vector() if track.features else [None] * len(FEATURE_NAMES)),
    ]
