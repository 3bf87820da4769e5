"""Daily posts: what is posted into a channel, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.spelling import normalise

DailyKind = Literal["song", "mix", "hotlist"]
Fault = Literal["forbidden", "gone", "no likes", "failed"]
"""Why nothing could be posted: the bot may not write there; the channel is gone; nobody has liked a song yet;
another error, which is in the log."""

LATE = timedelta(hours=3)
"""How long after its hour a post is still made, if the bot was away."""
_ONE_DAY = timedelta(days=1)
_LOOKED_AHEAD = 9

_ZONES: Mapping[str, str] = {
    "bg": "Europe/Sofia",
    "cs": "Europe/Prague",
    "da": "Europe/Copenhagen",
    "de": "Europe/Berlin",
    "el": "Europe/Athens",
    "en-GB": "Europe/London",
    "es-ES": "Europe/Madrid",
    "fi": "Europe/Helsinki",
    "fr": "Europe/Paris",
    "hi": "Asia/Kolkata",
    "hr": "Europe/Zagreb",
    "hu": "Europe/Budapest",
    "it": "Europe/Rome",
    "ja": "Asia/Tokyo",
    "ko": "Asia/Seoul",
    "lt": "Europe/Vilnius",
    "nl": "Europe/Amsterdam",
    "no": "Europe/Oslo",
    "pl": "Europe/Warsaw",
    "ro": "Europe/Bucharest",
    "sv-SE": "Europe/Stockholm",
    "th": "Asia/Bangkok",
    "tr": "Europe/Istanbul",
    "uk": "Europe/Kyiv",
    "vi": "Asia/Ho_Chi_Minh",
    "zh-TW": "Asia/Taipei",
}
"""Time zones by those of Discord's locales that are spoken in one zone, or nearly so."""


@dataclass(frozen=True, slots=True)
class DailyPlan:
    """One kind of post of a server.

    Attributes:
        hour: 0 to 23, of the time zone called `zone`.
        weekday: 0 is Monday; None is every day.
        fault: why nothing could be posted the last time.
    """

    guild: int
    kind: DailyKind
    channel: int
    hour: int
    zone: str
    weekday: int | None = None
    fault: Fault | None = None

    def at(self, day: date) -> datetime:
        """When it is to be posted on a day, in UTC.

        An hour skipped in spring becomes the next one; of an hour that occurs twice, the first.
        """
        return datetime.combine(day, time(self.hour), ZoneInfo(self.zone)).astimezone(UTC)

    def due(self, now: datetime) -> date | None:
        """The day (in the plan's time zone) whose post is due; None if there is none.

        Args:
            now: aware.
        """
        today = now.astimezone(ZoneInfo(self.zone)).date()
        for day in (today, today - _ONE_DAY):  # an hour before midnight may be past it by now
            if self._is_on(day) and self.at(day) <= now < self.at(day) + LATE:
                return day
        return None

    def next_at(self, now: datetime) -> datetime:
        """When the next post comes, in UTC."""
        today = now.astimezone(ZoneInfo(self.zone)).date()
        days = (today + number * _ONE_DAY for number in range(_LOOKED_AHEAD))
        return next(self.at(day) for day in days if self._is_on(day) and self.at(day) > now)

    def _is_on(self, day: date) -> bool:
        return self.weekday is None or day.weekday() == self.weekday


def zone_of_locale(locale: str) -> str:
    """The time zone of one of Discord's locales; UTC for languages spoken in many zones."""
    return _ZONES.get(locale, "UTC")


@cache
def zones() -> Mapping[str, str]:
    """The names of all time zones by what people type: `europe berlin`, or `berlin` alone; reads files."""
    names = sorted(available_timezones())
    cities = {normalise(name.rpartition("/")[2]): name for name in reversed(names) if "/" in name}
    return {**cities, **{normalise(name): name for name in names}}


def zone_called(text: str) -> str | None:
    """The name of a time zone as people type it; None if there is none. Reads files the first time."""
    return zones().get(normalise(text))
