"""Long computations in a thread that does not hold up the end of the program."""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_own_thread(work: Callable[[], T]) -> T:
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
        try:
            result = work()
        except BaseException as error:
            _hand_over(loop, lambda error=error: settle(None, error))  # type: ignore[misc]
        else:
            _hand_over(loop, lambda: settle(result, None))

    threading.Thread(target=run, name="long work", daemon=True).start()
    return await outcome


def _hand_over(loop: asyncio.AbstractEventLoop, deliver: Callable[[], None]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(deliver)
