"""Upgrades the single `samewave.db` of version 0.1 to a catalogue file and a state database."""

import json
import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from bot.domain.errors import StorageFailed
from bot.domain.spelling import name_key
from bot.domain.titles import song_key, title_key
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.catalogue.track_rows import PLAIN
from bot.storage.database import MIGRATIONS
from bot.storage.files import journals
from bot.storage.migrating import migrate
from bot.storage.sqlite_errors import is_damage
from ml.features import FEATURE_NAMES

OLD_NAME = "samewave.db"
OLD_MIGRATIONS = Path(__file__).with_name("legacy_migrations")
_PATIENCE = 600.0
_FETCHED = ", ".join((*PLAIN, "title_key", "artist_key", *FEATURE_NAMES, "source", "used_at"))
_SAME = """
SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT IN ('recommendations', 'playlists')
INTERSECT SELECT name FROM old.sqlite_master
"""
"""Tables that stay; of their columns the old ones. What is called `song_ref` was called `token`."""
_OTHERS = (
    f"INSERT INTO fetched_songs ({_FETCHED}) SELECT {_FETCHED} FROM old.tracks WHERE source <> 'import'",
    """
    INSERT INTO recommendations (recommendation, channel, track_id, hot_song, at, "user")
    SELECT recommendation, channel, tracks.id, hot_song, at, "user"
    FROM old.recommendations AS picks LEFT JOIN old.tracks ON tracks.row = picks.row
    WHERE tracks.id IS NOT NULL OR hot_song IS NOT NULL
    """,
    """
    INSERT INTO metadata (name, value) SELECT name, value FROM old.facts WHERE name <> 'catalogue'
    """,
    """
    INSERT INTO radios (channel, song_ref, title, artists, played, used_at)
    SELECT channel, token, title, artists, played, used_at FROM old.stations
    """,
    """
    INSERT INTO radio_songs (song, channel, track_id)
    SELECT song, channel, tracks.id FROM old.station_songs JOIN old.tracks USING (row)
    """,
    """
    INSERT INTO playlists (token, kind, name, track_ids, made_at)
    SELECT token, kind, name, (
      SELECT json_group_array(id) FROM (
        SELECT tracks.id AS id FROM json_each(playlists.rows) JOIN old.tracks ON tracks.row = value
        ORDER BY json_each.key
      )
    ), made_at
    FROM old.playlists
    """,
)
_RENAME_MEASURED = """
UPDATE metadata SET value = json_set(value, '$.catalogue', ?)
WHERE name = 'quality' AND json_valid(value) AND json_extract(value, '$.catalogue') = ?
"""
"""The catalogue in the stored quality measurements."""


def prepare_state(folder: Path) -> None:
    """Upgrade a state folder before any file in it is opened. Blocking.

    An interrupted upgrade starts again; until the last step the old database stays valid and unchanged.

    Raises:
        DatabaseTooNew: a newer Samewave made it.
        StorageFailed: it is damaged, cannot be read, or the disk is full.
    """
    if os.name == "posix" and folder.is_dir():
        with suppress(OSError):  # somebody else's
            folder.chmod(folder.stat().st_mode & ~0o077)
    catalogues = CatalogueFolder(folder / "catalogues")
    if (folder / OLD_NAME).exists():
        with catalogues.lock(patience=_PATIENCE):
            if (folder / OLD_NAME).exists():  # another process may have upgraded it
                _upgrade(folder, catalogues)
    catalogues.bring_up_to_date()


def _upgrade(folder: Path, catalogues: CatalogueFolder) -> None:
    old, state, part = folder / OLD_NAME, folder / "state.db", folder / "state.db.part"
    try:
        if not state.exists():
            migrate(old, OLD_MIGRATIONS)
            fingerprint = _fold_journal(old)
            _split_catalogue(old, fingerprint, catalogues)
            _split_state(old, part, fingerprint, catalogues.current())
            os.replace(part, state)
        for left in (old, *journals(old), *folder.glob("samewave-import*")):
            left.unlink(missing_ok=True)
    except (sqlite3.Error, OSError) as error:
        raise _not_upgraded(old, error) from error
    finally:
        for left in (part, *journals(part)):
            with suppress(OSError):
                left.unlink(missing_ok=True)


