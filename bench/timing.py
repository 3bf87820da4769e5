"""Measures calls in CPU time of the whole process, which other programs hardly change."""

import time
from collections.abc import Awaitable, Callable, Iterable
from statistics import median
from typing import TypeVar

T = TypeVar("T")


def seconds_each(work: Callable[[], object], *, rounds: int = 7, times: int = 300) -> float:
    """The median round's mean time of one call."""
    work()
    taken = []
    for _ in range(rounds):
        began = time.process_time()
        for _ in range(times):
            work()
        taken.append((time.process_time() - began) / times)
    return median(taken)


async def each_timed(ask: Callable[[T], Awaitable[object]], questions: Iterable[T]) -> list[float]:
    """The time of every call, ascending."""
    taken = []
    for question in questions:
        began = time.process_time()
        await ask(question)
        taken.append(time.process_time() - began)
    return sorted(taken)


def percentile(ascending: list[float], share: float) -> float:
    """The value below which that share of them lies."""
    return ascending[min(len(ascending) - 1, int(share * len(ascending)))]
