"""discord.py's own sharded bot on the stand-in of Discord, whose shards do what Discord's do."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import discord
import pytest
from discord.ext import commands

from tests.support.gateway_bot import addresses_of
from tests.support.stand_ins.discord_service import payloads
from tests.support.stand_ins.discord_service.service import DiscordService, open_discord, until
from tests.support.stand_ins.discord_service.session_starts import SessionStarts

SHARDS = 4
GUILDS = tuple(payloads.guild_id(number) for number in range(1, 9))
CHANNELS = {guild: 1_000 + place for place, guild in enumerate(GUILDS)}
Shards = Sequence[int]


class Listener(commands.AutoShardedBot):
    """Notes what it hears, and identifies as fast as it is told to."""

    def __init__(self, shards: Shards | None) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=True)
        if shards is None:
            super().__init__("!", intents=intents)
        else:
            super().__init__("!", intents=intents, shard_ids=list(shards), shard_count=SHARDS)
        self.heard: list[int] = []

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """At once: how soon is the stand-in's business here."""

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message.id)

    @property
    def numbers(self) -> set[int]:
        return {guild.id >> 22 for guild in self.guilds}


@dataclass
class Several:
    """A Discord, and clients on it."""

    discord: DiscordService
    clients: list[Listener] = field(default_factory=list)

    async def say_everywhere(self) -> list[int]:
        return [
            await self.discord.say("hello", guild=guild, channel=channel)
            for guild, channel in CHANNELS.items()
        ]


@asynccontextmanager
async def clients(*shards: Shards | None) -> AsyncIterator[Several]:
    """Clients with these shards, all connected."""
    async with open_discord() as service, addresses_of(service), AsyncExitStack() as stack:
        service.gateway.guilds = [payloads.guild(guild, [channel]) for guild, channel in CHANNELS.items()]
        service.gateway.shards = SHARDS
        there = Several(service)
        for one in shards:
            there.clients.append(await stack.enter_async_context(client(service, one)))
        yield there
    assert not service.rest.unknown


@asynccontextmanager
async def client(service: DiscordService, shards: Shards | None) -> AsyncIterator[Listener]:
    """A client that is connected."""
    bot = Listener(shards)
    async with bot:
        running = asyncio.create_task(bot.start(service.token))
        try:
            await until(lambda: running.done() or bot.is_ready())
            if running.done():
                running.result()
            yield bot
        finally:
            await bot.close()
            await asyncio.gather(running, return_exceptions=True)


async def test_a_client_takes_as_many_shards_as_discord_recommends_and_hears_each_message_once() -> None:
    async with clients(None) as there:
        [bot] = there.clients
        assert bot.shard_count == SHARDS
        assert [said["shard"] for said in there.discord.gateway.identified] == [[n, SHARDS] for n in range(4)]
        assert bot.numbers == set(range(1, 9))
        said = await there.say_everywhere()
        await until(lambda: set(said) <= set(bot.heard))
        assert sorted(bot.heard) == said


async def test_servers_and_messages_go_to_the_client_that_has_their_shard_and_direct_ones_to_shard_0() -> (
    None
):
    async with clients([0, 1], [2, 3]) as there:
        first, second = there.clients
        assert first.numbers == {1, 4, 5, 8}
        assert second.numbers == {2, 3, 6, 7}
        said = await there.say_everywhere()
        direct = await there.discord.say_directly("hello")
        await until(lambda: len(first.heard) + len(second.heard) >= 9)
        assert sorted(first.heard) == sorted([*(said[n - 1] for n in (1, 4, 5, 8)), direct])
        assert sorted(second.heard) == [said[n - 1] for n in (2, 3, 6, 7)]
        assert all(there.discord.delivered(number) for number in [*said, direct])


async def test_a_shard_that_lost_its_line_resumes_alone_and_hears_what_it_missed() -> None:
    async with clients([0, 1], [2, 3]) as there:
        gateway = there.discord.gateway
        async with gateway.dropped(2):
            said = await there.say_everywhere()
            late = [said[n - 1] for n in (2, 6)]
            assert [there.discord.delivered(number) for number in late] == [False, False]
        await until(lambda: sum(len(bot.heard) for bot in there.clients) == len(said))
        await until(lambda: gateway.connected_shards == set(range(SHARDS)))
        assert len(gateway.resumed) == 1
        assert len(gateway.identified) == SHARDS
        assert all(there.discord.delivered(number) for number in said)


async def test_what_is_said_while_nobody_has_the_shard_is_heard_by_nobody() -> None:
    async with clients([0, 1]) as there:
        async with client(there.discord, [2, 3]):
            pass
        said = await there.say_everywhere()
        async with client(there.discord, [2, 3]) as later:
            after = await there.discord.say("hello", guild=GUILDS[1], channel=CHANNELS[GUILDS[1]])
            await until(lambda: after in later.heard)
            assert later.heard == [after]
        assert [there.discord.delivered(number) for number in said] == [n % 4 < 2 for n in range(1, 9)]


async def test_two_sessions_of_a_shard_hear_the_same() -> None:
    async with clients([0, 1, 2, 3], [1]) as there:
        said = await there.say_everywhere()
        await until(lambda: [len(bot.heard) for bot in there.clients] == [8, 2])
        assert there.clients[1].heard == [said[n - 1] for n in (1, 5)]


async def test_a_session_that_ended_for_one_shard_is_begun_anew_for_that_one() -> None:
    async with clients(None) as there:
        await there.discord.gateway.invalidate(resumable=False, shard=3)
        await until(lambda: len(there.discord.gateway.identified) == SHARDS + 1)
        await until(lambda: there.discord.gateway.connected_shards == set(range(SHARDS)))
        assert there.discord.gateway.identified[-1]["shard"] == [3, SHARDS]


@pytest.mark.parametrize("buckets", [1, 2, 16])
async def test_a_bucket_may_identify_once_in_a_while(buckets: int) -> None:
    async with clients() as there:
        starts = there.discord.gateway.starts
        starts.seconds, starts.max_concurrency = 3_600.0, buckets
        letting_in = asyncio.create_task(let_in_after(starts, max(0, SHARDS - buckets)))
        async with client(there.discord, range(SHARDS)) as bot:
            await letting_in
            await until(lambda: bot.numbers == set(range(1, 9)))
            limits = await bot.fetch_session_start_limits()
            assert (limits.remaining, limits.max_concurrency) == (1000 - SHARDS, buckets)
        assert {one.shard for one in starts.breaches} == set(range(min(buckets, SHARDS), SHARDS))


async def let_in_after(starts: SessionStarts, shards: int) -> None:
    """Give up the rule once so many shards were refused by it."""
    await until(lambda: len({one.shard for one in starts.breaches}) == shards)
    starts.seconds = 0.0 if shards else starts.seconds


async def test_identifying_more_often_than_a_day_allows_ends_everything() -> None:
    async with clients([0]) as there:
        there.discord.gateway.starts.total = 1
        with pytest.raises(discord.ConnectionClosed) as refused:
            async with client(there.discord, [1]):
                pass
        assert refused.value.code == 4004
        assert not there.discord.gateway.sessions
