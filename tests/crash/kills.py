"""Kills work at seeded moments and looks at what is left."""

import asyncio
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bot.domain.recommendations import Recommendation
from bot.services.catalogue.backup import StateFolder, back_up
from bot.storage.copies import check_state
from bot.wiring import open_services
from tests.crash.work import GUILD
from tests.sources.tables.fictional import csv_file, song
from tests.support.catalogues import in_catalogue
from tests.support.settings import settings_for

PROJECT = Path(__file__).parents[2]


def quiet(stage: str, share: float) -> None:
    """No progress."""


def rows_of(state: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(state / "state.db")) as connection:
        return connection.execute(sql).fetchall()


def number_of(state: Path, sql: str) -> int:
    [(number,)] = rows_of(state, sql)
    return int(str(number))


def children_of(process: int) -> list[int]:
    """Processes it started; they may have a session of their own, and die with it here."""
    lists = Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for one in lists for child in one.read_text().split()]


@dataclass
class Killer:
    """One state folder that goes from kill to kill.

    Attributes:
        charts: address of a charts stand-in.
        rows: songs of each imported table.
        longest: seconds after which work without an end is killed at the latest.
        usual: seconds that work with an end takes, as measured.
    """

    state: Path
    folder: Path
    charts: str
    seed: int
    rows: int = 4_000
    longest: float = 0.8
    usual: dict[str, float] = field(default_factory=dict)
    made: int = 0
    chance: random.Random = field(init=False)
    _models_moved_on: bool = False

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.models = {self.model_in_force()}

    def kill(self, kind: str) -> str:
        """Begin the work, kill it, look.

        Returns:
            what was seen, in a few words.
        """
        look = getattr(self, f"_look_after_{kind}")
        argument = getattr(self, f"_before_{kind}")()
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.work", kind, str(self.state), argument],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        began = time.monotonic()
        if kind in ("import", "train") and kind not in self.usual:
            process.wait()
            self.usual[kind] = time.monotonic() - began
        else:
            time.sleep(self._moment(kind))
        for one in (process.pid, *children_of(process.pid)):
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        told = process.stdout.read().splitlines()
        killed = process.wait() == -signal.SIGKILL
        self.look()
        return f"{'killed' if killed else 'ended'}, {look(told)}"

    def _moment(self, kind: str) -> float:
        """Seconds until the kill; of work with an end, every other one near it, where it is published."""
        whole = self.usual.get(kind)
        if whole is None:
            return self.chance.uniform(0, self.longest)
        return whole * self.chance.uniform(*self.chance.choice([(0, 1), (0.8, 1.1)]))

    def look(self) -> None:
        """Check what must hold after any kill: an intact database, a complete index, a bot that answers."""
        assert rows_of(self.state, "PRAGMA integrity_check") == [("ok",)]
        assert rows_of(self.state, "PRAGMA foreign_key_check") == []
        assert in_catalogue(self.state, "PRAGMA integrity_check") == [("ok",)]
        assert in_catalogue(self.state, "SELECT count(*) FROM ranked") == [self.imported()[:1]]
        now = self.model_in_force()
        self._models_moved_on = now > max(self.models)
        assert now in self.models or self._models_moved_on
        self.models.add(now)
        asyncio.run(self._answers())

    async def _answers(self) -> None:
        async with open_services(settings_for(self.state), rng=np.random.default_rng(1)) as services:
            await services.models.load()
            found = await services.recommend.song("Bohemian Rhapsody", services.scope.nowhere)
            assert isinstance(found, Recommendation)
            assert found.pick.row is not None

    def model_in_force(self) -> str:
        return (self.state / "models" / "current").read_text()

    def imported(self) -> tuple[int, int]:
        """Tracks and tables of the catalogue."""
        [(tracks, tables)] = in_catalogue(
            self.state, "SELECT (SELECT count(*) FROM tracks), (SELECT count(*) FROM imports)"
        )
        return tracks, tables

    def _before_import(self) -> str:
        self.made += 1
        self.before = self.imported()
        first = self.made * 1_000_000
        songs = [song(number) for number in range(first, first + self.rows)]
        return str(csv_file(self.folder / f"table{self.made}.csv", songs))

    def _look_after_import(self, told: Sequence[str]) -> str:
        (tracks, imports), now = self.before, self.imported()
        assert now in {(tracks, imports), (tracks + self.rows, imports + 1)}
        added = now[0] - tracks
        return "all rows" if added else "no row"

    def _before_train(self) -> str:
        self.made += 1
        return str(self.made)

    def _look_after_train(self, told: Sequence[str]) -> str:
        return "a new model" if self._models_moved_on else "the old model"

    def _before_refresh(self) -> str:
        return self.charts

    def _look_after_refresh(self, told: Sequence[str]) -> str:
        sizes = rows_of(
            self.state, "SELECT (SELECT count(*) FROM chart_entries e WHERE e.chart = c.chart) FROM charts c"
        )
        assert len(sizes) <= 8
        assert set(sizes) <= {(100,)}
        assert bool(sizes) >= bool(told)
        return f"{len(told)} refreshes"

    def _before_writes(self) -> str:
        self.first = number_of(self.state, 'SELECT coalesce(max("user"), 0) FROM feedback') + 1
        return str(self.first)

    def _look_after_writes(self, told: Sequence[str]) -> str:
        """Check that every acknowledged write is there, and at most one more."""
        last = int(told[-1]) if told else self.first - 1
        for sql in (
            'SELECT coalesce(max("user"), 0) FROM feedback',
            f"SELECT coalesce((SELECT substr(prefix, 2) FROM guilds WHERE guild = {GUILD}), 0)",
            'SELECT coalesce(max("user"), 0) FROM recommendations',
            "SELECT coalesce(max(panel), 0) FROM sessions",
        ):
            assert number_of(self.state, sql) in (last, last + 1), sql
        assert number_of(self.state, "SELECT count(*) FROM feedback") in (last, last + 1)
        logged = rows_of(self.state, "SELECT after FROM guild_log ORDER BY entry DESC LIMIT 1")
        stored = rows_of(self.state, f"SELECT '\"' || prefix || '\"' FROM guilds WHERE guild = {GUILD}")
        assert logged == stored
        [(panels, people, skips)] = rows_of(
            self.state,
            """
            SELECT (SELECT count(*) FROM sessions WHERE panel IS NOT NULL),
              (SELECT count(*) FROM session_people), (SELECT count(*) FROM session_skips)
            """,
        )
        assert (people, skips) == (2 * int(str(panels)), panels)
        return f"{len(told)} rounds of writes"

    def _before_backup(self) -> str:
        self.made += 1
        (self.folder / f"backups{self.made}").mkdir()
        return str(self.folder / f"backups{self.made}")

    def _look_after_backup(self, told: Sequence[str]) -> str:
        whole = [path for path in (self.folder / f"backups{self.made}").iterdir() if path.name[0] != "."]
        assert len(whole) in (len(told), len(told) + 1)
        for path in whole:
            with zipfile.ZipFile(path) as archive:
                assert archive.testzip() is None
                assert "backup.json" in archive.namelist()
        shutil.rmtree(self.folder / f"backups{self.made}")
        return f"{len(whole)} whole backups"

    def _before_restore(self) -> str:
        self.made += 1
        folder = self.folder / f"restores{self.made}"
        folder.mkdir()
        for name in "ab":
            with closing(sqlite3.connect(self.state / "state.db")) as connection, connection:
                connection.execute("INSERT OR REPLACE INTO metadata VALUES ('which', ?)", [name])
            back_up(StateFolder(self.state), folder / f"{name}.zip", quiet)
        return str(folder)

    def _look_after_restore(self, told: Sequence[str]) -> str:
        check_state(self.state / "state.db")
        [(which,)] = rows_of(self.state, "SELECT value FROM metadata WHERE name = 'which'")
        assert which in {"a", "b"}
        for saved in self.state.glob("before-restore-*"):
            shutil.rmtree(saved)
        return f"{len(told)} restores"
