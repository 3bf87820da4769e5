import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.charts import Chart, ChartEntry
from bot.domain.errors import ChartNotWhole
from bot.sources.charts.billboard import Billboard, parse
from bot.sources.guard import Guard
from bot.sources.http import Http
from tests.sources.conftest import ENOUGH
from tests.support.shared_data import shared_file
from tests.support.stand_ins.charts import ChartsStandIn, Markup, billboard_page
from tests.support.stand_ins.songs import ChartRow, made_up_week, true_weeks

WEEK = date(2026, 11, 21)


def entry(row: ChartRow) -> ChartEntry:
    return ChartEntry(row.rank, row.title, row.artist, row.last_week, row.peak, row.weeks)


@contextmanager
def refused(why: str) -> Iterator[None]:
    with pytest.raises(ChartNotWhole) as caught:
        yield
    assert why in caught.value.detail


@pytest.mark.parametrize("markup", ["labelled", "plain"])
def test_both_markups(markup: Markup) -> None:
    rows = made_up_week()
    rows[4] = replace(rows[4], title="R&B <i>Is</i> “Here”", artist="Tom & Jerry Featuring D’Artagnan")
    chart = parse(billboard_page(rows, WEEK, markup=markup))
    assert chart == Chart("billboard", "Billboard Hot 100", WEEK, tuple(entry(row) for row in rows))


def test_true_weeks_in_the_labelled_markup() -> None:
    weeks = true_weeks(shared_file("charts/hot100_2022-2026.csv"))
    for week in list(weeks)[::24]:
        chart = parse(billboard_page(weeks[week], week))
        assert chart.week == week
        assert [replace(one, title="", artist="") for one in chart.entries] == [
            replace(entry(row), title="", artist="") for row in weeks[week]
        ]
        assert [one.title for one in chart.entries] == [" ".join(row.title.split()) for row in weeks[week]]


def test_the_real_page_of_december_2022_says_what_the_table_says() -> None:
    chart = parse(real_page())
    table = true_weeks(shared_file("charts/hot100_2022-2026.csv"))[date(2022, 12, 3)]
    assert chart.week == date(2022, 12, 3)
    assert list(chart.entries) == [entry(row) for row in table]


def test_the_real_page_of_november_2021() -> None:
    page = gzip.decompress(shared_file("billboard/hot-100-2021-11-27.html.gz").read_bytes()).decode()
    chart = parse(page)
    assert chart.week == date(2021, 11, 27)
    assert chart.entries[0] == ChartEntry(1, "All Too Well (Taylor's Version)", "Taylor Swift", None, 1, 1)
    assert chart.entries[1] == ChartEntry(2, "Easy On Me", "Adele", 1, 1, 6)
    assert chart.entries[99] == ChartEntry(100, "For Tonight", "Giveon", 92, 80, 7)


def test_the_headline_tells_the_week_where_the_picker_is_gone() -> None:
    page = billboard_page(made_up_week(), WEEK)
    assert parse(page.replace("chart-date-picker", "no-picker")).week == WEEK
    assert parse(page.replace('data-date="2026-11-21"', 'data-date="soon"')).week == WEEK
    with refused("week"):
        parse(page.replace("chart-date-picker", "x").replace("Week of", "Some time around"))
    with refused("week"):
        parse(page.replace("chart-date-picker", "x").replace("November 21", "November 31"))


def test_figures_under_unknown_labels_are_left_out_not_guessed() -> None:
    page = billboard_page(made_up_week(), WEEK).replace(">PEAK<", ">SUMMIT<")
    first = parse(page).entries[0]
    assert (first.last_week, first.peak, first.weeks) == (1, None, 2)


def test_plain_cells_that_contradict_each_other_are_left_out() -> None:
    rows = made_up_week()
    rows[0] = replace(rows[0], last_week=1, peak=3, weeks=9)
    assert parse(billboard_page(rows, WEEK, markup="plain")).entries[0].peak is None


