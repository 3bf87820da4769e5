"""How much one person and one server may ask: beyond it there is one calm answer, not many."""

from typing import Any

from discord.ext import commands

from bot.domain.errors import TooFast

Rate = tuple[int, float]
"""So many asks in so many seconds."""

PER_USER: Rate = (6, 10.0)
PER_SERVER: Rate = (60, 10.0)


class RateLimit:
    """Counts commands and presses of buttons, per user and per server."""

    def __init__(self, per_user: Rate = PER_USER, per_server: Rate = PER_SERVER) -> None:
        self._users = commands.CooldownMapping[int].from_cooldown(*per_user, _each)
        self._servers = commands.CooldownMapping[int].from_cooldown(*per_server, _each)
        self._told = commands.CooldownMapping[int].from_cooldown(1, per_user[1], _each)

    def count(self, user: int, server: int | None) -> None:
        """Count one ask.

        Raises:
            TooFast: the user or the server asked more than they may.
        """
        wait = _wait(self._users, user) or (_wait(self._servers, server) if server is not None else 0.0)
        if wait:
            raise TooFast(wait, told=bool(_wait(self._told, user)))


def _each(key: int) -> int:
    return key


def _wait(counted: commands.CooldownMapping[Any], key: int) -> float:
    bucket = counted.get_bucket(key)
    return (bucket.update_rate_limit() if bucket is not None else None) or 0.0
