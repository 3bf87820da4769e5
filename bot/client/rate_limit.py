"""The rate limit per user and server; above it, one notice is sent and further requests are ignored."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from discord.ext import commands

from bot.domain.errors import TooFast

Rate = tuple[int, float]
"""Requests, and the seconds they are counted over."""

PER_USER: Rate = (6, 10.0)
PER_SERVER: Rate = (60, 10.0)


class RateLimit:
    """Counts commands and presses, per user and per server."""

    def __init__(
        self,
        per_user: Rate = PER_USER,
        per_server: Rate = PER_SERVER,
        *,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Args: clock: a monotonic clock in seconds."""
        self._clock = clock
        self._users = commands.CooldownMapping[int].from_cooldown(*per_user, _each)
        self._servers = commands.CooldownMapping[int].from_cooldown(*per_server, _each)
        self._notified = commands.CooldownMapping[int].from_cooldown(1, per_user[1], _each)

    def count(self, user: int, server: int | None) -> None:
        """Count one request.

        Raises:
            TooFast: the user or the server exceeds the limit.
        """
        wait = self._wait(self._users, user)
        if not wait and server is not None:
            wait = self._wait(self._servers, server)
        if wait:
            raise TooFast(wait, notified=bool(self._wait(self._notified, user)))

    def _wait(self, counted: commands.CooldownMapping[Any], key: int) -> float:
        """Seconds until the next request is allowed; 0 if this one is."""
        return counted.update_rate_limit(key, self._clock()) or 0.0


def _each(key: int) -> int:
    return key
