"""Logging to stderr: one line per record, repeated records suppressed."""

import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

from cachetools import TTLCache

_PLAIN = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
_CONTROLS = {code: repr(chr(code))[1:-1] for code in (*range(32), *range(127, 160), 0x2028, 0x2029)}
"""Characters that end a line or control a terminal, written as escapes."""
_REPEATING = ("asyncio", "uvicorn.error", "bot.web.connections")
"""Loggers whose messages strangers can cause: one line per connection."""
_CONNECTING = ("aiohttp", "discord.errors")
"""Modules whose errors are connection errors, besides those of the operating system."""
_CONNECTIONS = ("discord.shard", "discord.gateway")
_SILENT_SECONDS = 60.0
_REMEMBERED = 100


class JsonLines(logging.Formatter):
    """Formats a record as a JSON object: time (UTC), level, logger, message, and traceback if any."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class PlainLines(logging.Formatter):
    """Formats records for people: a message is always one line, a traceback is indented below it."""

    def __init__(self) -> None:
        super().__init__(_PLAIN)

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The first line."""
        return super().formatMessage(record).translate(_CONTROLS)

    def format(self, record: logging.LogRecord) -> str:
        """Format the record; further lines are indented, so that they cannot look like other records."""
        first, *others = super().format(record).split("\n")
        return "\n".join([first, *("    " + line.translate(_CONTROLS) for line in others)])


class OneLine(logging.Filter):
    """Leaves the traceback out of what a lost connection raised: discord.py logs it at each attempt."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten the record in place; it always passes."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, OSError | TimeoutError) or type(error).__module__.startswith(_CONNECTING):
            reason = " ".join(str(error).split())[:200]
            record.msg = f"{record.getMessage()} ({': '.join(filter(None, (type(error).__name__, reason)))})"
            record.args, record.exc_info, record.exc_text = (), None, None
            if record.levelno == logging.ERROR:
                record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


class RepeatFilter(logging.Filter):
    """Passes a message with the same text and error once a minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._logged: TTLCache[tuple[str, str], None] = TTLCache(_REMEMBERED, _SILENT_SECONDS, timer=clock)

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether it was not logged within the last minute."""
        entry = (record.getMessage(), repr(record.exc_info[1]) if record.exc_info else "")
        if entry in self._logged:
            return False
        self._logged[entry] = None
        return True


def set_up_logs(level: str, layout: Literal["plain", "json"] = "plain") -> None:
    """Log to stderr; libraries only log warnings and errors."""
    logging.basicConfig(level=logging.ERROR)
    for handler in logging.getLogger().handlers:
        if type(handler) is logging.StreamHandler:
            handler.setFormatter(JsonLines() if layout == "json" else PlainLines())
    logging.getLogger().setLevel("ERROR" if level == "ERROR" else "WARNING")
    for own in ("bot", "cogs", "ml"):
        logging.getLogger(own).setLevel(level)
    for kind, names in ((OneLine, _CONNECTIONS), (RepeatFilter, _REPEATING)):
        for logger in map(logging.getLogger, names):
            if not any(isinstance(known, kind) for known in logger.filters):
                logger.addFilter(kind())
