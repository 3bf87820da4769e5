"""Plausible charts, and the changes between two."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.charts import (
    LAST_RESORT,
    Attempt,
    Chart,
    ChartEntry,
    Reason,
    StoredChart,
    compare,
)

WEEK = date(2026, 11, 21)


def chart(titles: list[str], artist: str = "Nobody") -> Chart:
    entries = tuple(ChartEntry(n, title, artist) for n, title in enumerate(titles, start=1))
    return Chart("billboard", "Hot", WEEK, entries)


TITLES = st.lists(st.integers(0, 60).map("Song {}".format), unique=True, max_size=40)


@given(TITLES, TITLES)
def test_new_and_old_entries_make_up_the_new_chart(old: list[str], new: list[str]) -> None:
    before, after = chart(old), chart(new)
    changes = compare(before, after)
    fresh, gone = {e.title for e in changes.fresh}, {e.title for e in changes.gone}
    kept = set(old) & set(new)
    assert fresh | kept == set(new)
    assert gone | kept == set(old)
    assert not fresh & kept
    assert not gone & kept
    climbed = {entry.title: places for entry, places in changes.climbers}
    assert climbed == {t: old.index(t) - new.index(t) for t in kept if old.index(t) > new.index(t)}
    assert [places for _, places in changes.climbers] == sorted(climbed.values(), reverse=True)
    assert changes.nothing == (old == new)


@given(TITLES)
def test_against_nothing_everything_is_fresh(new: list[str]) -> None:
    changes = compare(None, chart(new))
    assert [entry.title for entry in changes.fresh] == new
    assert not changes.gone
    assert not changes.climbers
    assert not changes.nothing


def test_a_song_renamed_as_a_version_is_the_same_song() -> None:
    changes = compare(chart(["Stay", "Go"]), chart(["Go", "Stay (feat. Somebody)"]))
    assert not changes.fresh
    assert not changes.gone
    assert [(entry.title, places) for entry, places in changes.climbers] == [("Go", 1)]


@given(st.integers(1, 100))
def test_a_plausible_chart_has_no_fault(size: int) -> None:
    assert chart([f"Song {n}" for n in range(size)]).fault(at_least=size) is None
    assert chart([f"Song {n}" for n in range(size)]).fault(at_least=size + 1)


@pytest.mark.parametrize(
    "entries",
    [
        (ChartEntry(2, "b", "x"),),
        (ChartEntry(1, "a", "x"), ChartEntry(3, "c", "x")),
        (ChartEntry(1, "a", "x"), ChartEntry(1, "b", "x")),
        (ChartEntry(1, " ", "x"),),
        (ChartEntry(1, "a", ""),),
    ],
)
def test_gaps_and_nameless_places_are_faults(entries: tuple[ChartEntry, ...]) -> None:
    assert Chart("billboard", "Hot", WEEK, entries).fault(at_least=1)


def test_entries_are_found_by_title_and_artist() -> None:
    entries = [ChartEntry(1, "Stay", "A & B"), ChartEntry(2, "Stay", "C"), ChartEntry(3, "Go", "A")]
    assert [entry.rank for entry in entries if entry.is_song("stay - live", ("B",))] == [1]
    assert not any(entry.is_song("Stay", ("D",)) for entry in entries)


def test_a_chart_has_at_most_two_hundred_entries_and_names_of_three_hundred_characters() -> None:
    assert chart([f"Song {n}" for n in range(200)]).fault(at_least=50) is None
    assert str(chart([f"Song {n}" for n in range(201)]).fault(at_least=50)) == "201 entries, more than 200"
    assert chart(["x" * 300], "y" * 300).fault(at_least=1) is None
    for long in (chart(["x" * 301]), chart(["x"], "y" * 301)):
        fault = long.fault(at_least=1)
        assert fault is not None
        assert "more than 300 characters" in str(fault)


@pytest.mark.parametrize(
    ("days", "stale"), [(-9, True), (-8, False), (-4, False), (0, False), (5, False), (8, False), (9, True)]
)
def test_a_chart_is_hot_by_its_own_week_and_not_by_the_time_of_fetching(days: int, stale: bool) -> None:
    now = datetime(WEEK.year, WEEK.month, WEEK.day, 13, tzinfo=UTC) + timedelta(days=days)
    for fetched_at in (now, now - timedelta(days=300)):
        stored = StoredChart(chart(["Stay"]), fetched_at)
        assert stored.is_stale(now) is stale
        assert stored.is_hot(now) is not stale


def test_the_catalogues_most_popular_songs_are_never_hot() -> None:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    assert not StoredChart(replace(chart(["Stay"]), source=LAST_RESORT), now).is_hot(now)


@pytest.mark.parametrize(
    "attempt",
    [
        Attempt("Deezer", "answered"),
        Attempt("Apple Music", "unreachable", detail="HTTP 403"),
        Attempt("Billboard", "not whole", Reason("{count} entries, not {wanted}", {"count": 1, "wanted": 2})),
    ],
)
def test_attempts_survive_being_stored(attempt: Attempt) -> None:
    assert Attempt.from_json(*json.loads(json.dumps(attempt.to_json()))) == attempt


def test_an_attempt_stored_without_a_reason_is_read() -> None:
    assert Attempt.from_json("Billboard", "not whole") == Attempt("Billboard", "not whole")
