"""Migrations of the state keep what is stored."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.storage.database import MIGRATIONS
from bot.storage.migrating import migrate, run_migrations


def test_playlists_outlive_the_table_that_allowed_three_kinds(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        run_migrations(database, MIGRATIONS, upto=2)
        database.execute("INSERT INTO playlists VALUES ('abc', 'mood', 'chill', '[\"x\"]', 5.0)")
    migrate(path, MIGRATIONS)
    with closing(sqlite3.connect(path)) as database:
        kept = database.execute("SELECT * FROM playlists").fetchall()
        database.execute("INSERT INTO playlists VALUES ('def', 'words', 'sound:calm', '[]', 6.0)")
    assert kept == [("abc", "mood", "chill", '["x"]', 5.0)]
