"""The stored hot list with several processes and many readers."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.domain.charts import Chart, ChartEntry
from bot.domain.recommendations import hot_ref
from bot.domain.titles import title_key
from bot.storage.database import Database
from bot.storage.state.charts import Charts

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def chart(*titles: str) -> Chart:
    entries = tuple(ChartEntry(rank, title, "Somebody") for rank, title in enumerate(titles, 1))
    return Chart("billboard", "Billboard Hot 100", date(2026, 11, 21), entries)


async def test_concurrent_readers_share_one_read(database: Database) -> None:
    seconds = 0.0
    charts = Charts(database, now=lambda: seconds)
    await charts.replace(chart("One", "Two"), NOW)
    for _ in range(2):
        seconds += 100.0
        found = await asyncio.gather(*(charts.current() for _ in range(50)))
        assert found[0] is not None
        assert all(one is found[0] for one in found)


async def test_a_chart_that_another_process_stored_is_seen_a_few_seconds_later(database: Database) -> None:
    seconds = 0.0
    charts, elsewhere = Charts(database, now=lambda: seconds), Charts(database)
    assert await charts.current() is None
    await elsewhere.replace(chart("One"), NOW)
    assert await charts.current() is None
    seconds = 6.0
    assert [entry.title for entry in await charts.titled(title_key("One"))] == ["One"]


async def test_ones_own_chart_is_seen_at_once_even_while_the_old_one_is_read(database: Database) -> None:
    charts, elsewhere = Charts(database), Charts(database)
    await elsewhere.replace(chart("Old"), NOW)
    reading = asyncio.create_task(charts.current())
    await asyncio.sleep(0)
    await charts.replace(chart("New"), NOW)
    await reading
    assert [entry.title for entry in await charts.titled("new")] == ["New"]


async def test_every_figure_and_rating_of_an_entry_is_kept(database: Database) -> None:
    entries = (
        ChartEntry(1, "Rated", "A", 2, 1, 9, "Made0up0Song0000000001", explicit=True),
        ChartEntry(2, "Clean", "B", explicit=False),
        ChartEntry(3, "Unrated", "C"),
    )
    charts = Charts(database)
    await charts.replace(replace(chart(), entries=entries), NOW)
    stored = await charts.current()
    assert stored is not None
    assert stored.chart.entries == entries
    assert [entry.explicit for entry in await charts.titled("unrated")] == [None]
    again = await Charts(database).current()
    assert again is not None
    assert again.chart.entries == entries
    former = await charts.formerly([hot_ref(entries[0])])
    assert former[hot_ref(entries[0])].explicit is True
