"""Guards the reading of Discord's events: one that cannot be read costs that event, not the connection."""

import logging
from collections.abc import Callable, MutableMapping
from functools import partial
from typing import Any

log = logging.getLogger(__name__)

Parser = Callable[[Any], None]
_VITAL = frozenset({"READY", "RESUMED"})
"""Without these a connection is of no use: where they cannot be read, it is begun anew."""


def guard_parsers(parsers: MutableMapping[str, Parser]) -> None:
    """Wrap discord.py's parsers of events, by the events' names: what one raises is logged."""
    for event, parse in parsers.items():
        if event not in _VITAL:
            parsers[event] = partial(_guarded, event, parse)


def _guarded(event: str, parse: Parser, data: Any) -> None:
    try:
        parse(data)
    except Exception:
        log.exception("an event %s could not be read and is left out", event)
