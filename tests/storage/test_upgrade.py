"""A state folder of version 0.1 becomes a catalogue file and a state database, without loss."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from bot.domain.errors import DatabaseTooNew, StorageFailed
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.copies import check_catalogue, check_state
from bot.storage.sqlite import SqliteDatabase
from bot.storage.state.sessions import Sessions
from bot.storage.upgrade import OLD_MIGRATIONS, prepare_state
from bot.wiring import open_services
from tests.support.catalogues import catalogue_file
from tests.support.old_state import SCHEMA, make_old_state, stored, upgraded
from tests.support.settings import settings_for

VERSIONS = sorted(int(file.name[:4]) for file in OLD_MIGRATIONS.glob("*.sql"))
OF_THE_FIRST = """
INSERT INTO facts (name, value) VALUES ('kept', 'yes');
INSERT INTO charts (source, title, week, fetched_at) VALUES ('billboard', 'Hot 100', '2026-11-21', 1.0);
INSERT INTO recommendations (channel, row, hot_song, at) VALUES (7, 1, NULL, 2.0);
INSERT INTO unknown_songs (song, until) VALUES ('nobody knows it', 9e9);
INSERT INTO tracks (row, id, title, artists, title_key, artist_key, source, acousticness, danceability,
  energy, instrumentalness, liveness, loudness, speechiness, tempo, valence)
VALUES (1, 'an id', 'A Song', '["Somebody"]', 'a song', 'somebody', 'import', 0, 0, 0, 0, 0, 0, 0, 0, 0.5);
INSERT INTO labels (label, kind, name) VALUES (3, 'genre', 'pop');
INSERT INTO track_labels (row, label) VALUES (1, 3);
INSERT INTO ranked (rank, row) VALUES (5, 1);
"""
MANY = """
INSERT INTO tracks (row, id, title, artists, title_key, artist_key, source, acousticness, danceability,
  energy, instrumentalness, liveness, loudness, speechiness, tempo, valence)
WITH RECURSIVE numbers (n) AS (SELECT 11 UNION ALL SELECT n + 1 FROM numbers WHERE n < 10 + ?)
SELECT n, 'id ' || n, 'Song ' || n, '["Nobody"]', 'song ' || n, 'nobody', 'import',
  0, 0, 0, 0, 0, 0, 0, 0, 0.5
