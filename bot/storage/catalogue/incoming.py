"""Adds songs of a table to a catalogue and completes known ones."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from bot.domain.spelling import normalise
from bot.domain.titles import title_key
from ml.features import FEATURE_NAMES

Columns = Mapping[str, Sequence[Any]]
"""A table: columns of one length by their names."""
_NAMES_KEPT = 32_768
OPTIONAL = ("album", "popularity", "duration_ms", "release_year", "explicit", "key", "mode")
GIVEN = ("id", "title", "artists", *OPTIONAL, *FEATURE_NAMES)
_KEYS = ("title_key", "artist_key")
_MADE, _NOT_MADE = "{0}id >= 'local:' AND {0}id < 'local;'", "({0}id < 'local:' OR {0}id >= 'local;')"

_INCOMING = (
    f"CREATE TEMP TABLE incoming (position INTEGER PRIMARY KEY, {', '.join((*GIVEN, *_KEYS))})",
    "CREATE TEMP TABLE incoming_labels (position INTEGER, kind, name)",
    "CREATE TEMP TABLE met (row INTEGER PRIMARY KEY, completed INTEGER NOT NULL)",
)
_FILL = f"INSERT INTO incoming VALUES ({', '.join('?' * (1 + len(GIVEN) + len(_KEYS)))})"
_WARNS = "{new}.explicit IS 1 AND tracks.explicit IS 0"
"""A song is explicit if any table says so."""
_LACKS = "tracks.{name} IS NULL AND {new}.{name} IS NOT NULL"


def _completes(new: str) -> str:
    return " OR ".join([*(_LACKS.format(name=name, new=new) for name in OPTIONAL), _WARNS.format(new=new)])


# Tracks that were there before the import, and whether they get something they lacked.
_MEET = f"""
INSERT INTO met (row, completed)
SELECT tracks.row, max({_completes("incoming")})
FROM incoming JOIN tracks USING (id) WHERE tracks.row <= :last GROUP BY tracks.row
ON CONFLICT (row) DO UPDATE SET completed = max(completed, excluded.completed)
"""
_ADD = f"""
INSERT INTO tracks ({", ".join((*GIVEN, *_KEYS))})
SELECT {", ".join((*GIVEN, *_KEYS))} FROM incoming WHERE {{which}} ORDER BY position
ON CONFLICT (id) DO UPDATE SET
  {", ".join(f"{n} = coalesce({n}, excluded.{n})" for n in OPTIONAL if n != "explicit")},
  explicit = coalesce(max(explicit, excluded.explicit), explicit, excluded.explicit)
WHERE {_completes("excluded")}
"""
_ADD_LABELS = """
INSERT INTO labels (kind, name)
SELECT kind, name FROM incoming_labels GROUP BY kind, name ORDER BY min(rowid)
ON CONFLICT DO NOTHING
"""
_LABELLED = """
SELECT tracks.row, labels.label
FROM incoming_labels JOIN labels USING (kind, name) JOIN incoming USING (position) JOIN tracks USING (id)
"""
_COMPLETE_BY_LABELS = f"""
UPDATE met SET completed = 1 WHERE row IN (
  SELECT row FROM ({_LABELLED}) AS given WHERE row <= :last AND NOT EXISTS (
    SELECT 1 FROM track_labels WHERE track_labels.row = given.row AND track_labels.label = given.label
  )
)
"""
_ADD_TRACK_LABELS = f"INSERT OR IGNORE INTO track_labels (row, label) {_LABELLED}"
# A song without an id is the most popular track of that name; one that was there without an id gets it.
_FIND_NAMED = f"""
UPDATE incoming SET id = coalesce(
  (SELECT tracks.id FROM former_ids JOIN tracks USING (row) WHERE former_ids.id = incoming.id),
  (
    SELECT tracks.id FROM tracks INDEXED BY tracks_by_name
    WHERE tracks.title_key = incoming.title_key AND tracks.artist_key = incoming.artist_key
      AND normalise(tracks.title) = normalise(incoming.title) AND {_NOT_MADE.format("tracks.")}
    ORDER BY popularity DESC NULLS LAST, row LIMIT 1
  ),
  id
)
WHERE {_MADE.format("incoming.")}
"""
_FIND_UNNAMED = f"""
SELECT tracks.row, tracks.id, incoming.id
FROM tracks JOIN incoming ON incoming.title_key = tracks.title_key AND incoming.artist_key = tracks.artist_key
WHERE {_MADE.format("tracks.")} AND {_NOT_MADE.format("incoming.")}
  AND normalise(tracks.title) = normalise(incoming.title)
  AND NOT EXISTS (SELECT 1 FROM tracks AS known WHERE known.id = incoming.id)
