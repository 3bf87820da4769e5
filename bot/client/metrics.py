"""Metrics for Prometheus, on a separate port."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, time
from math import nan
from time import perf_counter
from typing import Any

import discord
from discord.ext import commands
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    Metric,
    ProcessCollector,
)
from prometheus_client import generate_latest as all_figures
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.client.bot import Samewave
from bot.client.context import SamewaveContext
from bot.domain.errors import SamewaveError, StorageFailed
from bot.domain.unfound import Status
from bot.services.use_cases import Services

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0)


class Metrics(Collector):
    """Counts commands and presses; other figures are read on scrape.

    Labels are names of commands and services only: no text, no user, no server.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._bot: Samewave | None = None
        self._tracks = nan
        self._status: Status | None = None
        self._registry = registry = CollectorRegistry()
        self._commands = Counter(
            "samewave_commands",
            "Commands by name and outcome: answered, refused in a sentence, failed.",
            ["name", "outcome"],
            registry=registry,
        )
        self._seconds = Histogram(
            "samewave_command_seconds",
            "From taking a command up to its answer.",
            ["name"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._presses = Counter(
            "samewave_presses", "Presses of buttons and menus.", ["kind"], registry=registry
        )
        registry.register(self)
        ProcessCollector(registry=registry)
        self.app = Starlette(routes=[Route("/metrics", self._page)])

    def watch(self, bot: Samewave) -> None:
        """Start counting the commands and presses of a bot."""
        self._bot = bot
        bot.add_listener(self._completed, "on_command_completion")
        bot.add_listener(self._refused, "on_command_error")
        bot.add_listener(self._pressed, "on_interaction")

    def collect(self) -> Iterator[Metric]:
        """The figures that nobody counts here."""
        services, bot, status, model = self._services, self._bot, self._status, self._services.models.model
        stored = status.chart if status else None
        week = datetime.combine(stored.chart.week, time.min, UTC) if stored else None
        fetched, trained = stored.fetched_at if stored else None, model.bundle.created if model else None
        unfound = len(status.unfound) if status else nan
        connected = [shard for shard in bot.shards.values() if not shard.is_closed()] if bot else []
        dropped, servers = (bot.overload.dropped, len(bot.guilds)) if bot else (0, 0)
        for name, what, figure in (
            ("tracks", "Tracks in the catalogue.", self._tracks),
            ("hot_list_age_seconds", "Since the hot list was fetched; NaN without one.", _age(fetched)),
            ("hot_list_week_age_seconds", "Since the hot list's week began; NaN without one.", _age(week)),
            ("model_age_seconds", "Since the model was trained; NaN without one.", _age(trained)),
            ("unfound_songs", "Songs that nobody could find, as listed.", unfound),
            ("shards_connected", "Open lines to Discord.", len(connected)),
            ("dropped", "Commands and presses that came too late, or were too many.", dropped),
            ("servers", "Servers that this process serves.", servers),
            ("tasks", "Tasks on the event loop.", len(asyncio.all_tasks())),
        ):
            yield GaugeMetricFamily(f"samewave_{name}", what, figure)
        good = {one.name: one.good for one in (status.sources if status else ()) if one.good is not None}
        answers = status.answers if status else {}
        yield _gauges("answers_last_day", "Answers in 24 hours by what they go by.", "basis", answers)
        what = "Share of a service's good answers in 24 hours, of all processes."
        yield _gauges("source_good_share", what, "source", good)
        alone = {guard.name: guard.blocked for guard in services.guards}
        yield _gauges("source_left_alone", "1 while a service is not asked.", "source", alone)
        asked = {guard.name: guard.requests for guard in services.guards}
        yield _counts("source_asked", "Questions to a service.", "source", asked)
        failed = {guard.name: guard.failed for guard in services.guards}
        yield _counts("source_failed", "Questions that failed.", "source", failed)
        done = {job.name: nan if job.last_success is None else job.last_success for job in services.jobs}
        what = "When a background job last succeeded; NaN before."
        yield _gauges("job_last_success_timestamp_seconds", what, "job", done)
        failures = {job.name: job.failures for job in services.jobs}
        yield _counts("job_failed", "Failed runs of a background job.", "job", failures)

    async def _page(self, request: Request) -> Response:
        """All metrics in Prometheus's text format."""
        tracks: float = nan
        status = None
        with suppress(StorageFailed):
            tracks = await self._services.about.tracks()
        with suppress(StorageFailed):
            status = await self._services.status()
        self._tracks, self._status = tracks, status  # together: another request may have waited meanwhile
        return Response(all_figures(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _completed(self, context: commands.Context[Any]) -> None:
        self._count(context, "answered")

    async def _refused(self, context: commands.Context[Any], error: commands.CommandError) -> None:
        if context.command is not None:
            cause = getattr(error, "original", error)
            expected = isinstance(cause, SamewaveError) or cause is error
            self._count(context, "refused" if expected else "failed")

    def _count(self, context: commands.Context[Any], outcome: str) -> None:
        name = context.command.qualified_name if context.command else "none"
        self._commands.labels(name, outcome).inc()
        if isinstance(context, SamewaveContext):
            self._seconds.labels(name).observe((context.answered or perf_counter()) - context.began)

    async def _pressed(self, interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            data: dict[str, Any] = dict(interaction.data or {})
            kind = str(data.get("custom_id", "")).partition(":")[0]
            self._presses.labels(kind[:20]).inc()


def _gauges(name: str, what: str, label: str, figures: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"samewave_{name}", what, labels=[label])
    for value, figure in figures.items():
        family.add_metric([value], figure)
    return family


def _counts(name: str, what: str, label: str, figures: Mapping[str, float]) -> Metric:
    family = CounterMetricFamily(f"samewave_{name}", what, labels=[label])
    for value, figure in figures.items():
        family.add_metric([value], figure)
    return family


def _age(moment: datetime | None) -> float:
    return (datetime.now(UTC) - moment).total_seconds() if moment else nan