FROM numbers
"""
PREPARE = """
import sys
from pathlib import Path
from bot.storage.sqlite import SqliteDatabase
from bot.storage.state.sessions import Sessions
from bot.storage.upgrade import prepare_state
print("begun", flush=True)
prepare_state(Path(sys.argv[1]))
"""


def test_everything_is_carried_over(tmp_path: Path) -> None:
    make_old_state(tmp_path)
    prepare_state(tmp_path)
    upgraded(tmp_path)
    check_state(tmp_path / "state.db")
    check_catalogue(catalogue_file(tmp_path))
    assert {path.name for path in tmp_path.iterdir()} == {"state.db", "catalogues"}
    before = (tmp_path / "state.db").read_bytes()
    prepare_state(tmp_path)
    assert (tmp_path / "state.db").read_bytes() == before


async def test_the_bot_starts_on_an_upgraded_state(tmp_path: Path) -> None:
    make_old_state(tmp_path)
    async with open_services(settings_for(tmp_path), rng=np.random.default_rng(1)) as services:
        tracks = services.scope.nowhere.serving.tracks
        assert await tracks.count() == 3
        fetched = await tracks.by_id("Made0up0Song0000000005")
        assert fetched is not None
        assert (fetched.row, fetched.source) == (None, "spotify")
        assert [song.title for song in (await services.guilds.privacy.about(99)).likes] == ["Étude"]
        assert (await services.guilds.settings.of(100)).prefix == "?"
    database = await SqliteDatabase.open(tmp_path / "state.db")
    session = await Sessions(database).open_in(7)
    await database.close()
    assert session is not None
    assert [wanted.song.title for wanted in session.queue] == ["Later"]
    assert session.people[1].away_since == 5.0


@pytest.mark.parametrize("older", VERSIONS[:-1])
def test_older_schemas_come_along(tmp_path: Path, older: int) -> None:
    first = make_old_state(tmp_path / "first", schema=1, rows=OF_THE_FIRST)
    with closing(sqlite3.connect(first)) as connection:
        for file in sorted(OLD_MIGRATIONS.glob("*.sql")):
            if 1 < int(file.name[:4]) <= older:
                connection.executescript(file.read_text("utf-8"))
        connection.executescript(f"PRAGMA user_version = {older}")
    prepare_state(tmp_path / "first")
    state = tmp_path / "first"
    assert stored(state, "SELECT value FROM metadata WHERE name = 'kept'") == [("yes",)]
    assert stored(state, "SELECT channel, track_id, at FROM recommendations") == [(7, "an id", 2.0)]
    catalogue = CatalogueFolder(state / "catalogues").open()
    [indexed] = catalogue.look_up(
        """
        SELECT id, rank, name
        FROM tracks JOIN ranked USING (row) JOIN track_labels USING (row) JOIN labels USING (label)
        """
    )
    assert indexed == ("an id", 1, "pop")


def test_without_songs_there_is_no_catalogue(tmp_path: Path) -> None:
    make_old_state(tmp_path, rows="INSERT INTO facts VALUES ('kept', 'yes');")
    prepare_state(tmp_path)
    assert CatalogueFolder(tmp_path / "catalogues").current() == ""
    assert stored(tmp_path, "SELECT * FROM metadata") == [("kept", "yes")]


def test_in_an_empty_folder_nothing_happens(tmp_path: Path) -> None:
    prepare_state(tmp_path / "nothing")
    assert not (tmp_path / "nothing" / "state.db").exists()


@pytest.mark.skipif(os.name != "posix", reason="kills")
def test_killed_midway_it_begins_again(tmp_path: Path) -> None:
    old = make_old_state(tmp_path / "old")
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute(MANY, [4_000])
    began = time.monotonic()
    shutil.copytree(tmp_path / "old", tmp_path / "timed")
    subprocess.run([sys.executable, "-c", PREPARE, str(tmp_path / "timed")], check=True)
    usual = time.monotonic() - began
    chance = random.Random(1)
    for number in range(6):
        state = tmp_path / str(number)
        shutil.copytree(tmp_path / "old", state)
        running = subprocess.Popen(
            [sys.executable, "-c", PREPARE, str(state)], stdout=subprocess.PIPE, text=True
        )
        assert running.stdout is not None
        assert running.stdout.readline() == "begun\n"
        time.sleep(chance.uniform(0, usual / 2))
        running.send_signal(signal.SIGKILL)
        running.communicate()
        assert (state / "samewave.db").exists() or (state / "state.db").exists()
        prepare_state(state)
        check_state(state / "state.db")
        catalogue = CatalogueFolder(state / "catalogues").open()
        assert catalogue.look_up("SELECT count(*) FROM tracks") == [(3 + 4_000,)]
        assert len(stored(state, "SELECT * FROM feedback")) == 2
        assert {path.name for path in state.iterdir()} == {"state.db", "catalogues"}
        assert not list((state / "catalogues").glob("*.part"))


def test_a_newer_or_damaged_one_is_a_sentence_and_stays(tmp_path: Path) -> None:
    old = make_old_state(tmp_path / "newer")
    with closing(sqlite3.connect(old)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    with pytest.raises(DatabaseTooNew, match="newer version"):
        prepare_state(tmp_path / "newer")
    damaged = make_old_state(tmp_path / "damaged")
    content = damaged.read_bytes()
    damaged.write_bytes(content[: len(content) // 3] + b"\xa5" * (2 * len(content) // 3))
    with pytest.raises(StorageFailed, match="of the version before"):
        prepare_state(tmp_path / "damaged")
    assert damaged.exists()
    assert not (tmp_path / "damaged" / "state.db").exists()


def test_a_bot_of_the_version_before_that_runs_is_a_sentence(tmp_path: Path) -> None:
    old = make_old_state(tmp_path)
    with closing(sqlite3.connect(old)) as running:
        running.execute("SELECT count(*) FROM tracks").fetchall()
        running.execute("BEGIN")
        running.execute("SELECT count(*) FROM tracks").fetchall()
        with pytest.raises(StorageFailed, match="stop that one first"):
            prepare_state(tmp_path)
    prepare_state(tmp_path)
    upgraded(tmp_path)
