"""Work in another process: what it reports comes over, and its end is noticed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.domain.errors import SamewaveError, SourceUnavailable, UnreadableTable
from bot.services.workers import WorkerDied, iterate_in_process, run_in_thread
from bot.settings import ROOT
from tests.support.clocks import HANG_SECONDS

REFUSALS = {
    "table": UnreadableTable("Too {odd} to read.", detail="for the log"),
    "source": SourceUnavailable("Spotify", "a detail", retry_after=timedelta(hours=6)),
}


def count(to: int) -> Iterator[tuple[int, int]]:
    for number in range(to):
        yield number, os.getpid()


def refuse(name: str) -> Iterator[str]:
    yield "first"
    raise REFUSALS[name]


def die(how: str) -> Iterator[str]:
    yield "first"
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "memory":
        raise MemoryError
    os._exit(9)


def test_values_arrive_in_order_from_another_process() -> None:
    said = list(iterate_in_process(count, 3))
    assert [number for number, _ in said] == [0, 1, 2]
    assert os.getpid() not in {process for _, process in said}


@pytest.mark.parametrize("name", REFUSALS)
def test_an_error_keeps_its_sentence(name: str) -> None:
    yielded = iterate_in_process(refuse, name)
    assert next(yielded) == "first"
    with pytest.raises(SamewaveError) as refused:
        next(yielded)
    assert type(refused.value) is type(REFUSALS[name])
    assert str(refused.value) == str(REFUSALS[name])
    assert vars(refused.value) == vars(REFUSALS[name])


@pytest.mark.parametrize(("how", "code"), [("exit", 9), ("killed", -9), ("memory", 1)])
def test_a_death_is_noticed(how: str, code: int) -> None:
    yielded = iterate_in_process(die, how)
    assert next(yielded) == "first"
    with pytest.raises(WorkerDied, match=f"die ended with {code}"):
        next(yielded)


def test_a_generator_that_is_closed_ends_its_process() -> None:
    yielded = iterate_in_process(count, 10_000_000)
    _, process = next(yielded)
    yielded.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


async def test_an_error_in_a_thread_is_raised() -> None:
    def divide() -> float:
        return 1 / 0

    with pytest.raises(ZeroDivisionError):
        await run_in_thread(divide)


CTRL_C = """
import os, signal, sys
from bot.services.workers import iterate_in_process
from tests.support.clocks import HANG_SECONDS
from tests.services.test_workers import count

def main():
    yielded = iterate_in_process(count, 3)
    print(next(yielded)[0])
    os.killpg(0, signal.SIGINT)
    print([number for number, _ in yielded])

signal.signal(signal.SIGINT, lambda *_: None)
if __name__ == "__main__":
    main()
"""


def test_ctrl_c_is_for_the_one_who_waits() -> None:
    """The terminal sends it to every process of the program; only the first one acts on it."""
    done = subprocess.run(
        [sys.executable, "-c", CTRL_C],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
        start_new_session=True,
    )
    assert done.stdout == "0\n[1, 2]\n", done.stderr
    assert done.stderr == ""