def test_a_page_that_would_choke_the_parser_is_refused() -> None:
    with refused("larger than a chart"):
        parse("<div>" * 1_000_000)
    with refused("201 entries, more than 100"):
        parse(billboard_page(made_up_week(201), WEEK))


@pytest.mark.parametrize("markup", ["labelled", "plain"])
def test_half_a_page_is_refused(markup: Markup) -> None:
    page = billboard_page(made_up_week(), WEEK, markup=markup)
    with refused("entries, not 100"):
        parse(page[: len(page) // 2])
    with refused("0 entries"):
        parse(billboard_page([], WEEK, markup=markup))


def test_gaps_and_nameless_entries_are_refused() -> None:
    rows = made_up_week(101)
    with refused("101 entries, more than 100"):
        parse(billboard_page(rows, WEEK))
    with refused("rank 51 stands at place 50"):
        parse(billboard_page(rows[:49] + rows[50:], WEEK))
    with refused("the title or artist at rank 7 has more than 300 characters"):
        parse(billboard_page([*rows[:6], replace(rows[6], title="La " * 1_300_000), *rows[7:100]], WEEK))
    with refused("rank 7 has no title or no artist"):
        parse(billboard_page([*rows[:6], replace(rows[6], artist=" "), *rows[7:100]], WEEK))
    with refused("rank 7 has no title or no artist"):
        parse(billboard_page([*rows[:6], replace(rows[6], title=""), *rows[7:100]], WEEK))


@pytest.mark.parametrize("rows", [100, 200])
def test_the_page_of_another_chart_at_this_address_is_refused(rows: int) -> None:
    with refused("another chart"):
        parse(billboard_page(made_up_week(rows), WEEK, chart="billboard-200"))


def test_a_real_page_that_is_another_charts_is_refused() -> None:
    with refused("another chart"):
        parse(real_page().replace("charts/hot-100/", "charts/billboard-200/"))


def test_a_page_without_addresses_of_its_own_is_known_by_its_titles() -> None:
    page = billboard_page(made_up_week(), WEEK)
    for address in ('rel="canonical"', "data-link"):
        page = page.replace(address, "data-nothing")
    assert parse(page).week == WEEK
    with refused("another chart"):
        parse(page.replace("<title>Billboard Hot 100", "<title>Billboard 200"))
    with refused("another chart"):
        parse(page.replace("<title>Billboard Hot 100", "<title>").replace('content="Billboard Hot 100"', ""))


@cache
def labelled_page() -> str:
    return billboard_page(made_up_week(), WEEK)


@given(st.text())
def test_no_text_is_an_accident(text: str) -> None:
    with pytest.raises(ChartNotWhole):
        parse(text)


@cache
def real_page() -> str:
    page = shared_file("billboard/hot-100-2022-12-03.html.gz")
    return gzip.decompress(page.read_bytes()).decode()


@pytest.mark.parametrize("original", [labelled_page, real_page])
@settings(max_examples=40)
@given(data=st.data())
def test_a_damaged_page_is_whole_or_refused(original: Callable[[], str], data: st.DataObject) -> None:
    page = original()
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(page)))
        end = min(len(page), start + data.draw(st.sampled_from([0, 1, 7, 40, 900, 50_000])))
        page = page[:start] + data.draw(st.text(max_size=12) | st.just(page[start:end] * 2)) + page[end:]
    try:
        chart = parse(page)
    except ChartNotWhole:
        return
    assert chart.fault(at_least=100) is None


async def test_fetch_asks_like_a_browser(http: Http, guard: Callable[[str], Guard]) -> None:
    async with ChartsStandIn() as charts:
        chart = await Billboard(http, guard("Billboard"), base_url=charts.url, seconds=ENOUGH).fetch()
    assert len(chart.entries) == 100
    assert charts.requests[0].headers["User-Agent"].startswith("Mozilla/")
