"""A server: what its moderators settled, and who changed what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.charts import ChartEntry
from bot.domain.taste import KnownSong

Explicit = Literal["never", "age-restricted", "always"]
Mark = Literal["pinned", "blocked"]

LONGEST_PREFIX = 5
MOST_CHANNELS = 25
"""What one of Discord's menus holds."""
MOST_PINNED = 25
MOST_BLOCKED = 500
"""Songs, and as many artists."""


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """What the moderators of a server settled; the defaults without a word of theirs.

    Attributes:
        prefix: what text commands begin with; None is the operator's.
        channels: where the bot answers; empty is everywhere.
        explicit: where explicit songs may be recommended; None is the operator's rule.
        player: whether the plain Spotify link is posted, so that Discord shows its player.
        dj_role: the role that leads sessions; None is everybody.
        quiet: whether only the asker sees an answer.
    """

    prefix: str | None = None
    channels: frozenset[int] = frozenset()
    explicit: Explicit | None = None
    player: bool = False
    dj_role: int | None = None
    quiet: bool = False

    def answers_in(self, channel: int, parent: int | None = None) -> bool:
        """Whether the bot answers in a channel, or in a thread of the parent."""
        return not self.channels or channel in self.channels or parent in self.channels


@dataclass(frozen=True, slots=True)
class GuildMarks:
    """What a server pinned and blocked, oldest first.

    Attributes:
        artists: blocked ones, as they are written.
    """

    pinned: tuple[KnownSong, ...] = ()
    blocked: tuple[KnownSong, ...] = ()
    artists: tuple[str, ...] = ()


def pinned_entry(song: KnownSong) -> ChartEntry:
    """A pinned song as a hot one: at no place of the chart, so its rank is 0."""
    track_id = None if ":" in song.song_ref else song.song_ref
    return ChartEntry(0, song.title, ", ".join(song.artists), track_id=track_id)


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a server's log.

    Attributes:
        moderator: who did it; None for one who asked to be forgotten.
        what: the name of a setting, or what was done with a song or an artist.
        before, after: the setting's values as in `GuildSettings`; for songs and artists, `after` names them.
        at: aware, UTC.
    """

    moderator: int | None
    what: str
    before: object
    after: object
    at: datetime
