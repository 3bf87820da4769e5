import asyncio
from datetime import timedelta

import pytest

from bot.domain.errors import SourceUnavailable, StorageFailed
from bot.sources.guard import Guard, SourceBlocked
from bot.sources.rate_limit import RateLimit
from tests.sources.conftest import Clock, Memory


class Service:
    """Counts how often it is asked, and how many ask at once."""

    def __init__(self) -> None:
        self.asked = 0
        self.now_asking = 0
        self.most_at_once = 0
        self.trouble: SourceUnavailable | None = None
        self.gate: asyncio.Event | None = None

    async def __call__(self) -> str:
        self.asked += 1
        self.now_asking += 1
        self.most_at_once = max(self.most_at_once, self.now_asking)
        try:
            if self.gate is not None:
                await self.gate.wait()
            if self.trouble is not None:
                raise self.trouble
            return "fine"
        finally:
            self.now_asking -= 1


@pytest.fixture
def service() -> Service:
    return Service()


async def settled() -> None:
    """Let every task run until it waits for something; only timers and the gate are waited for here."""
    for _ in range(20):
        await asyncio.sleep(0)


async def fail(guard: Guard, service: Service, times: int = 1) -> None:
    service.trouble = SourceUnavailable("Service", "HTTP 500")
    for _ in range(times):
        with pytest.raises(SourceUnavailable):
            await guard.call(service)
    service.trouble = None


async def blocked_for(guard: Guard, service: Service) -> timedelta:
    with pytest.raises(SourceBlocked) as refused:
        await guard.call(service)
    assert refused.value.retry_after is not None
    return refused.value.retry_after


async def test_failures_in_a_row_open_the_breaker_and_a_probe_closes_it(
    service: Service, memory: Memory, clock: Clock
) -> None:
    guard = Guard("Service", memory, failures=3, pause=timedelta(seconds=30), now=clock)
    await fail(guard, service, 3)
    with pytest.raises(SourceBlocked) as caught:
        await guard.call(service)
    assert service.asked == 3
    assert caught.value.retry_after == timedelta(seconds=30)
    clock.advance(seconds=31)
    assert await guard.call(service) == "fine"
    await fail(guard, service, 2)
    assert await guard.call(service) == "fine"


async def test_a_success_between_failures_counts_from_the_start(
    service: Service, memory: Memory, clock: Clock
) -> None:
    guard = Guard("Service", memory, failures=3, now=clock)
    for _ in range(4):
        await fail(guard, service, 2)
        assert await guard.call(service) == "fine"


async def test_only_one_probe_and_a_longer_pause_when_it_fails(
    service: Service, memory: Memory, clock: Clock
) -> None:
    guard = Guard("Service", memory, failures=1, pause=timedelta(seconds=30), now=clock)
    await fail(guard, service)
    clock.advance(seconds=31)
    service.gate = asyncio.Event()
    service.trouble = SourceUnavailable("Service", "HTTP 500")
    probe = asyncio.create_task(guard.call(service))
    await settled()
    with pytest.raises(SourceBlocked):
        await guard.call(service)
    service.gate.set()
    with pytest.raises(SourceUnavailable):
        await probe
    assert service.asked == 2
    assert await blocked_for(guard, service) == timedelta(seconds=60)


async def test_the_pause_has_an_end(service: Service, memory: Memory, clock: Clock) -> None:
    guard = Guard("Service", memory, failures=1, now=clock)
    for _ in range(40):
        await fail(guard, service)
        pause = await blocked_for(guard, service)
        assert pause <= timedelta(minutes=15)
        clock.time += pause
    assert await guard.call(service) == "fine"


async def test_no_more_than_so_many_at_once(service: Service, memory: Memory, clock: Clock) -> None:
    guard = Guard("Service", memory, at_once=2, now=clock)
    service.gate = asyncio.Event()
    calls = [asyncio.create_task(guard.call(service)) for _ in range(6)]
    await settled()
    assert service.asked == 2
    service.gate.set()
    assert await asyncio.gather(*calls) == ["fine"] * 6
    assert service.most_at_once == 2


async def test_waiting_requests_are_not_sent_after_a_failure(
    service: Service, memory: Memory, clock: Clock
) -> None:
    guard = Guard("Service", memory, at_once=1, failures=1, now=clock)
    service.gate = asyncio.Event()
    service.trouble = SourceUnavailable("Service", "HTTP 500")
    calls = [asyncio.create_task(guard.call(service)) for _ in range(5)]
    await settled()
    service.gate.set()
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert service.asked == 1
    assert sum(isinstance(outcome, SourceBlocked) for outcome in outcomes) == 4


@pytest.mark.looptime
async def test_the_rate_limit_is_kept(service: Service, memory: Memory) -> None:
    guard = Guard("Service", memory, rate_limit=RateLimit(5, 2.0))
    await asyncio.gather(*(guard.call(service) for _ in range(4)))
    assert asyncio.get_running_loop().time() == pytest.approx(1.5)


