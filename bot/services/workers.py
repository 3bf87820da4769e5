"""Long work outside the event loop: in a thread, or in a process of its own whose memory goes with it.

`multiprocessing.Process`, because a worker of a `ProcessPoolExecutor` can neither hand on what it has so far
nor be ended while it works.
"""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from bot.domain.errors import SamewaveError

T = TypeVar("T")


class WorkerDied(RuntimeError):
    """The process ended early: out of memory, killed, or by an unforeseen error, which stands on stderr."""


async def run_in_thread(work: Callable[[], T]) -> T:
    """Run minutes of work beside the event loop.

    `asyncio.to_thread` would be waited for at the end: Ctrl-C would seem to do nothing. This thread is left
    alone when its caller is cancelled and goes with the program.
    """
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if outcome.done():
            return
        if error is None:
            outcome.set_result(result)  # type: ignore[arg-type]  # a result stands where no error does
        else:
            outcome.set_exception(error)

    def run() -> None:
        result, failure = None, None
        try:
            result = work()
        except BaseException as error:
            failure = error
        with suppress(RuntimeError):  # the loop was closed meanwhile
            loop.call_soon_threadsafe(settle, result, failure)

    threading.Thread(target=run, name="long work", daemon=True).start()
    return await outcome


@dataclass(frozen=True)
class _Last:
    """The last message of a process: that it is finished, or the parts of the error it ended with."""

    error: tuple[type[SamewaveError], tuple[Any, ...], dict[str, Any]] | None = None


def iterate_in_process(work: Callable[..., Iterable[T]], *arguments: object) -> Generator[T]:
    """What a module's generator function yields in a process of its own. For a thread.

    The process is ahead by as much as the pipe between holds; it is killed when the generator is closed.

    Raises:
        SamewaveError: whatever the function raised of that kind.
        WorkerDied: it ended early.
    """
    # Until the process has our own path for modules, its current folder must not be on it: a file there that
    # is named as one of Python's modules would be run.
    os.environ.setdefault("PYTHONSAFEPATH", "1")
    context = get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_send_all, args=(sending, work, arguments), daemon=True)
    with _interrupts_blocked():
        process.start()
    sending.close()  # else the end of the process would not end the messages
    try:
        while not isinstance(message := _received(receiving), _Last):
            if message is None:
                process.join()
                raise WorkerDied(f"{work.__name__} ended with {process.exitcode}")
            yield message[0]
        if message.error is not None:
            raise _rebuilt(*message.error)
    finally:
        process.kill()
        process.join()
        receiving.close()


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """What is started inside never sees Ctrl-C, which is for the one who waits."""
    if sys.platform == "win32":
        yield
        return
    resource_tracker.ensure_running()  # it would be started inside, and unblock the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _received(receiving: Connection) -> Any:
    """The next message; None where the process ended without one."""
    try:
        return receiving.recv()
    except (EOFError, OSError):
        return None


def _rebuilt(kind: type[SamewaveError], parts: tuple[Any, ...], attributes: dict[str, Any]) -> SamewaveError:
    """The error; the constructors of its kinds differ."""
    error = kind.__new__(kind, *parts)
    error.__dict__.update(attributes)
    return error


def _send_all(sending: Connection, work: Callable[..., Iterable[Any]], arguments: tuple[object, ...]) -> None:
    """The other side."""
    last = _Last()
    with suppress(BrokenPipeError):  # nobody waits any more
        try:
            for item in work(*arguments):
                sending.send((item,))
        except SamewaveError as error:
            last = _Last((type(error), error.args, error.__dict__))
        except MemoryError:
            sys.exit(1)
        sending.send(last)
