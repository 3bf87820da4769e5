"""The stored charts; the newest is the hot list."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import astuple, fields, replace
from datetime import UTC, date, datetime
from math import inf
from time import monotonic
from typing import Any

from bot.domain.charts import Chart, ChartEntry, StoredChart
from bot.domain.recommendations import hot_ref
from bot.domain.titles import title_key
from bot.storage.database import Database

_KEPT = 8
_GOOD_FOR_SECONDS = 5.0
_ENTRY = ", ".join(field.name for field in fields(ChartEntry))


class Charts:
    """Stores charts, each in one transaction."""

    def __init__(self, database: Database, *, now: Callable[[], float] = monotonic) -> None:
        self._database = database
        self._now = now
        self._reading = asyncio.Lock()
        self._number: int | None = None
        self._current: StoredChart | None = None
        self._by_title: dict[str, list[ChartEntry]] = {}
        self._read_again_at = -inf

    async def current(self) -> StoredChart | None:
        """The current chart, or None before the first refresh.

        Cached for a few seconds, because another process may refresh the list.
        """
        if self._now() >= self._read_again_at:
            async with self._reading:  # concurrent callers share one read
                if self._now() >= self._read_again_at:
                    await self._look_for_another()
                    self._read_again_at = self._now() + _GOOD_FOR_SECONDS
        return self._current

    async def newest(self) -> StoredChart | None:
        """The current chart, read anew: another process may have stored one this second."""
        self._read_again_at = -inf
        return await self.current()

    async def _look_for_another(self) -> None:
        [(newest,)] = await self._database.look_up("SELECT max(chart) FROM charts", [])
        if newest != self._number:
            self._current = None if newest is None else await self._read(newest)
            self._number = newest
            self._by_title = {}
            for entry in self._current.chart.entries if self._current else ():
                self._by_title.setdefault(title_key(entry.title), []).append(entry)

    async def titled(self, key: str) -> list[ChartEntry]:
        """The entries of the current chart with this title key, highest rank first."""
        await self.current()
        return self._by_title.get(key, [])

    async def before(self, at: float) -> StoredChart | None:
        """The chart in force at a time (Unix seconds), or the oldest that is kept; None without any."""
        [(number,)] = await self._database.fetch(
            """
            SELECT coalesce(max(CASE WHEN fetched_at <= ? THEN chart END), min(chart)) FROM charts
            """,
            [at],
        )
        return None if number is None else await self._read(number)

    async def formerly(self, song_refs: Collection[str]) -> dict[str, ChartEntry]:
        """Hot songs by reference, including those that left the list recently; unknown ones are omitted."""
        if not song_refs:
            return {}
        rows = await self._database.fetch(f"SELECT {_ENTRY} FROM chart_entries ORDER BY chart")
        entries = {hot_ref(entry): entry for entry in map(_entry, rows)}
        return {song_ref: entries[song_ref] for song_ref in song_refs if song_ref in entries}

    async def _read(self, number: int) -> StoredChart | None:
        heads = await self._database.fetch(
            "SELECT source, title, week, fetched_at FROM charts WHERE chart = ?", [number]
        )
        entries = await self._database.fetch(
            f"SELECT {_ENTRY} FROM chart_entries WHERE chart = ? ORDER BY rank", [number]
        )
        for source, title, week, fetched_at in heads:
            chart = Chart(source, title, date.fromisoformat(week), tuple(map(_entry, entries)))
            return StoredChart(chart, datetime.fromtimestamp(fetched_at, UTC))
        return None  # another process has just replaced it

    async def replace(self, chart: Chart, fetched_at: datetime) -> None:
        """Store a chart as the current one, in one transaction; a few old ones are kept for comparison.

        Raises:
            StorageFailed: it could not be written; the current chart stays.
        """
        async with self._database.transaction() as connection:
            [(number,)] = await connection.fetch(
                "INSERT INTO charts (source, title, week, fetched_at) VALUES (?, ?, ?, ?) RETURNING chart",
                [chart.source, chart.title, chart.week.isoformat(), fetched_at.timestamp()],
            )
            await connection.execute_many(
                f"""
                INSERT INTO chart_entries (chart, title_key, {_ENTRY}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [(number, title_key(entry.title), *astuple(entry)) for entry in chart.entries],
            )
            await connection.execute(
                """
                DELETE FROM charts
                WHERE chart NOT IN (SELECT chart FROM charts ORDER BY chart DESC LIMIT ?)
                """,
                [_KEPT],
            )
        async with self._reading:  # a concurrent read may return the old chart
            self._read_again_at = -inf


def _entry(row: tuple[Any, ...]) -> ChartEntry:
    entry = ChartEntry(*row)
    return entry if entry.explicit is None else replace(entry, explicit=bool(entry.explicit))
