"""The short form of `make chaos`: two processes, of which one is killed and one hands over."""

import asyncio
from pathlib import Path

import pytest

from tests.chaos.ledger import Found, compare
from tests.chaos.report import outcome_of
from tests.chaos.several import Place, several
from tests.support.stand_ins.discord_service.service import until

ASKED = 25


@pytest.mark.slow
async def test_one_process_is_killed_and_one_hands_over_and_nothing_is_lost_or_answered_twice(
    state: Path, tmp_path: Path, postgres_url: str
) -> None:
    place = Place(state, tmp_path / "processes", postgres_url)
    async with several(place, processes=2, shards=4, per_second=5, seed=1) as (fleet, crowd):
        await fleet.start()
        over = asyncio.Event()
        crowding = asyncio.create_task(crowd.crowd(over.is_set))
        await until(lambda: crowd.answered >= ASKED)
        await fleet.kill(fleet.members[0])
        await until(lambda: crowd.answered >= 2 * ASKED)
        await fleet.restart(fleet.members[1], successor=True)
        await until(lambda: crowd.answered >= 3 * ASKED)
        over.set()
        await crowding
        await crowd.settled()
        outcome, found = outcome_of(crowd, fleet), await compare(crowd.ledger, postgres_url)
        await fleet.end()
    assert found == Found()
    assert not crowd.doubles()
    assert not crowd.strangers
    assert not crowd.errors
    assert not outcome.dropped["restarted"]
    # A slow machine answers interactions too late, and Discord takes no such answer.
    assert not [one for one in (*outcome.lost, *outcome.leaving) if one.startswith(("text", "playlist"))]
    assert [code for member in fleet.members for code in member.codes] == [0, 0, 0]
