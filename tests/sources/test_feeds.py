import json
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import ChartNotWhole, SourceUnavailable
from bot.sources.charts import apple, deezer
from bot.sources.charts.apple import AppleMusic
from bot.sources.charts.billboard import Billboard
from bot.sources.charts.deezer import Deezer
from bot.sources.guard import Guard
from bot.sources.http import Http
from bot.sources.protocols import ChartSource
from tests.sources.conftest import SECONDS
from tests.support.stand_ins.charts import ChartsStandIn, apple_feed, deezer_chart
from tests.support.stand_ins.faults import Fault
from tests.support.stand_ins.songs import made_up_week

WEEK = date(2026, 11, 21)

any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def feed(entries: int = 100) -> Any:
    return deepcopy(apple_feed(made_up_week(entries), WEEK))


def chart(entries: int = 100) -> Any:
    return deepcopy(deezer_chart(made_up_week(entries)))


def read_apple(value: object) -> object:
    return apple.parse(json.dumps(value))


def read_deezer(value: object) -> object:
    return deezer.parse(json.dumps(value), WEEK)


async def test_apple(http: Http, guard: Callable[[str], Guard]) -> None:
    async with ChartsStandIn(week=WEEK) as charts:
        read = await AppleMusic(http, guard("Apple"), base_url=charts.url, country="DE").fetch()
    assert (read.source, read.title, read.week) == ("apple", "Apple Music most played", WEEK)
    assert [entry.rank for entry in read.entries] == list(range(1, 101))
    assert (read.entries[0].title, read.entries[0].artist) == ("Fictional Tune 1", "The Imaginary 1")
    assert charts.requests[0].path == "/api/v2/de/music/most-played/100/songs.json"


async def test_deezer(http: Http, guard: Callable[[str], Guard]) -> None:
    async with ChartsStandIn() as charts:
        source = Deezer(http, guard("Deezer"), base_url=charts.url, today=lambda: WEEK)
        read = await source.fetch()
    assert (read.source, read.title, read.week) == ("deezer", "Deezer chart", WEEK)
    assert len(read.entries) == 100
    assert charts.requests[0].query["limit"] == "100"


def test_fifty_are_enough_and_fewer_are_not() -> None:
    read_apple(feed(50))
    read_deezer(chart(50))
    with pytest.raises(ChartNotWhole):
        read_apple(feed(49))
    with pytest.raises(ChartNotWhole):
        read_deezer(chart(49))


def test_more_than_two_hundred_are_refused_before_they_are_read() -> None:
    read_apple(feed(200))
    read_deezer(chart(200))
    for count in (201, 5_000):
        with pytest.raises(ChartNotWhole) as caught:
            read_apple(feed(count))
        assert str(caught.value.reason) == f"{count} entries, more than 200"
        with pytest.raises(ChartNotWhole) as caught:
            read_deezer(chart(count))
        assert str(caught.value.reason) == f"{count} entries, more than 200"


@pytest.mark.parametrize("key", ["name", "artistName"])
def test_a_name_of_megabytes_is_refused(key: str) -> None:
    damaged = feed()
    damaged["feed"]["results"][7][key] = "La " * 1_300_000
    with pytest.raises(ChartNotWhole) as caught:
        read_apple(damaged)
    assert "rank 8 has more than 300 characters" in caught.value.detail


@pytest.mark.parametrize(
    ("rating", "explicit"),
    [("Explict", True), ("Explicit", True), ("explicit", True), ("Clean", False), (None, None), (7, None)],
)
def test_apples_rating_is_kept_and_its_absence_is_unknown(rating: object, explicit: bool | None) -> None:
    rated = feed()
    rated["feed"]["results"][0]["contentAdvisoryRating"] = rating
    assert "contentAdvisoryRating" not in rated["feed"]["results"][1]
    entries = apple.parse(json.dumps(rated)).entries
    assert (entries[0].explicit, entries[1].explicit) == (explicit, None)


