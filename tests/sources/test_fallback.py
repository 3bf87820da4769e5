import asyncio
import logging
from datetime import date, timedelta

import pytest

from bot.domain.charts import Attempt, Chart, ChartEntry, Reason
from bot.domain.errors import ChartNotWhole, ChartsUnavailable, SourceUnavailable
from bot.domain.tracks import Track
from bot.sources.fallback import FirstChart, FirstFeatures, FirstLookup
from bot.sources.guard import SourceBlocked, SourceClosed
from ml.features import AudioFeatures

SONG = Track("StandIn000000000000001", "Fictional Tune", ("The Imaginary",))
SOUND = AudioFeatures(0.1, 0.2, 0.3, 0.4, 0.5, -6.0, 0.7, 120.0, 0.9)
OTHER_SOUND = AudioFeatures(0.9, 0.2, 0.3, 0.4, 0.5, -6.0, 0.7, 120.0, 0.9)


class Features:
    def __init__(
        self, name: str, says: AudioFeatures | SourceUnavailable | None = None, takes: float = 0
    ) -> None:
        self.name = name
        self.says = says
        self.takes = takes
        self.asked = 0

    async def features_of(self, track: Track) -> AudioFeatures | None:
        self.asked += 1
        await asyncio.sleep(self.takes)
        if isinstance(self.says, SourceUnavailable):
            raise self.says
        return self.says


def down(name: str = "Down") -> Features:
    return Features(name, SourceUnavailable(name, "HTTP 500"))


def closed(name: str = "Closed") -> Features:
    return Features(name, SourceClosed(name, "HTTP 403", retry_after=timedelta(hours=12)))


async def test_the_first_that_knows_answers_and_nobody_after_it_is_asked() -> None:
    last = Features("C", OTHER_SOUND)
    first = FirstFeatures([Features("A"), Features("B", SOUND), last], seconds=1)
    assert await first.features_of(SONG) == SOUND
    assert last.asked == 0


async def test_a_source_that_is_down_is_stepped_over_with_one_line(caplog: pytest.LogCaptureFixture) -> None:
    assert await FirstFeatures([down(), Features("B", SOUND)], seconds=1).features_of(SONG) == SOUND
    assert [record.getMessage() for record in caplog.records] == ["Down failed: HTTP 500"]


async def test_a_blocked_source_is_stepped_over_without_a_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    blocked = Features("A", SourceBlocked("A", "blocked"))
    assert await FirstFeatures([blocked, Features("B", SOUND)], seconds=1).features_of(SONG) == SOUND
    assert not caplog.records


async def test_nobody_knows() -> None:
    assert await FirstFeatures([Features("A"), Features("B")], seconds=1).features_of(SONG) is None
    assert await FirstFeatures([], seconds=1).features_of(SONG) is None


@pytest.mark.parametrize("order", [0, 1])
async def test_one_source_could_not_be_asked(order: int) -> None:
    sources = [down("Reccords"), Features("B")]
    with pytest.raises(SourceUnavailable) as caught:
        await FirstFeatures(sources[order:] + sources[:order], seconds=1).features_of(SONG)
    assert caught.value.source == "Reccords"


async def test_a_closed_source_is_skipped() -> None:
    assert await FirstFeatures([closed(), Features("B")], seconds=1).features_of(SONG) is None


async def test_all_closed_sources_are_an_error() -> None:
    with pytest.raises(SourceUnavailable):
        await FirstFeatures([closed(), closed("Shut")], seconds=1).features_of(SONG)


async def test_all_that_failed_are_named() -> None:
    with pytest.raises(SourceUnavailable) as caught:
        await FirstFeatures([down("A"), closed(), down("B")], seconds=1).features_of(SONG)
    assert caught.value.source == "A and B"
    assert caught.value.detail == "A: HTTP 500; B: HTTP 500"


@pytest.mark.looptime
async def test_a_slow_source_leaves_time_for_the_next() -> None:
    sources = [Features("Slow", takes=60), Features("B", SOUND, takes=0.1)]
    assert await FirstFeatures(sources, seconds=0.4).features_of(SONG) == SOUND
    assert asyncio.get_running_loop().time() == pytest.approx(0.3)


@pytest.mark.looptime
async def test_all_slow_end_with_the_deadline() -> None:
    with pytest.raises(SourceUnavailable, match="A and B"):
        await FirstFeatures([Features("A", takes=60), Features("B", takes=60)], seconds=0.3).features_of(SONG)
    assert asyncio.get_running_loop().time() == pytest.approx(0.3)


@pytest.mark.looptime
async def test_what_a_quick_source_leaves_over_goes_to_the_next() -> None:
    sources = [Features("Quick"), Features("B", SOUND, takes=0.3)]
    assert await FirstFeatures(sources, seconds=0.4).features_of(SONG) == SOUND


async def test_a_callers_limit_is_no_failure_of_a_source(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await FirstFeatures([Features("A", takes=60)], seconds=5).features_of(SONG)
    assert not caplog.records


class Lookup:
    def __init__(self, name: str, *songs: Track, down: bool = False) -> None:
        self.name = name
        self.songs = songs
        self.down = down

    async def track(self, track_id: str) -> Track | None:
        if self.down:
            raise SourceUnavailable(self.name, "HTTP 500")
        return next((song for song in self.songs if song.id == track_id), None)


async def test_lookup_goes_on_until_a_source_knows_the_id() -> None:
    first = FirstLookup([Lookup("A"), Lookup("B", SONG)], seconds=1)
    assert await first.track(SONG.id) == SONG
    assert await first.track("nothing") is None


async def test_nothing_found_with_one_source_down_is_not_nothing() -> None:
    first = FirstLookup([Lookup("A", down=True), Lookup("B", SONG)], seconds=1)
    assert await first.track(SONG.id) == SONG
    with pytest.raises(SourceUnavailable):
        await first.track("nothing")


class Charts:
    def __init__(self, name: str, says: Chart | SourceUnavailable) -> None:
        self.name = name
        self.says = says

    async def fetch(self) -> Chart:
        if isinstance(self.says, SourceUnavailable):
            raise self.says
        return self.says


TOO_FEW = Reason("{count} entries, not {wanted}", {"count": 10, "wanted": 100})
CHART = Chart("deezer", "Deezer chart", date(2026, 11, 21), (ChartEntry(1, "A", "B"),))


async def test_the_first_plausible_chart_is_used_with_reasons_for_the_others() -> None:
    sources = [
        Charts("Billboard", ChartNotWhole("Billboard", TOO_FEW)),
        Charts("Apple Music", SourceUnavailable("Apple Music", "HTTP 500")),
        Charts("Deezer", CHART),
    ]
    asked: list[str] = []

    async def asking(source: str) -> None:
        asked.append(source)

    chart, attempts = await FirstChart(sources, seconds=1).fetch(asking)
    assert chart == CHART
    assert asked == ["Billboard", "Apple Music", "Deezer"]
    assert attempts == [
        Attempt("Billboard", "not whole", TOO_FEW),
        Attempt("Apple Music", "unreachable", detail="HTTP 500"),
        Attempt("Deezer", "answered"),
    ]
    assert str(attempts[0].reason) == "10 entries, not 100"
    with pytest.raises(ChartsUnavailable) as caught:
        await FirstChart(sources[:2], seconds=1).fetch()
    assert caught.value.source == "Billboard and Apple Music"
    assert "(Billboard: 10 entries, not 100; Apple Music: HTTP 500)" in str(caught.value)
    assert caught.value.attempts == tuple(attempts[:2])
    with pytest.raises(ChartsUnavailable):
        await FirstChart([], seconds=1).fetch()
