"""Deezer's chart: a public API, without a key."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from bot.domain.charts import Chart, ChartEntry, Reason
from bot.domain.errors import ChartNotWhole
from bot.i18n.marking import marked
from bot.sources.charts.validation import require_few, require_whole
from bot.sources.external_values import boolean, clean_text, mapping
from bot.sources.guard import Guard
from bot.sources.http import Http, json_object
from bot.sources.http_source import HttpSource

NAME = "Deezer"
TITLE = "Deezer chart"

_ASKED = 100
_ENOUGH = 50


def _today() -> date:
    return datetime.now(UTC).date()


class Deezer(HttpSource):
    """A `ChartSource` for Deezer's chart, which has no date of its own.

    Args:
        today: the date a fetched chart gets, in UTC.
    """

    name = NAME
    url = "https://api.deezer.com"
    seconds = 10.0

    def __init__(self, http: Http, guard: Guard, *, today: Callable[[], date] = _today, **usual: Any) -> None:
        super().__init__(http, guard, **usual)
        self._today = today

    async def fetch(self) -> Chart:
        """Return today's chart.

        Raises:
            ChartNotWhole: fewer than 50 songs or more than 200, a gap, or one without a name.
            SourceUnavailable: there is no chart.
        """
        read = partial(parse, week=self._today())
        return await self.ask("chart/0/tracks", read, params={"limit": str(_ASKED)})


def parse(text: str, week: date) -> Chart:
    """Read the chart's JSON as the chart of that date.

    Raises:
        ChartNotWhole: fewer than 50 songs or more than 200, a gap, or one without a name.
        SourceUnavailable: no such chart at all.
    """
    songs = json_object(text, NAME).get("data")
    if not isinstance(songs, list):
        raise ChartNotWhole(NAME, Reason(marked("the answer holds no list of songs")))
    require_few(songs, source=NAME)
    entries = tuple(_entry(song) for song in songs)
    return require_whole(Chart("deezer", TITLE, week, entries), at_least=_ENOUGH, source=NAME)


def _entry(song: object) -> ChartEntry:
    """Read one song; what cannot be read is 0 or empty, which no whole chart has."""
    known = mapping(song)
    position = known.get("position")
    return ChartEntry(
        rank=position if isinstance(position, int) else 0,
        title=clean_text(known.get("title")),
        artist=clean_text(mapping(known.get("artist")).get("name")),
        explicit=boolean(known.get("explicit_lyrics")),
    )