@pytest.mark.parametrize(
    ("rating", "explicit"), [(True, True), (False, False), (None, None), ("yes", None), (1, None)]
)
def test_deezers_rating_is_kept(rating: object, explicit: bool | None) -> None:
    rated = chart()
    rated["data"][0]["explicit_lyrics"] = rating
    del rated["data"][1]["explicit_lyrics"]
    entries = deezer.parse(json.dumps(rated), WEEK).entries
    assert (entries[0].explicit, entries[1].explicit) == (explicit, None)


def test_entities_and_white_space_in_titles() -> None:
    damaged = feed()
    damaged["feed"]["results"][0]["name"] = " R&amp;B \n  Nights\ud800 "
    assert apple.parse(json.dumps(damaged)).entries[0].title == "R&B Nights"


@pytest.mark.parametrize("updated", ["2026-11-21T08:00:00.000-07:00", "Sat, 21 Nov 2026 08:13:31 +0000"])
def test_apple_dates(updated: str) -> None:
    dated = feed()
    dated["feed"]["updated"] = updated
    assert apple.parse(json.dumps(dated)).week == WEEK


@pytest.mark.parametrize("updated", [None, "", 7, "yesterday"])
def test_apple_without_a_date_is_refused(updated: object) -> None:
    undated = feed()
    undated["feed"]["updated"] = updated
    with pytest.raises(ChartNotWhole):
        read_apple(undated)


@pytest.mark.parametrize("wrong", [None, 7, "song", {}, {"name": "A"}, {"title": "A", "position": 3}])
def test_a_nameless_song_is_refused(wrong: object) -> None:
    of_apple, of_deezer = feed(), chart()
    of_apple["feed"]["results"][2] = wrong
    of_deezer["data"][2] = wrong
    with pytest.raises(ChartNotWhole):
        read_apple(of_apple)
    with pytest.raises(ChartNotWhole):
        read_deezer(of_deezer)


def test_a_gap_is_refused() -> None:
    gap = chart()
    del gap["data"][10]
    with pytest.raises(ChartNotWhole):
        read_deezer(gap)


@given(st.text() | any_json.map(json.dumps))
def test_no_text_is_an_accident(text: str) -> None:
    with pytest.raises(SourceUnavailable):
        apple.parse(text)
    with pytest.raises(SourceUnavailable):
        deezer.parse(text, WEEK)


@given(place=st.integers(0, 99), key=st.sampled_from(["name", "artistName", None]), value=any_json)
def test_a_damaged_feed_is_whole_or_refused(place: int, key: str | None, value: object) -> None:
    damaged = feed()
    if key is None:
        damaged["feed"]["results"][place] = value
    else:
        damaged["feed"]["results"][place][key] = value
    try:
        read = apple.parse(json.dumps(damaged))
    except SourceUnavailable:
        return
    assert read.fault(at_least=50) is None


@given(place=st.integers(0, 99), key=st.sampled_from(["title", "artist", "position", None]), value=any_json)
def test_a_damaged_chart_is_whole_or_refused(place: int, key: str | None, value: object) -> None:
    damaged = chart()
    if key is None:
        damaged["data"][place] = value
    else:
        damaged["data"][place][key] = value
    try:
        read = deezer.parse(json.dumps(damaged), WEEK)
    except SourceUnavailable:
        return
    assert read.fault(at_least=50) is None


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("kind", [Billboard, AppleMusic, Deezer])
async def test_every_fault_is_one_typed_error_in_time(
    kind: Callable[..., ChartSource], fault: Fault, http: Http, guard: Callable[[str], Guard]
) -> None:
    async with ChartsStandIn(fault=fault) as charts:
        source = kind(http, guard("charts"), base_url=charts.url, seconds=SECONDS)
        with pytest.raises(SourceUnavailable) as caught:
            await source.fetch()
    assert caught.value.source == source.name
