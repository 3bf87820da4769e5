"""The log for the operator."""

import logging
import subprocess
import sys

import discord
import pytest

from bot.cli.logs import PlainLines, RepeatFilter, set_up_logs

FORGED = "Queen\n2026-11-28 00:00:00,000 ERROR   bot: all is lost\r\x1b[2K\u2028x"


def record(message: str, *values: object, error: Exception | None = None) -> logging.LogRecord:
    info = None if error is None else (type(error), error, None)
    return logging.LogRecord("bot.search", logging.WARNING, __file__, 1, message, values, info)


def test_user_text_stays_in_its_line() -> None:
    line = PlainLines().format(record("no song for %r or %s", FORGED, FORGED))
    assert len(line.splitlines()) == 1
    assert r"Queen\n2026" in line
    assert "\x1b" not in line


def test_an_error_with_user_text_is_indented() -> None:
    lines = PlainLines().format(record("failed", error=ValueError(FORGED))).splitlines()
    assert len(lines) > 1
    assert all(line.startswith("    ") for line in lines[1:])


def test_the_same_message_is_logged_once_a_minute() -> None:
    now = 0.0
    repeats = RepeatFilter(lambda: now)
    full = [
        repeats.filter(record("no files left", error=OSError(24, "Too many open files"))) for _ in range(9)
    ]
    assert full == [True] + [False] * 8
    assert repeats.filter(record("no files left", error=OSError(12, "Out of memory")))
    assert repeats.filter(record("another"))
    now = 61.0
    assert repeats.filter(record("no files left", error=OSError(24, "Too many open files")))


@pytest.mark.usefixtures("logs_as_before")
def test_a_lost_connection_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    set_up_logs("INFO")
    shard = logging.getLogger("discord.shard")
    for error in (ConnectionResetError(104, "reset\nby peer"), discord.GatewayNotFound(), TimeoutError()):
        shard.error("Attempting a reconnect for shard ID %s in %.2fs", 0, 1.5, exc_info=error)
    shard.error("Attempting", exc_info=ZeroDivisionError())
    *lost, fault = [(record, PlainLines().format(record)) for record in caplog.records]
    for record, line in lost:
        assert len(line.splitlines()) == 1
        assert "shard ID 0 in 1.50s (" in line
        assert record.levelname == "WARNING"
    assert "ZeroDivisionError" in fault[1]
    assert fault[0].levelname == "ERROR"
    caplog.clear()


def test_different_messages_are_all_logged_but_only_some_remembered() -> None:
    repeats = RepeatFilter()
    assert all(repeats.filter(record("client %d", number)) for number in range(1_000))
    assert len(repeats._logged) <= 100


@pytest.mark.skipif(sys.platform == "win32", reason="no file limit there")
def test_the_file_limit_is_raised_to_what_the_system_allows() -> None:
    program = (
        "import resource as r; _, hard = r.getrlimit(r.RLIMIT_NOFILE)\n"
        "r.setrlimit(r.RLIMIT_NOFILE, (128, hard))\n"
        "from bot.cli.console import run_async\n"
        "async def work(): return r.getrlimit(r.RLIMIT_NOFILE)[0] == min(hard, 65_536)\n"
        "print(hard == r.RLIM_INFINITY or run_async(work()))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "True"
