"""Apple Music's most played songs of one country: an official feed, without a key."""

from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from bot.domain.charts import Chart, ChartEntry, Reason
from bot.domain.errors import ChartNotWhole
from bot.i18n.marking import marked
from bot.sources.charts.validation import require_few, require_whole
from bot.sources.external_values import clean_text, mapping
from bot.sources.guard import Guard
from bot.sources.http import Http, json_object
from bot.sources.http_source import HttpSource

NAME = "Apple Music"
TITLE = "Apple Music most played"

_ASKED = 100
_ENOUGH = 50
# The feed spells it "Explict". It rates explicit songs only, so a song without a rating is not rated.
_RATINGS = {"explict": True, "explicit": True, "clean": False, "cleaned": False, "notexplicit": False}


class AppleMusic(HttpSource):
    """A `ChartSource` for Apple's most played songs.

    Args:
        country: two letters, such as "us".
    """

    name = NAME
    url = "https://rss.marketingtools.apple.com"
    seconds = 10.0

    def __init__(self, http: Http, guard: Guard, *, country: str = "us", **usual: Any) -> None:
        super().__init__(http, guard, **usual)
        self._path = f"api/v2/{country.lower()}/music/most-played/{_ASKED}/songs.json"

    async def fetch(self) -> Chart:
        """Return the feed as of its last update.

        Raises:
            ChartNotWhole: fewer than 50 songs or more than 200, one without a name, or no date.
            SourceUnavailable: there is no feed.
        """
        return await self.ask(self._path, parse)


def parse(text: str) -> Chart:
    """Read the feed's JSON; the order is the rank.

    Raises:
        ChartNotWhole: fewer than 50 songs or more than 200, one without a name, or no date.
        SourceUnavailable: no such feed at all.
    """
    feed = json_object(text, NAME).get("feed")
    results = feed.get("results") if isinstance(feed, dict) else None
    if not isinstance(feed, dict) or not isinstance(results, list):
        raise ChartNotWhole(NAME, Reason(marked("the answer holds no list of songs")))
    week = _date(feed.get("updated"))
    if week is None:
        raise ChartNotWhole(NAME, Reason(marked("the chart names no week")))
    require_few(results, source=NAME)
    entries = tuple(_entry(rank, song) for rank, song in enumerate(results, start=1))
    return require_whole(Chart("apple", TITLE, week, entries), at_least=_ENOUGH, source=NAME)


def _entry(rank: int, song: object) -> ChartEntry:
    known = mapping(song)
    return ChartEntry(
        rank,
        clean_text(known.get("name")),
        clean_text(known.get("artistName")),
        explicit=_RATINGS.get(clean_text(known.get("contentAdvisoryRating")).casefold()),
    )


def _date(updated: object) -> date | None:
    """Read a date: the feed writes `Tue, 17 Nov 2026 08:13:31 +0000`; its older version wrote ISO 8601."""
    if not isinstance(updated, str):
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(updated).date()
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
