"""Skips Discord events that cannot be parsed, instead of losing the connection, and keeps some for later."""

import logging
from collections.abc import Callable, MutableMapping
from datetime import datetime
from functools import partial
from typing import Any

import discord

from bot.services.handover import Handover

log = logging.getLogger(__name__)

Parser = Callable[[Any], None]
_VITAL = frozenset({"READY", "RESUMED"})
"""A connection needs these: if they cannot be parsed, it is started anew."""

_ASKED = ("MESSAGE_CREATE", "INTERACTION_CREATE")


def guard_parsers(parsers: MutableMapping[str, Parser]) -> None:
    """Wrap discord.py's event parsers, by event name, to log their errors."""
    for event, parse in parsers.items():
        if event not in _VITAL:
            parsers[event] = partial(_guarded, event, parse)


def keep_while_waiting(
    parsers: MutableMapping[str, Parser], handover: Handover, kept: Callable[[datetime], object]
) -> None:
    """Wrap the parsers of what people ask, so that nothing is answered by two processes, or by none.

    Args:
        kept: told when Discord made what is kept.
    """
    for event in _ASKED:
        parsers[event] = partial(_asked, handover, kept, parsers[event])


def _asked(handover: Handover, kept: Callable[[datetime], object], parse: Parser, data: Any) -> None:
    event = int(data["id"])
    if handover.waiting:
        kept(discord.utils.snowflake_time(event))
    handover.arrived(event, partial(parse, data))


def _guarded(event: str, parse: Parser, data: Any) -> None:
    try:
        parse(data)
    except Exception:
        log.exception("an event %s could not be read and is left out", event)
