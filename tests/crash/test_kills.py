"""A few seeded kills; `make kill-test` makes hundreds, of every kind. Training: tests/services."""

import asyncio
from pathlib import Path

import pytest

from tests.crash.kills import Killer
from tests.support.stand_ins.charts import ChartsStandIn


@pytest.mark.parametrize("kind", ["import", "writes", "restore"])
async def test_killed_at_a_random_moment(state: Path, tmp_path: Path, kind: str) -> None:
    (tmp_path / "kills").mkdir()
    async with ChartsStandIn() as charts:
        killer = await asyncio.to_thread(
            Killer, state, tmp_path / "kills", charts.url, 7, rows=1_000, usual={"import": 0.3}
        )
        assert await asyncio.to_thread(killer.kill, kind)
