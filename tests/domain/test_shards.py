"""Shards as settings name them, and whose servers are whose."""

import pytest

from bot.domain.shards import UNSHARDED, Shards, shards_of


@pytest.mark.parametrize(
    ("ids", "count", "process", "expected"),
    [
        (None, None, None, "0/1"),
        (None, 4, None, "0-3/4"),
        ("0-3", 16, None, "0-3/16"),
        (" 7, 0,2 ,5-6,5", 16, None, "0,2,5-7/16"),
        (None, None, "2/4", "1/4"),
        (None, 16, "2/4", "4-7/16"),
        (None, 10, "4/4", "7-9/10"),
    ],
)
def test_shards_by_number_or_by_place(
    ids: str | None, count: int | None, process: str | None, expected: str
) -> None:
    assert str(shards_of(ids, count, process, shared=True)) == expected


@pytest.mark.parametrize("count", [3, 10, 16])
def test_a_set_of_processes_runs_every_shard_once(count: int) -> None:
    parts = [shards_of(None, count, f"{place}/3", shared=True).ids for place in (1, 2, 3)]
    assert [shard for part in parts for shard in part] == list(range(count))


@pytest.mark.parametrize(
    ("ids", "count", "process", "shared", "sentence"),
    [
        ("0-3", 16, "1/4", True, "both say"),
        ("0-3", None, None, True, "SAMEWAVE_SHARD_COUNT"),
        ("0-3", 3, None, True, "names shard 3, and of 3 shards the last one is 2"),
        ("3-0", 16, None, True, "such as `0-3`"),
        ("a", 16, None, True, "such as `0-3`"),
        ("", 16, None, True, "such as `0-3`"),
        ("0-99999999999", 16, None, True, "such as `0-3`"),
        (None, None, "0/4", True, "such as `2/4`"),
        (None, None, "5/4", True, "such as `2/4`"),
        (None, None, "two", True, "such as `2/4`"),
        (None, 3, "1/4", True, "too few for 4 processes"),
        ("0-3", 16, None, False, "SAMEWAVE_DATABASE_URL"),
        (None, None, "1/2", False, "SAMEWAVE_DATABASE_URL"),
    ],
)
def test_contradictory_settings_are_a_sentence(
    ids: str | None, count: int | None, process: str | None, shared: bool, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        shards_of(ids, count, process, shared=shared)


def test_one_process_with_all_shards_needs_no_shared_state() -> None:
    assert shards_of("0-3", 4, None, shared=False).all
    assert shards_of(None, None, "1/1", shared=False) == UNSHARDED


def test_each_server_is_owned_by_one_process_and_direct_messages_are_shard_zeros() -> None:
    halves = [Shards((0, 1), 4), Shards((2, 3), 4)]
    for guild in (1 << 22, 6 << 22, 1234567890123456789, None):
        assert sum(half.owns(guild) for half in halves) == 1
    assert halves[0].owns(None)
    assert halves[1].owns(6 << 22)
    assert UNSHARDED.owns(1234567890123456789)
