"""Deezer's chart: a public API, without a key."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial

from bot.domain.charts import Chart, ChartEntry, Reason
from bot.domain.errors import ChartNotWhole
from bot.i18n.marking import marked
from bot.sources.charts.validation import require_few, require_whole
from bot.sources.external_values import boolean, clean_text, mapping
from bot.sources.guard import Guard
from bot.sources.http import Http, json_object

NAME = "Deezer"
TITLE = "Deezer chart"

_ASKED = 100
_ENOUGH = 50


def today() -> date:
    """Return today's date in UTC."""
    return datetime.now(UTC).date()


class Deezer:
    """A `ChartSource` for Deezer's chart, which has no date of its own.

    Args:
        base_url: scheme and host, without a slash at the end.
        seconds: the time for one answer.
        today: the date a fetched chart gets.
    """

    name = NAME

    def __init__(
        self,
        http: Http,
        guard: Guard,
        *,
        base_url: str = "https://api.deezer.com",
        seconds: float = 10.0,
        today: Callable[[], date] = today,
    ) -> None:
        self._http = http
        self._guard = guard
        self._url = f"{base_url.rstrip('/')}/chart/0/tracks"
        self._seconds = seconds
        self._today = today

    async def fetch(self) -> Chart:
        """Return today's chart.

        Raises:
            ChartNotWhole: fewer than 50 songs or more than 200, a gap, or one without a name.
            SourceUnavailable: there is no chart.
        """
        return await self._guard.call(self._fetch)

    async def _fetch(self) -> Chart:
        reply = await self._http.get(
            self._url, source=NAME, seconds=self._seconds, params={"limit": str(_ASKED)}
        )
        return await reply.parse(partial(parse, week=self._today()))


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
