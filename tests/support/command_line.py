"""The command line in the tests' own process (`here`): for what needs none of its own, as most does not."""

import gc
import io
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from tests.support.settings import environment_for

Run = Callable[..., subprocess.CompletedProcess[str]]


def _loggers() -> list[logging.Logger]:
    named = logging.root.manager.loggerDict.values()
    return [logging.root, *(known for known in named if isinstance(known, logging.Logger))]


@pytest.fixture
def logs_as_before() -> Iterator[None]:
    """Whatever a command changes in the loggers ends with the test: other tests read these logs."""
    before = {logger: (logger.level, list(logger.filters)) for logger in _loggers()}
    yield
    for logger in _loggers():
        level, filters = before.get(logger, (logging.NOTSET, []))
        logger.setLevel(level)
        logger.filters[:] = filters


@pytest.fixture
def here(
    logs_as_before: None, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    """As `samewave` of `support/settings.py`, without a process; what is logged does not stand in stderr."""

    def run(
        *arguments: str, state: Path, typed: str = "", **changes: str
    ) -> subprocess.CompletedProcess[str]:
        before, own = dict(os.environ), environment_for(state, **changes)
        os.environ.clear()
        os.environ.update(own)
        with monkeypatch.context() as changed:
            changed.setattr(sys, "argv", ["samewave", *arguments])
            changed.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
            capfd.readouterr()
            code: Any = 0
            try:
                main()
            except SystemExit as leaving:
                code = leaving.code
            finally:
                os.environ.clear()  # a command changes it, as by --env-file
                os.environ.update(before)
        said = capfd.readouterr()
        return subprocess.CompletedProcess(arguments, code or 0, said.out, said.err)

    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    yield run
    sys.setswitchinterval(interval)
    gc.set_threshold(*thresholds)
    gc.unfreeze()  # what a command froze would never be given back