ORDER BY incoming.position, tracks.row
"""


class Incoming:
    """Adds chunks of cleaned songs, and records which existing tracks they match.

    Args:
        connection: to a catalogue that has its tables; it knows the function `normalise`.
        last: the last row before the import.
    """

    def __init__(self, connection: sqlite3.Connection, last: int) -> None:
        self._connection = connection
        self._last = last
        for statement in _INCOMING:
            connection.execute(statement)

    def add(self, tracks: Columns, labels: Columns) -> None:
        """Add one chunk of cleaned tracks with the labels of these; `position` counts in the tracks."""
        run = self._connection.execute
        run("DELETE FROM incoming")
        run("DELETE FROM incoming_labels")
        self._connection.executemany(_FILL, _filled(tracks))
        self._connection.executemany(
            "INSERT INTO incoming_labels VALUES (?, ?, ?)",
            zip(labels["position"], labels["kind"], labels["name"], strict=True),
        )
        self._give_ids()
        last = {"last": self._last}
        run(_MEET, last)
        run(_ADD.format(which=_NOT_MADE.format("")))
        if self._find_ids():
            run(_MEET, last)
            run(_ADD.format(which="1"))
        run(_ADD_LABELS)
        run(_COMPLETE_BY_LABELS, last)
        run(_ADD_TRACK_LABELS)

    def met(self) -> tuple[int, int]:
        """The number of existing tracks in the table, and how many of them were completed."""
        [(met, completed)] = self._connection.execute("SELECT count(*), coalesce(sum(completed), 0) FROM met")
        return met, completed

    def finish(self) -> None:
        """Drop the temporary index of names."""
        self._connection.execute("DROP INDEX IF EXISTS tracks_by_name")

    def _give_ids(self) -> None:
        """Replace generated ids of tracks by the ids of matching songs."""
        run = self._connection.execute
        if not run(f"SELECT 1 FROM tracks WHERE {_MADE.format('')} LIMIT 1").fetchall():
            return
        run("CREATE INDEX temp.incoming_by_name ON incoming (title_key, artist_key)")
        named: set[object] = set()
        for row, former, id in run(_FIND_UNNAMED).fetchall():
            if row not in named and id not in named:
                named |= {row, id}
                run("UPDATE tracks SET id = ? WHERE row = ?", [id, row])
                run("INSERT INTO former_ids VALUES (?, ?)", [former, row])
                if row <= self._last:
                    run("INSERT INTO met VALUES (?, 1) ON CONFLICT (row) DO UPDATE SET completed = 1", [row])
        run("DROP INDEX temp.incoming_by_name")

    def _find_ids(self) -> bool:
        """Find existing tracks for songs without an id; returns whether there are such songs."""
        run = self._connection.execute
        if not run(f"SELECT 1 FROM incoming WHERE {_MADE.format('')} LIMIT 1").fetchall():
            return False
        run("CREATE INDEX IF NOT EXISTS tracks_by_name ON tracks (title_key, artist_key)")
        run(_FIND_NAMED)
        return True


@lru_cache(_NAMES_KEPT)
def names_key(names: tuple[str, ...]) -> str:
    """All names, normalised, separated by spaces."""
    return " ".join(key for key in map(normalise, names) if key)


def _filled(tracks: Columns) -> Iterable[Sequence[Any]]:
    columns = {name: tracks[name] for name in GIVEN}
    titles, artists = columns["title"], columns["artists"]
    columns["artists"] = [json.dumps(names, ensure_ascii=False) for names in artists]
    keys = map(title_key, titles), map(names_key, map(tuple, artists))
    return zip(range(len(titles)), *columns.values(), *keys, strict=True)
