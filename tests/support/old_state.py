"""A state folder as version 0.1 left it: one database of schema 8 with a row of every kind; made up."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.storage.upgrade import OLD_MIGRATIONS
from tests.support.catalogues import in_catalogue

SCHEMA = 8
MADE_ID = "local:0123456789abcdef012345"
ROWS = Path(__file__).with_suffix(".sql").read_text("utf-8")


def make_old_state(folder: Path, *, schema: int = SCHEMA, rows: str = ROWS) -> Path:
    """Make the database as version 0.1 did, by its own migrations; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / "samewave.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        for file in sorted(OLD_MIGRATIONS.glob("*.sql")):
            if int(file.name[:4]) <= schema:
                connection.executescript(file.read_text("utf-8"))
        connection.executescript(f"PRAGMA user_version = {schema}; {rows}")
    return folder / "samewave.db"


def stored(state: Path, sql: str) -> list[tuple[Any, ...]]:
    """Rows of the state database."""
    with closing(sqlite3.connect(state / "state.db")) as connection:
        return connection.execute(sql).fetchall()


def upgraded(state: Path) -> None:
    """Check that everything of `old_state.sql` is in the new places."""
    assert in_catalogue(
        state, "SELECT row, id, title_key, popularity, isrc, valence FROM tracks ORDER BY row"
    ) == [
        (1, "Made0up0Song0000000001", "etude", 40, None, 0.75),
        (2, MADE_ID, "withoutid", None, "XX123", 0.25),
        (7, "Made0up0Song0000000007", "later", 90, None, 0.5),
    ]
    labels = "SELECT row, kind, name FROM track_labels JOIN labels USING (label) ORDER BY row, label"
    assert in_catalogue(state, labels) == [
        (1, "genre", "lullaby"),
        (1, "playlist", "p"),
        (7, "genre", "lullaby"),
        (7, "subgenre", "sea shanty"),
    ]
    assert in_catalogue(state, "SELECT * FROM imports") == [("feed", "table.csv", 12)]
    assert in_catalogue(state, "SELECT * FROM ancestors") == [("old fingerprint",)]
    assert in_catalogue(state, "SELECT row FROM ranked ORDER BY rank") == [(7,), (1,), (2,)]
    assert in_catalogue(state, "SELECT rowid FROM track_words WHERE track_words MATCH 'etude'") == [(2,)]
    assert stored(
        state, "SELECT id, source, used_at, valence, isrc, explicit FROM fetched_songs ORDER BY id"
    ) == [
        ("Made0up0Song0000000005", "spotify", 1700000000.5, 0.5, "YY1", 0),
        ("Made0up0Song0000000006", "reccobeats", 1700000001.5, None, None, None),
    ]
    assert stored(
        state, "SELECT recommendation, channel, track_id, hot_song, at, user FROM recommendations"
    ) == [
        (1, 7, "Made0up0Song0000000001", None, 10.0, 99),
        (2, 7, None, "hot:0123456789abcdef", 11.0, None),
        (3, 7, "Made0up0Song0000000005", None, 12.0, 99),
    ]
    assert stored(state, "SELECT channel, song_ref, played FROM radios") == [(7, "Made0up0Song0000000001", 2)]
    assert stored(state, "SELECT song, channel, track_id FROM radio_songs") == [
        (1, 7, "Made0up0Song0000000007"),
        (2, 7, "Made0up0Song0000000001"),
    ]
    assert stored(state, "SELECT * FROM playlists") == [
        (
            *("abc", "mood", "chill"),
            f'["Made0up0Song0000000007","Made0up0Song0000000001","{MADE_ID}"]',
            7.0,
        )
    ]
    [(catalogue,)] = stored(
        state, "SELECT json_extract(value, '$.catalogue') FROM metadata WHERE name = 'quality'"
    )
    assert (state / "catalogues" / f"{catalogue}.db").exists()
    assert stored(state, "SELECT value FROM metadata WHERE name <> 'quality'") == [("digest",)]
    counts = {
        "charts": 1,
        "chart_entries": 1,
        "source_blocks": 1,
        "unknown_songs": 1,
        "guilds": 1,
        "guild_songs": 2,
        "guild_artists": 1,
        "guild_log": 2,
        "feedback": 2,
        "sessions": 2,
        "session_people": 2,
        "session_queue": 1,
        "session_songs": 1,
        "session_upcoming": 1,
        "session_skips": 1,
        "session_opinions": 1,
        "session_polls": 1,
        "session_candidates": 1,
    }
    found = {table: stored(state, f"SELECT count(*) FROM {table}")[0][0] for table in counts}
    assert found == counts
    assert stored(state, "SELECT song_ref, title, seconds FROM session_candidates") == [
        ("Made0up0Song0000000007", "Later", 1.0)
    ]
    assert stored(state, "SELECT user, guild, song_ref, liked, at FROM feedback ORDER BY at") == [
        (99, 100, "Made0up0Song0000000001", 1, 1790000000.0),
        (99, None, "Made0up0Song0000000005", 0, 1790000001.0),
    ]
    assert stored(state, "PRAGMA foreign_key_check") == []
