"""Queries without results, the songs assigned to them, and the bot's status."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from bot.domain.charts import StoredChart
from bot.domain.taste import KnownSong

EVERYWHERE = 0
"""In place of a server's id: the host assigned the song, for all servers."""
MOST_NAMED = 100
"""In one server."""
MOST_SHOWN = 25
"""The number of options in one menu."""
ASKERS_NEEDED = 3
_MARKS = 1024


@dataclass(frozen=True, slots=True)
class UnfoundSong:
    """A query for which no song was found.

    Attributes:
        entry: its number in menus. key: the same for all spellings. words: folded. asked: how often.
    """

    entry: int
    key: str
    words: str
    asked: int


@dataclass(frozen=True, slots=True)
class NamedSong:
    """The song that somebody assigned to a query without results.

    Attributes:
        entry: its number in menus. key: the same for all spellings. words: folded.
    """

    entry: int
    key: str
    words: str
    song: KnownSong


@dataclass(frozen=True, slots=True)
class SourceAnswers:
    """The answers of a source in the last 24 hours.

    Attributes:
        left_alone_until: the end of its block (aware, UTC); None without one.
    """

    name: str
    asked: int
    failed: int
    left_alone_until: datetime | None = None

    @property
    def good(self) -> float | None:
        """The share of good answers, 0 to 1; None without requests."""
        return 1 - min(self.failed, self.asked) / self.asked if self.asked else None


@dataclass(frozen=True, slots=True)
class Status:
    """The state of the hot list, the sources and the answers, and queries without results.

    Attributes:
        chart: None without one. stale: whether its week is over. chart_age: seconds since it was fetched.
        answers: how many answers of 24 hours went by what.
        unfound: the most asked for first. named: what was named in the server, or by the host.
    """

    chart: StoredChart | None
    stale: bool
    chart_age: float
    sources: tuple[SourceAnswers, ...]
    answers: Mapping[str, int]
    unfound: tuple[UnfoundSong, ...]
    named: tuple[NamedSong, ...]


def asker_mark(salt: bytes, user: int, key: str) -> int:
    """A number from 0 to 1023 that mostly distinguishes the askers of one song, without identifying them.

    One person in a thousand has the same number, and it differs for each song: neither a list of members nor
    the salt reveals who asked.
    """
    digest = blake2b(f"{user}|{key}".encode(), key=salt, digest_size=8).digest()
    return int.from_bytes(digest, "big") % _MARKS
