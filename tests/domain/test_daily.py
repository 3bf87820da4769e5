"""When a daily post is due: hours, weekdays, time zones, the days when the clocks change."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from bot.domain.daily import DailyKind, DailyPlan, zone_called, zone_of_locale


def plan(hour: int, zone: str = "UTC", weekday: int | None = None, kind: DailyKind = "song") -> DailyPlan:
    return DailyPlan(1, kind, 2, hour, zone, weekday)


def days_due(one: DailyPlan, begin: datetime, hours: int) -> list[date]:
    """The days that are due when one looks every ten minutes, each once."""
    looks = (begin + timedelta(minutes=10 * number) for number in range(6 * hours))
    return list(dict.fromkeys(day for look in looks if (day := one.due(look)) is not None))


@pytest.mark.parametrize("hour", [0, 2, 3, 8, 23])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"])
@pytest.mark.parametrize("month", [3, 10])
def test_every_day_has_one_post_also_where_the_clocks_change(month: int, zone: str, hour: int) -> None:
    """From the first of these months on, all clocks that change do so within 40 days."""
    found = days_due(plan(hour, zone), datetime(2026, month, 1, 12, tzinfo=UTC), 24 * 40)
    assert all(later - earlier == timedelta(1) for earlier, later in pairwise(found))
    assert len(found) in (40, 41)


def test_it_is_due_from_its_hour_on_for_three_hours_over_midnight_too() -> None:
    late = plan(23, "Europe/Berlin")
    assert late.due(datetime(2026, 7, 1, 20, 59, tzinfo=UTC)) is None
    assert late.due(datetime(2026, 7, 1, 21, 0, tzinfo=UTC)) == date(2026, 7, 1)
    assert late.due(datetime(2026, 7, 1, 23, 59, tzinfo=UTC)) == date(2026, 7, 1)  # 01:59 on the 2nd
    assert late.due(datetime(2026, 7, 2, 0, 1, tzinfo=UTC)) is None


def test_an_hour_that_is_left_out_is_the_next_and_one_that_comes_twice_is_the_first() -> None:
    berlin = plan(2, "Europe/Berlin")
    assert berlin.at(date(2026, 3, 29)) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert berlin.at(date(2026, 10, 25)) == datetime(2026, 10, 25, 0, tzinfo=UTC)


def test_a_week_has_one_mix_and_the_next_is_told() -> None:
    monday = plan(8, weekday=0, kind="mix")
    found = days_due(monday, datetime(2026, 11, 24, tzinfo=UTC), 24 * 21)
    assert found == [date(2026, 11, 30), date(2026, 12, 7), date(2026, 12, 14)]
    assert monday.next_at(datetime(2026, 11, 30, 8, tzinfo=UTC)) == datetime(2026, 12, 7, 8, tzinfo=UTC)


def test_time_zones_as_people_type_them() -> None:
    for text in ("Europe/Berlin", "europe berlin", "Berlin", "BERLIN"):
        assert zone_called(text) == "Europe/Berlin"
    assert zone_called("new york") == "America/New_York"
    assert zone_called("utc") == "UTC"
    assert zone_called("Middle Earth") is None
    assert zone_of_locale("de") == "Europe/Berlin"
    assert zone_of_locale("en-US") == "UTC"
