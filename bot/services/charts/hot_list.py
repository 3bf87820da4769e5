"""The hot list: reads and refreshes the stored chart, with a pause between refreshes."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.charts import (
    LAST_RESORT,
    Attempt,
    Chart,
    ChartChanges,
    ChartEntry,
    ChartOrigin,
    StoredChart,
    compare,
)
from bot.domain.errors import (
    ChartNotWhole,
    ChartsUnavailable,
    HotListEmpty,
    RefreshRefused,
    SourceUnavailable,
)
from bot.domain.titles import title_key
from bot.domain.tracks import distinct_songs
from bot.i18n.marking import marked
from bot.services.background import Lock
from bot.services.model_store import ServingStore
from bot.sources.fallback import FirstChart
from bot.storage.state.charts import Charts
from bot.storage.state.metadata import CHART_ATTEMPTS, Metadata

log = logging.getLogger(__name__)

FRESH = timedelta(days=1)
FRESH_LAST_RESORT = timedelta(hours=1)
PAUSE_AFTER_LAST_RESORT = timedelta(seconds=20)
"""Shorter, because no source answered; each has a circuit breaker."""
FEWEST_ENTRIES = 50
_LOCK = "hot list"
"""The lock of the one process that refreshes."""
_RUNNING = marked("The hot list is being refreshed right now; look again in a few seconds.")
_MOST_POPULAR = marked("Samewave catalogue's most popular")
_CLOCK_TOLERANCE = timedelta(minutes=5)
"""A time further in the future was written with a wrong clock, and is ignored."""


class HotList:
    """The stored chart, shared by all servers: one refresh at a time, with a pause after each.

    Sources are requested only through `refresh`. The fallback chart never replaces a real one.
    """

    def __init__(
        self,
        charts: Charts,
        serving: ServingStore,
        source: FirstChart,
        metadata: Metadata,
        *,
        lock: Lock,
        cooldown: timedelta,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._lock = lock
        self._charts = charts
        self._serving = serving
        self._source = source
        self._metadata = metadata
        self._cooldown = cooldown
        self._now = now
        self._refreshing = asyncio.Lock()
        self._tried_at: datetime | None = None

    async def current(self) -> StoredChart:
        """The current chart.

        Raises:
            HotListEmpty: there is none yet.
        """
        stored = await self._charts.current()
        if stored is None:
            raise HotListEmpty(
                "The hot list is still empty; a moderator can fill it with `{prefix}hotlist refresh`."
            )
        return stored

    def is_stale(self, stored: StoredChart) -> bool:
        """Whether the chart's week is more than eight days away; the list says so."""
        return stored.is_stale(self._now())

    async def origin(self) -> ChartOrigin:
        """The source of the list, and the outcome of the last refresh.

        Raises:
            HotListEmpty: there is none yet.
        """
        stored = await self.current()
        noted = await self._metadata.get(CHART_ATTEMPTS)
        if noted is None:
            return ChartOrigin(stored, (), None)
        tried_at, noted_attempts = json.loads(noted)
        attempts = tuple(Attempt.from_json(*attempt) for attempt in noted_attempts)
        return ChartOrigin(stored, attempts, datetime.fromtimestamp(tried_at, UTC))

    async def changes_since(self, at: float) -> ChartChanges:
        """What changed since a time (Unix seconds), as far back as charts are kept.

        Raises:
            HotListEmpty: there is none yet.
        """
        current, before = await self.current(), await self._charts.before(at)
        return compare(before.chart if before else None, current.chart)

    async def refresh(self, on_source: Callable[[str], Awaitable[None]] | None = None) -> ChartChanges:
        """Fetch the list and return what changed.

        Args:
            on_source: called with the name of each source before its request.

        Raises:
            RefreshRefused: one is running, or the last one was a moment ago.
            ChartsUnavailable: no source had a plausible chart; the stored one stays.
            StorageFailed: it could not be written; the stored one stays.
        """
        if self._refreshing.locked():
            raise RefreshRefused(_RUNNING)
        async with self._refreshing, self._lock(_LOCK) as free:
            if not free:
                raise RefreshRefused(_RUNNING)
            before = await self._charts.newest()
            self._refuse_if_just_done(before)
            self._tried_at = self._now()
            chart, attempts = await self._fetch_whole(before, on_source)
            await self._charts.replace(chart, self._now())
            log.info("hot list refreshed from %s, week of %s", chart.source, chart.week)
            return compare(before.chart if before else None, chart, attempts)

    async def refresh_if_due(self) -> None:
        """Refresh a list that is a day old, the fallback chart after an hour.

        Raises:
            ChartsUnavailable: no source had a plausible chart; the stored one stays.
            StorageFailed: the stored list could not be read, or the new one not be written.
        """
        stored = await self._charts.current()
        if stored is not None:
            due_after = FRESH_LAST_RESORT if stored.chart.source == LAST_RESORT else FRESH
            if -_CLOCK_TOLERANCE <= self._now() - stored.fetched_at < due_after:
                return
        with suppress(RefreshRefused):  # it was refreshed a moment ago
            await self.refresh()

    def _refuse_if_just_done(self, before: StoredChart | None) -> None:
        last = max((t for t in (self._tried_at, before and before.fetched_at) if t), default=None)
        if last is None or last > self._now() + _CLOCK_TOLERANCE:
            return
        last_resort = before is not None and before.chart.source == LAST_RESORT
        pause = min(self._cooldown, PAUSE_AFTER_LAST_RESORT) if last_resort else self._cooldown
        left = pause - (self._now() - last)
        if left > timedelta(0):
            seconds = max(1, round(left.total_seconds()))
            if seconds < 100:
                raise RefreshRefused(
                    "The hot list was refreshed a moment ago; it can be refreshed again in {seconds} s.",
                    seconds=seconds,
                )
            raise RefreshRefused(
                "The hot list was refreshed a moment ago; it can be refreshed again in {minutes} minutes.",
                minutes=round(seconds / 60),
            )

    async def _fetch_whole(
        self, before: StoredChart | None, on_source: Callable[[str], Awaitable[None]] | None
    ) -> tuple[Chart, Sequence[Attempt]]:
        try:
            chart, attempts = await self._source.fetch(on_source)
        except ChartsUnavailable as error:
            await self._note(error.attempts)
            raise
        await self._note(attempts)
        if fault := chart.fault(at_least=1 if chart.source == LAST_RESORT else FEWEST_ENTRIES):
            raise ChartNotWhole(chart.title, fault)
        if chart.source == LAST_RESORT and before is not None and before.chart.source != LAST_RESORT:
            refused = [attempt for attempt in attempts if attempt.source != LAST_RESORT]
            raise ChartsUnavailable(refused)
        entries = tuple([await self._known(entry) for entry in chart.entries])
        return replace(chart, entries=entries), attempts

    async def _note(self, attempts: Sequence[Attempt]) -> None:
        noted = [self._now().timestamp(), [attempt.to_json() for attempt in attempts]]
        await self._metadata.set(CHART_ATTEMPTS, json.dumps(noted))

    async def _known(self, entry: ChartEntry) -> ChartEntry:
        """Add the Spotify id of the catalogue's most popular version, if there is one."""
        if entry.track_id is not None:
            return entry
        for track in await self._serving.current().tracks.titled(title_key(entry.title)):
            if entry.is_song(track.title, track.artists):
                return replace(entry, track_id=track.id)
        return entry


class CatalogueChart:
    """The fallback `ChartSource`: the catalogue's hundred most popular songs."""

    name = LAST_RESORT

    def __init__(
        self, serving: ServingStore, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._serving = serving
        self._now = now

    async def fetch(self) -> Chart:
        """The hundred most popular songs, each once.

        Raises:
            SourceUnavailable: the catalogue is empty.
        """
        songs = distinct_songs(await self._serving.current().tracks.popular(1_000))[:100]
        if not songs:
            raise SourceUnavailable(self.name, "the catalogue is empty")
        entries = tuple(
            ChartEntry(rank, track.title, ", ".join(track.artists), track_id=track.id)
            for rank, track in enumerate(songs, start=1)
        )
        return Chart(self.name, _MOST_POPULAR, self._now().date(), entries)
