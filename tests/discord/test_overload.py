"""Overload: late or excess commands are dropped, the others are answered in time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.client.concurrency import PATIENCE, TEXT_PATIENCE, CommandSlots, QueueFull, Slot
from bot.client.overload import MOST_IN_CHANNEL, EventAges, Overload
from tests.support.clocks import TurnedClock
from tests.support.gateway_bot import Connected, connected
from tests.support.settings import settings_for
from tests.support.stand_ins.discord_service.payloads import CHANNELS
from tests.support.stand_ins.discord_service.service import open_discord, until

SONG = "!recommend Bohemian Rhapsody"


def test_ages_are_relative_to_the_fastest_delivery_not_to_the_system_time() -> None:
    now = datetime.now(UTC)
    for wrong in (timedelta(0), timedelta(hours=5), timedelta(hours=-5)):
        clock = TurnedClock(7.0)
        ages = EventAges(clock)
        assert ages.of(now + wrong) == 0.0
        clock.turn(40.0)
        assert ages.of(now + wrong + timedelta(seconds=40)) == pytest.approx(0.0, abs=0.01)
        assert ages.of(now + wrong) == pytest.approx(40.0, abs=0.01)
        clock.turn(3_600.0)
        assert ages.of(now + wrong + timedelta(seconds=3_640 - 3)) == pytest.approx(3.0, abs=0.5)
    ages = EventAges(clock)
    ages.of(now)
    clock.turn(3_600.0)
    assert ages.of(now - timedelta(days=300)) == 0.0  # a simulation, or no clock at all


async def test_slots_go_to_interactions_first_and_come_back_once() -> None:
    clock = TurnedClock()
    slots = CommandSlots(1, clock=clock)
    first = await slots.acquire(urgent=False)
    took: list[str] = []

    async def take(name: str, *, urgent: bool) -> Slot:
        slot = await slots.acquire(urgent=urgent)
        took.append(name)
        return slot

    waiting = [
        asyncio.create_task(take(name, urgent=urgent))
        for name, urgent in (("text", False), ("left", True), ("slash", True), ("later text", False))
    ]
    await asyncio.sleep(0)
    waiting[1].cancel()
    first.release()
    first.release()
    slash = await waiting[2]
    await asyncio.sleep(0)
    assert took == ["slash"]
    clock.turn(max(PATIENCE, TEXT_PATIENCE) + 0.1)
    with pytest.raises(QueueFull):
        await slots.acquire(urgent=False)
    slash.release()
    (await waiting[0]).release()
    (await waiting[3]).release()
    assert took == ["slash", "text", "later text"]
    (await slots.acquire(urgent=True)).release()


@pytest.fixture
async def there(state: Path) -> AsyncIterator[Connected]:
    async with open_discord() as service, connected(service, settings_for(state)) as opened:
        yield opened


async def test_what_comes_too_late_is_dropped_before_any_work(there: Connected) -> None:
    service = there.discord
    fresh = await service.answer_to(await service.say(SONG))
    late = [
        await service.say(SONG, ago=3_600.0),
        await service.slash("recommend", song="Mr. Brightside", ago=3_600.0),
        await service.press(fresh, fresh.buttons[0], ago=3_600.0),
    ]
    in_time = [
        await service.say(SONG, ago=20.0),
        await service.slash("recommend", song="Mr. Brightside", ago=1.0),
        await service.press(fresh, fresh.buttons[0], ago=1.0),
    ]
    for number in in_time:
        await service.answer_to(number)
    assert not any(service.answers_to(number) for number in late)
    assert not service.rest.signs.keys() & set(late)
    assert there.bot.overload.dropped == len(late)


async def test_a_channel_with_too_many_commands_is_told_so(there: Connected) -> None:
    service = there.discord
    service.rest.door = asyncio.Event()
    asked = [await service.say(SONG) for _ in range(MOST_IN_CHANNEL + 5)]
    elsewhere = await service.say(SONG, channel=CHANNELS[1])
    await until(lambda: there.bot.overload.dropped == 5)
    service.rest.door.set()
    await service.answer_to(elsewhere)
    await until(lambda: sum(bool(service.answers_to(number)) for number in asked) == MOST_IN_CHANNEL + 1)
    await until(lambda: not there.bot.overload._answering)
    answers = [posted.text for number in asked for posted in service.answers_to(number)]
    assert len(answers) == MOST_IN_CHANNEL + 1
    assert sum("more than I can answer" in text for text in answers) == 1
    await service.answer_to(await service.say(SONG))


async def test_an_overloaded_bot_defers_queued_commands_and_says_so_once_a_minute(state: Path) -> None:
    clock = TurnedClock()
    slots = CommandSlots(1, clock=clock)
    async with (
        open_discord() as service,
        connected(service, settings_for(state), overload=Overload(EventAges(TurnedClock()), slots)) as there,
    ):
        fresh = await service.answer_to(await service.say(SONG))
        await until(lambda: slots._free == 1)
        other_work = await slots.acquire(urgent=True)
        queued = [
            await service.say(SONG),
            await service.slash("recommend", song="Mr. Brightside"),
            await service.press(fresh, fresh.buttons[0]),
        ]
        await until(lambda: queued[1] in service.rest.signs)  # "thinking…"
        assert not any(service.answers_to(number) for number in queued)
        clock.turn(max(PATIENCE, TEXT_PATIENCE) + 0.1)
        refused = await service.answer_to(await service.say(SONG))
        assert "more than I can answer" in refused.text
        silent = await service.say(SONG)
        elsewhere = await service.slash("recommend", song="Mr. Brightside", channel=CHANNELS[1])
        refused = await service.answer_to(elsewhere)
        assert "more than I can answer" in refused.text
        assert refused.payload["flags"] & 64  # for the asker alone
        silent_too = await service.press(fresh, fresh.buttons[0])
        await until(lambda: there.bot.overload.dropped == 4)
        other_work.release()
        for number in queued[:2]:
            await service.answer_to(number)
        assert [len(service.answers_to(number)) for number in queued[:2]] == [1, 1]
        assert not service.answers_to(silent)
        assert not service.answers_to(silent_too)
