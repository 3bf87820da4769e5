"""Skips Discord events that cannot be parsed, instead of losing the connection."""

import logging
from collections.abc import Callable, MutableMapping
from functools import partial
from typing import Any

log = logging.getLogger(__name__)

Parser = Callable[[Any], None]
_VITAL = frozenset({"READY", "RESUMED"})
"""A connection needs these: if they cannot be parsed, it is started anew."""


def guard_parsers(parsers: MutableMapping[str, Parser]) -> None:
    """Wrap discord.py's event parsers, by event name, to log their errors."""
    for event, parse in parsers.items():
        if event not in _VITAL:
            parsers[event] = partial(_guarded, event, parse)


def _guarded(event: str, parse: Parser, data: Any) -> None:
    try:
        parse(data)
    except Exception:
        log.exception("an event %s could not be read and is left out", event)
