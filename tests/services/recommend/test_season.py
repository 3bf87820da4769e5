"""Songs of the season in July and in December."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from bot.domain.kinds import NO_KIND, Kind
from bot.wiring import open_services
from tests.support.settings import settings_for


@pytest.mark.parametrize(("month", "kinds"), [(7, NO_KIND), (11, NO_KIND), (12, Kind.SEASON), (1, NO_KIND)])
async def test_songs_of_the_season_come_in_december(state: Path, month: int, kinds: Kind) -> None:
    def clock() -> float:
        return datetime(2026, month, 15, tzinfo=UTC).timestamp()

    async with open_services(settings_for(state), rng=np.random.default_rng(1), clock=clock) as services:
        await services.models.load()
        here = await services.scope(1, guild=1, user=1, age_restricted=False)
        for scope in (services.scope.nowhere, here):
            assert scope.kinds == kinds
            assert scope.excluded().kinds == kinds
