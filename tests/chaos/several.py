"""Several processes on one PostgreSQL and a stand-in of Discord, and the people who use them."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.crowd import Crowd, Pace
from tests.chaos.fleet import Fleet, fleet_of
from tests.support.catalogues import songs_in
from tests.support.stand_ins.discord_service import payloads
from tests.support.stand_ins.discord_service.service import open_discord

SERVERS_PER_SHARD = 5


@dataclass(frozen=True)
class Place:
    """Where everything lies.

    Attributes:
        state: a folder to copy, with catalogue and model. folder: for the copies and logs.
        url: of the database.
    """

    state: Path
    folder: Path
    url: str


@asynccontextmanager
async def several(
    place: Place, processes: int, shards: int, per_second: float, seed: int
) -> AsyncIterator[tuple[Fleet, Crowd]]:
    """The processes, which are not started yet, and the people."""
    guilds = [payloads.guild_id(number) for number in range(1, shards * SERVERS_PER_SHARD + 1)]
    channels = {guild: range(3 * at, 3 * at + 3) for at, guild in enumerate(guilds, start=1_000)}
    async with open_discord() as service:
        service.gateway.guilds = [payloads.guild(guild, list(channels[guild])) for guild in guilds]
        service.gateway.shards = shards
        fleet = fleet_of(service, place.state, place.folder, place.url, processes, shards)
        crowd = Crowd(
            service,
            songs_in(place.state),
            random.Random(seed),
            {guild: [first, second] for guild, (first, second, _) in channels.items()},
            pace=Pace(per_second),
            halls={guild: hall for guild, (_, _, hall) in channels.items()},
        )
        try:
            yield fleet, crowd
        finally:
            await fleet.kill_all()
