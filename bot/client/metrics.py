"""Metrics for Prometheus, on a separate port."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import discord
from discord.ext import commands
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
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
from bot.domain.errors import HotListEmpty, ModelUnavailable, SamewaveError, StorageFailed
from bot.services.use_cases import Services

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0)


class Metrics:
    """Counts commands and presses; other values are read on scrape.

    Labels are names of commands and services only: no text, no user, no server.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
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
        self._tracks = Gauge("samewave_tracks", "Tracks in the catalogue.", registry=registry)
        self._hot_list_age = Gauge(
            "samewave_hot_list_age_seconds",
            "Since the hot list was fetched; NaN without one.",
            registry=registry,
        )
        self._model_age = Gauge(
            "samewave_model_age_seconds", "Since the model was trained; NaN without one.", registry=registry
        )
        self._hot_list_week = Gauge(
            "samewave_hot_list_week_age_seconds",
            "Since the hot list's week began; NaN without one.",
            registry=registry,
        )
        self._good = Gauge(
            "samewave_source_good_share",
            "Share of a service's good answers in 24 hours, of all processes.",
            ["source"],
            registry=registry,
        )
        self._answers = Gauge(
            "samewave_answers_last_day",
            "Answers in 24 hours by what they go by.",
            ["basis"],
            registry=registry,
        )
        self._unfound = Gauge(
            "samewave_unfound_songs", "Songs that nobody could find, as listed.", registry=registry
        )
        self._connected = Gauge("samewave_shards_connected", "Open lines to Discord.", registry=registry)
        self._dropped = Gauge(
            "samewave_dropped",
            "Commands and presses that came too late, or were too many.",
            registry=registry,
        )
        self._guilds = Gauge("samewave_servers", "Servers that this process serves.", registry=registry)
        tasks = Gauge("samewave_tasks", "Tasks on the event loop.", registry=registry)
        tasks.set_function(lambda: len(asyncio.all_tasks()))
        registry.register(_Sources(services))
        registry.register(_Jobs(services))
        ProcessCollector(registry=registry)

    def watch(self, bot: Samewave) -> None:
        """Start counting the commands and presses of a bot."""
        bot.add_listener(self._completed, "on_command_completion")
        bot.add_listener(self._refused, "on_command_error")
        bot.add_listener(self._pressed, "on_interaction")
        self._connected.set_function(lambda: sum(not shard.is_closed() for shard in bot.shards.values()))
        self._dropped.set_function(lambda: bot.overload.dropped)
        self._guilds.set_function(lambda: len(bot.guilds))

    async def page(self, request: Request) -> Response:
        """All metrics in Prometheus's text format."""
        self._tracks.set(await self._count_of_tracks())
        self._hot_list_age.set(await self._age_of_the_hot_list())
        self._model_age.set(self._age_of_the_model())
        await self._set_status()
        return Response(all_figures(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _count_of_tracks(self) -> float:
        try:
            return await self._services.about.tracks()
        except StorageFailed:
            return float("nan")

    async def _age_of_the_hot_list(self) -> float:
        try:
            return _age((await self._services.hot_list.current()).fetched_at)
        except (HotListEmpty, StorageFailed):
            return float("nan")

    def _age_of_the_model(self) -> float:
        try:
            return _age(self._services.models.recommender.bundle.created)
        except ModelUnavailable:
            return float("nan")

    async def _set_status(self) -> None:
        self._good.clear()
        self._answers.clear()
        try:
            status = await self._services.status()
        except StorageFailed:
            self._hot_list_week.set(float("nan"))
            self._unfound.set(float("nan"))
            return
        week = status.chart.chart.week if status.chart else None
        began = datetime.combine(week, datetime.min.time(), UTC) if week else None
        self._hot_list_week.set(_age(began) if began else float("nan"))
        self._unfound.set(len(status.unfound))
        for source in status.sources:
            if source.good is not None:
                self._good.labels(source.name).set(source.good)
        for basis, number in status.answers.items():
            self._answers.labels(basis).set(number)

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
            self._seconds.labels(name).observe((context.answered or time.perf_counter()) - context.began)

    async def _pressed(self, interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            data: dict[str, Any] = dict(interaction.data or {})
            kind = str(data.get("custom_id", "")).partition(":")[0]
            self._presses.labels(kind[:20]).inc()


class _Sources(Collector):
    """Metrics of the outside services, read from their guards."""

    def __init__(self, services: Services) -> None:
        self._guards = services.sources.guards

    def collect(self) -> Iterator[Any]:
        requests = CounterMetricFamily("samewave_source_asked", "Questions to a service.", labels=["source"])
        failed = CounterMetricFamily("samewave_source_failed", "Questions that failed.", labels=["source"])
        alone = GaugeMetricFamily(
            "samewave_source_left_alone", "1 while a service is not asked.", labels=["source"]
        )
        for guard in self._guards:
            requests.add_metric([guard.name], guard.requests)
            failed.add_metric([guard.name], guard.failed)
            alone.add_metric([guard.name], guard.blocked)
        yield from (requests, failed, alone)


class _Jobs(Collector):
    """Metrics of the background jobs."""

    def __init__(self, services: Services) -> None:
        self._jobs = services.jobs

    def collect(self) -> Iterator[Any]:
        succeeded = GaugeMetricFamily(
            "samewave_job_last_success_timestamp_seconds",
            "When a background job last succeeded; NaN before.",
            labels=["job"],
        )
        failed = CounterMetricFamily(
            "samewave_job_failed", "Failed runs of a background job.", labels=["job"]
        )
        for job in self._jobs:
            succeeded.add_metric([job.name], float("nan") if job.last_success is None else job.last_success)
            failed.add_metric([job.name], job.failures)
        yield from (succeeded, failed)


def metrics_app(metrics: Metrics) -> Starlette:
    """The application that serves the metrics under `/metrics`."""
    return Starlette(routes=[Route("/metrics", metrics.page)])


def _age(moment: datetime) -> float:
    return (datetime.now(UTC) - moment).total_seconds()
