"""Long work in a process of its own: what else goes on here is not held up, and its memory goes with it."""

import pickle
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import Any, BinaryIO

from bot.domain.errors import SamewaveError


@dataclass(frozen=True)
class _Failed:
    kind: type[SamewaveError]
    sentence: str
    detail: str


class Died(RuntimeError):
    """The process of its own ended without a word: out of memory, or killed."""


def apart(work: Callable[..., None], *arguments: object) -> Generator[Any]:
    """What a function of a module says, from a process of its own. For a thread.

    Args:
        work: its last argument is what it says things with.

    Raises:
        SamewaveError: whatever the function raised of that kind.
        Died: it ended early.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", "from bot.services.worker_process import answer; answer()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the one who waits
    )
    assert process.stdin is not None  # noqa: S101  # for the type checker
    assert process.stdout is not None  # noqa: S101
    try:
        with suppress(BrokenPipeError), process.stdin:
            pickle.dump((work.__module__, work.__name__, arguments), process.stdin)
        while (said := pickle.load(process.stdout)) is not None:  # noqa: S301  # our own process speaks
            if isinstance(said, _Failed):
                raise said.kind(said.sentence, detail=said.detail)
            yield said
    except (EOFError, pickle.UnpicklingError) as error:
        raise Died(f"{work.__name__} ended with {process.wait()}") from error
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def answer() -> None:
    """The other side: is told on standard input what to do, and says what it has to on standard output."""
    with suppress(BrokenPipeError):  # nobody waits any more
        _answer(sys.stdin.buffer, sys.stdout.buffer)


def _answer(asked: BinaryIO, out: BinaryIO) -> None:
    module, name, arguments = pickle.load(asked)  # noqa: S301  # our own process speaks

    def say(something: object) -> None:
        pickle.dump(something, out, pickle.HIGHEST_PROTOCOL)
        out.flush()

    try:
        getattr(import_module(module), name)(*arguments, say)
        say(None)
    except SamewaveError as error:
        say(_Failed(type(error), str(error), error.detail))