def _fold_journal(old: Path) -> str:
    """Checkpoint the journal, so that the file is complete; returns its fingerprint.

    Fails if another process, such as a bot of the old version, has the database open.
    """
    with closing(sqlite3.connect(old, isolation_level=None, timeout=1.0)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        found = connection.execute("SELECT value FROM facts WHERE name = 'catalogue'").fetchall()
        return str(found[0][0]) if found else ""


def _split_catalogue(old: Path, fingerprint: str, catalogues: CatalogueFolder) -> None:
    with closing(sqlite3.connect(old, isolation_level=None)) as connection:
        if not connection.execute("SELECT 1 FROM tracks WHERE source = 'import' LIMIT 1").fetchall():
            return
    builder = catalogues.builder()
    try:
        builder.begin_with(old, fingerprint)
        builder.finish()
        catalogues.put_in_force()
    finally:
        builder.close()


def _renew_keys(connection: sqlite3.Connection) -> None:
    """Store names under the keys of this version."""
    connection.create_function("title_key", 1, title_key)
    connection.create_function("name_key", 1, name_key)
    connection.create_function("song_key", 2, lambda title, names: "|".join(song_key(title, _names(names))))
    for statement in (
        "UPDATE chart_entries SET title_key = title_key(title)",
        "UPDATE fetched_songs SET title_key = title_key(title)",
        "UPDATE OR REPLACE guild_songs SET song = song_key(title, artists)",
        "UPDATE OR REPLACE guild_artists SET artist = name_key(name)",
        "UPDATE OR REPLACE feedback SET song = song_key(title, artists)",
    ):
        connection.execute(statement)


def _names(artists: str) -> tuple[str, ...]:
    return tuple(json.loads(artists))


def _split_state(old: Path, part: Path, fingerprint: str, catalogue: str) -> None:
    """Args: fingerprint, catalogue: what the catalogue was called, and is called now."""
    for left in (part, *journals(part)):
        left.unlink(missing_ok=True)
    migrate(part, MIGRATIONS)
    with closing(sqlite3.connect(part, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("ATTACH DATABASE ? AS old", [str(old)])
        connection.execute("BEGIN")
        for (table,) in connection.execute(_SAME).fetchall():
            before = {name.replace("token", "song_ref"): name for name in _columns(connection, "old", table)}
            columns = [name for name in _columns(connection, "main", table) if name in before]
            connection.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) "
                f"SELECT {', '.join(before[name] for name in columns)} FROM old.{table}"
            )
        for statement in _OTHERS:
            connection.execute(statement)
        connection.execute(_RENAME_MEASURED, [catalogue, fingerprint])
        _renew_keys(connection)
        connection.execute("COMMIT")
        connection.execute("DETACH DATABASE old")
        connection.execute("PRAGMA journal_mode = DELETE")  # one complete file


def _columns(connection: sqlite3.Connection, schema: str, table: str) -> list[str]:
    found = connection.execute("SELECT name FROM pragma_table_info(?, ?)", [table, schema])
    return [f'"{name}"' for (name,) in found]


def _not_upgraded(old: Path, error: Exception) -> StorageFailed:
    if isinstance(error, sqlite3.Error) and is_damage(error):
        return StorageFailed(
            f"The database {old} of the version before is damaged ({error}). Put a backup in its place with "
            "`samewave restore FILE`; keep the damaged file until then."
        )
    if "locked" in str(error):
        return StorageFailed(
            f"The database {old} is in use by a Samewave of the version before: stop that one first, then "
            "start again."
        )
    return StorageFailed(
        f"The database {old} could not be brought to this version ({error}); it is as it was before. Check "
        "the folder's permissions and the free disk space, then start again."
    )