@pytest.mark.looptime
async def test_a_cancelled_wait_uses_no_request_and_is_no_failure(service: Service, memory: Memory) -> None:
    guard = Guard("Service", memory, at_once=8, rate_limit=RateLimit(5, 1.0), failures=1)
    await guard.call(service)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1 / 64):
                await guard.call(service)
    assert await guard.call(service) == "fine"
    assert 0.25 <= asyncio.get_running_loop().time() < 0.5
    assert service.asked == 2


async def test_retry_after_blocks_is_remembered_and_outlives_a_restart(
    service: Service, memory: Memory, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    service.trouble = SourceUnavailable("Service", "HTTP 429", retry_after=timedelta(hours=6))
    guard = Guard("Service", memory, now=clock)
    with pytest.raises(SourceUnavailable):
        await guard.call(service)
    for restarted in (guard, Guard("Service", memory, now=clock)):
        with pytest.raises(SourceBlocked):
            await restarted.call(service)
    assert service.asked == 1
    assert len(caplog.records) == 1
    service.trouble = None
    clock.advance(hours=6, seconds=1)
    assert await Guard("Service", memory, now=clock).call(service) == "fine"


async def test_a_retry_after_of_less_than_a_second_is_kept_but_not_stored(
    service: Service, memory: Memory, clock: Clock
) -> None:
    service.trouble = SourceUnavailable("Service", "HTTP 429", retry_after=timedelta(seconds=0.9))
    guard = Guard("Service", memory, now=clock)
    with pytest.raises(SourceUnavailable):
        await guard.call(service)
    with pytest.raises(SourceBlocked):
        await guard.call(service)
    assert memory.blocks == {}
    service.trouble = None
    clock.advance(seconds=3)
    assert await guard.call(service) == "fine"


async def test_a_block_that_another_process_noted_holds_once_it_is_heard_of(
    service: Service, memory: Memory, clock: Clock
) -> None:
    one, other = [Guard("Service", memory, now=clock) for _ in range(2)]
    assert await other.call(service) == "fine"
    service.trouble = SourceUnavailable("Service", "HTTP 429", retry_after=timedelta(seconds=10))
    with pytest.raises(SourceUnavailable):
        await one.call(service)
    other.block.read_again()
    assert await blocked_for(other, service) == timedelta(seconds=10)
    assert service.asked == 2


async def test_of_a_breaker_other_processes_keep_the_first_pause(
    service: Service, memory: Memory, clock: Clock
) -> None:
    """It may be one machine alone that cannot reach the service."""
    one, other = [Guard("Service", memory, failures=1, now=clock) for _ in range(2)]
    assert await other.call(service) == "fine"
    for pause in (30, 60):
        await fail(one, service)
        assert await blocked_for(one, service) == timedelta(seconds=pause)
        other.block.read_again()
        assert await blocked_for(other, service) == timedelta(seconds=30)
        clock.advance(seconds=31)
        assert await other.call(service) == "fine"
        clock.advance(seconds=30)


async def test_a_late_timeout_of_the_caller_counts_as_a_slow_service(
    service: Service, memory: Memory, clock: Clock
) -> None:
    guard = Guard("Service", memory, failures=2, now=clock)
    service.gate = asyncio.Event()
    for waited in (0.2, 5, 5):
        call = asyncio.create_task(guard.call(service))
        await settled()
        clock.advance(seconds=waited)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    with pytest.raises(SourceBlocked):
        await guard.call(service)
    assert service.asked == 3


async def test_running_requests_do_not_lengthen_the_pause_of_the_breaker(
    service: Service, memory: Memory, clock: Clock
) -> None:
    guard = Guard("Service", memory, failures=1, pause=timedelta(seconds=30), now=clock)
    service.gate = asyncio.Event()
    service.trouble = SourceUnavailable("Service", "HTTP 500")
    calls = [asyncio.create_task(guard.call(service)) for _ in range(4)]
    await settled()
    service.gate.set()
    await asyncio.gather(*calls, return_exceptions=True)
    assert service.asked == 4
    clock.advance(seconds=31)
    await fail(guard, service)
    assert await blocked_for(guard, service) == timedelta(seconds=60)


async def test_a_memory_that_fails_costs_only_the_memory(service: Service, clock: Clock) -> None:
    class Broken:
        async def blocked_until(self, source: str) -> None:
            raise StorageFailed("The database cannot be read.")

        async def block(self, source: str, until: object, reason: str, *, elsewhere: object) -> None:
            raise StorageFailed("The database cannot be written.")

    guard = Guard("Service", Broken(), now=clock)
    assert await guard.call(service) == "fine"
    service.trouble = SourceUnavailable("Service", "HTTP 429", retry_after=timedelta(hours=6))
    for _ in range(2):
        with pytest.raises(SourceUnavailable):
            await guard.call(service)
    assert service.asked == 2
