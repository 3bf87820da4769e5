"""A server's settings, lists and change log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.charts import ChartEntry
from bot.domain.taste import KnownSong

Explicit = Literal["never", "age-restricted", "always"]
Familiarity = Literal["known", "hidden"]
"""Whether well known songs are preferred, or songs that few people know."""
ListKind = Literal["pinned", "blocked"]

LONGEST_PREFIX = 5
MOST_CHANNELS = 25
"""The number of options in one of Discord's menus."""
_BEGINS_CHAT = "><*_~|-–+=:;.,\"'(^"
MOST_PINNED = 25
MOST_BLOCKED = 500
"""Songs, and as many artists."""


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """The settings of a server, with their defaults.

    Attributes:
        prefix: the prefix of text commands; None is the operator's.
        channels: where the bot answers; empty is everywhere.
        explicit: where explicit songs may be recommended; None is the operator's rule.
        player: whether the plain Spotify link is posted, so that Discord shows its player.
        dj_role: the role that leads sessions; None is everybody.
        quiet: whether only the asker sees an answer.
        familiarity: whether well known or hidden songs are preferred; None is neither.
    """

    prefix: str | None = None
    channels: frozenset[int] = frozenset()
    explicit: Explicit | None = None
    player: bool = False
    dj_role: int | None = None
    quiet: bool = False
    familiarity: Familiarity | None = None

    def answers_in(self, channel: int, parent: int | None = None) -> bool:
        """Whether the bot answers in a channel, or in a thread of the parent."""
        return not self.channels or channel in self.channels or parent in self.channels


@dataclass(frozen=True, slots=True)
class GuildLists:
    """The pinned and blocked songs and blocked artists of a server, oldest first.

    Attributes:
        artists: blocked artists, as they are spelled.
    """

    pinned: tuple[KnownSong, ...] = ()
    blocked: tuple[KnownSong, ...] = ()
    artists: tuple[str, ...] = ()


def begins_chat(prefix: str) -> bool:
    """Whether ordinary messages may begin with the prefix: words, quotes, lists, emphasis, smileys."""
    return prefix[-1].isalnum() or (len(prefix) == 1 and prefix in _BEGINS_CHAT)


def pinned_entry(song: KnownSong) -> ChartEntry:
    """A pinned song as a chart entry with rank 0."""
    track_id = None if ":" in song.song_ref else song.song_ref
    return ChartEntry(0, song.title, ", ".join(song.artists), track_id=track_id)


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of a server's change log.

    Attributes:
        moderator: the moderator's id; None after they deleted their data.
        what: the name of a setting, or the action on a song or an artist.
        before, after: values as in `GuildSettings`; for songs and artists, `after` is the name.
        at: aware, UTC.
    """

    moderator: int | None
    what: str
    before: object
    after: object
    at: datetime
