"""Runs long work outside the event loop: in a thread, or in a separate process that frees its memory.

Uses `multiprocessing.Process`, because a `ProcessPoolExecutor` worker can neither stream results nor be
stopped while it works.
"""

import asyncio
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
    """The process ended early: out of memory, killed, or by an unexpected error, which is on stderr."""


async def run_in_thread(work: Callable[[], T]) -> T:
    """Run work that takes minutes in a daemon thread.

    The interpreter waits for threads of `asyncio.to_thread` at exit, so Ctrl-C would seem to do nothing. This
    thread is abandoned when its caller is cancelled, and ends with the program.
    """
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if outcome.done():
            return
        if error is None:
            outcome.set_result(result)  # type: ignore[arg-type]  # there is a result if there is no error
        else:
            outcome.set_exception(error)

    def run() -> None:
        result, failure = None, None
        try:
            result = work()
        except BaseException as error:
            failure = error
        with suppress(RuntimeError):  # the loop has been closed
            loop.call_soon_threadsafe(settle, result, failure)

    threading.Thread(target=run, name="long work", daemon=True).start()
    return await outcome


@dataclass(frozen=True)
class _Last:
    """The last message of a process: success, or the parts of its error."""

    error: tuple[type[SamewaveError], tuple[Any, ...], dict[str, Any]] | None = None


def iterate_in_process(work: Callable[..., Iterable[T]], *arguments: object) -> Generator[T]:
    """Iterate a generator function of a module in a separate process. Call it from a thread.

    The process runs ahead by as much as the pipe holds; it is killed when the generator is closed.

    Raises:
        SamewaveError: the function raised it.
        WorkerDied: it ended early.
    """
    context = get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_send_all, args=(sending, work, arguments), daemon=True)
    with _interrupts_blocked():
        process.start()
    sending.close()  # else the end of the process would not close the pipe
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
    """Processes started inside ignore Ctrl-C, which the parent handles."""
    if sys.platform == "win32":
        yield
        return
    resource_tracker.ensure_running()  # else it would be started inside, and unblock the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _received(receiving: Connection) -> Any:
    """The next message; None if the process ended without one."""
    try:
        return receiving.recv()
    except (EOFError, OSError):
        return None


def _rebuilt(kind: type[SamewaveError], parts: tuple[Any, ...], attributes: dict[str, Any]) -> SamewaveError:
    """Rebuild the error; constructors differ between error classes."""
    error = kind.__new__(kind, *parts)
    error.__dict__.update(attributes)
    return error


def _send_all(sending: Connection, work: Callable[..., Iterable[Any]], arguments: tuple[object, ...]) -> None:
    """Run the generator in the child process and send its values."""
    last = _Last()
    with suppress(BrokenPipeError):  # the parent closed the pipe
        try:
            for item in work(*arguments):
                sending.send((item,))
        except SamewaveError as error:
            last = _Last((type(error), error.args, error.__dict__))
        except MemoryError:
            sys.exit(1)
        sending.send(last)
