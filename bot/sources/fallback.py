"""Combines sources: asks them in order within one deadline; distinguishes "unknown" from "unreachable"."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Generic, Protocol, TypeVar

from bot.domain.candidates import Media
from bot.domain.charts import Attempt, Chart
from bot.domain.errors import ChartNotWhole, ChartsUnavailable, SourceUnavailable
from bot.domain.tracks import Track
from bot.sources.guard import SourceBlocked, SourceClosed
from bot.sources.protocols import ChartSource, FeatureSource, MediaSource, TrackLookup
from ml.features import AudioFeatures

log = logging.getLogger(__name__)


class _Named(Protocol):
    name: str


Source = TypeVar("Source", bound=_Named)
Answer = TypeVar("Answer")
OnSource = Callable[[str], Awaitable[None]]
"""Takes a source's name."""


class FirstThatKnows(Generic[Source]):
    """Asks the sources in order, under one deadline.

    Each source gets at most an equal share of the time left: with three sources and six seconds, the first
    has two; what it does not need goes to the others. A source that is closed to this app (`SourceClosed`)
    counts as one that knows nothing.

    Args:
        sources: asked in this order.
        seconds: the time for all of them together.
    """

    def __init__(self, sources: Sequence[Source], *, seconds: float) -> None:
        self._sources = tuple(sources)
        self._seconds = seconds
        self.name = ", ".join(source.name for source in self._sources) or "no source"

    async def _first(self, ask: Callable[[Source], Awaitable[Answer | None]]) -> Answer | None:
        """Return the first answer that is not None.

        Raises:
            SourceUnavailable: there is none, and a source that may have one could not be asked.
        """
        failures: list[SourceUnavailable] = []
        try:
            async for _, answer in self._each(ask):
                if isinstance(answer, SourceUnavailable):
                    failures.append(answer)
                elif answer is not None:
                    return answer
        finally:
            _report(failures)
        missed = [failure for failure in failures if not isinstance(failure, SourceClosed)]
        if missed or (failures and len(failures) == len(self._sources)):
            raise _combined(missed or failures)
        return None

    async def _each(
        self, ask: Callable[[Source], Awaitable[Answer]]
    ) -> AsyncIterator[tuple[Source, Answer | SourceUnavailable]]:
        """Ask one source after the other, and yield its answer or its failure."""
        clock = asyncio.get_running_loop().time
        end = clock() + self._seconds
        for place, source in enumerate(self._sources):
            share = max(0.0, end - clock()) / (len(self._sources) - place)
            answer: Answer | SourceUnavailable
            try:
                async with asyncio.timeout(share) as limit:
                    answer = await ask(source)
            except SourceUnavailable as failure:
                answer = failure
            except TimeoutError:
                if not limit.expired():
                    raise
                answer = SourceUnavailable(source.name, f"no answer within its share of {share:.1f} s")
            yield source, answer


class FirstFeatures(FirstThatKnows[FeatureSource]):
    """A `FeatureSource` made of several."""

    async def features_of(self, track: Track) -> AudioFeatures | None:
        """Return the features of the first source that knows the track; None when none of them does.

        Raises:
            SourceUnavailable: none knew it, and one could not be asked.
        """
        return await self._first(lambda source: source.features_of(track))


class FirstLookup(FirstThatKnows[TrackLookup]):
    """A `TrackLookup` made of several."""

    async def track(self, track_id: str) -> Track | None:
        """Return the track of the first source that knows the id; None when none of them does.

        Raises:
            SourceUnavailable: none knew it, and one could not be asked.
        """
        return await self._first(lambda source: source.track(track_id))


class FirstMedia(FirstThatKnows[MediaSource]):
    """A `MediaSource` made of several: the first cover; a preview of any source asked up to then."""

    async def media_of(self, track: Track) -> Media:
        """Return the first cover, and whether any source asked has a preview.

        Raises:
            SourceUnavailable: no source had a cover, and one could not be asked.
        """
        failures: list[SourceUnavailable] = []
        has_preview = False
        cover = None
        async for _, found in self._each(lambda source: source.media_of(track)):
            if isinstance(found, SourceUnavailable):
                failures.append(found)
            else:
                has_preview, cover = has_preview or bool(found.has_preview), found.cover
            if cover is not None:
                break
        _report(failures)
        if failures and cover is None and not has_preview:
            raise _combined(failures)
        return Media(cover, has_preview or (None if failures else False))


class FirstChart(FirstThatKnows[ChartSource]):
    """Fetches the chart of the first source that has one."""

    async def fetch(self, on_source: OnSource | None = None) -> tuple[Chart, Sequence[Attempt]]:
        """Return the first plausible chart, and the outcome of each request.

        Args:
            on_source: called with the name of each source before its request.

        Raises:
            ChartsUnavailable: no source had one.
        """

        async def ask(source: ChartSource) -> Chart:
            if on_source is not None:
                await on_source(source.name)
            return await source.fetch()

        attempts: list[Attempt] = []
        failures: list[SourceUnavailable] = []
        try:
            async for source, chart in self._each(ask):
                if isinstance(chart, Chart):
                    return chart, [*attempts, Attempt(source.name, "answered")]
                failures.append(chart)
                if isinstance(chart, ChartNotWhole):
                    attempts.append(Attempt(source.name, "not whole", chart.reason))
                else:
                    attempts.append(Attempt(source.name, "unreachable", detail=chart.detail))
        finally:
            _report(failures)
        raise ChartsUnavailable(attempts)


def _report(failures: Sequence[SourceUnavailable]) -> None:
    """Log a line for each reason, with the sources that failed for it."""
    by_reason: dict[str, list[str]] = {}
    for failure in failures:
        if not isinstance(failure, SourceBlocked | SourceClosed):  # their log line came when the block began
            by_reason.setdefault(failure.detail or "", []).append(failure.source)
    for reason, names in by_reason.items():
        log.warning("%s failed: %s", ", ".join(names), reason)


def _combined(failures: Sequence[SourceUnavailable]) -> SourceUnavailable:
    waits = [failure.retry_after for failure in failures]
    known = [wait for wait in waits if isinstance(wait, timedelta)]
    return SourceUnavailable(
        " and ".join(dict.fromkeys(failure.source for failure in failures)),
        "; ".join(f"{failure.source}: {failure.detail}" for failure in failures),
        retry_after=min(known) if len(known) == len(waits) else None,
    )
