"""Charts: what is hot, since when, and what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from bot.domain.titles import artist_keys, song_key, title_key

STALE = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class ChartEntry:
    """One place of a chart.

    Attributes:
        rank: 1 is the top; 0 is a song that a server pinned beside the chart.
        last_week, peak, weeks: None where the source does not tell (or the entry is new).
        track_id: the Spotify id, where the source gives one or the catalogue knows the song.
    """

    rank: int
    title: str
    artist: str
    last_week: int | None = None
    peak: int | None = None
    weeks: int | None = None
    track_id: str | None = None

    @property
    def song_key(self) -> tuple[str, str]:
        """The same for one song on two charts of one source."""
        return song_key(self.title, self.artist)

    def is_song(self, title: str, artists: tuple[str, ...]) -> bool:
        """Whether this entry is that song, in any version."""
        return title_key(self.title) == title_key(title) and bool(
            artist_keys(self.artist) & artist_keys(artists)
        )


@dataclass(frozen=True, slots=True)
class Chart:
    """A whole chart of one week.

    Attributes:
        source: the name of the chart source, such as "billboard".
        title: what people call it, such as "Billboard Hot 100".
        week: the date the source gives it.
        entries: in order of rank.
    """

    source: str
    title: str
    week: date
    entries: tuple[ChartEntry, ...]

    def fault(self, *, at_least: int) -> str | None:
        """Why this chart must not be believed, or None: ranks 1…N without gap, N ≥ `at_least`, all named."""
        if len(self.entries) < at_least:
            return f"{len(self.entries)} entries, not {at_least}"
        for place, entry in enumerate(self.entries, start=1):
            if entry.rank != place:
                return f"rank {entry.rank} stands at place {place}"
            if not entry.title.strip() or not entry.artist.strip():
                return f"rank {place} has no title or no artist"
        return None


@dataclass(frozen=True, slots=True)
class StoredChart:
    """A whole chart and when it was fetched (aware, UTC)."""

    chart: Chart
    fetched_at: datetime

    def is_stale(self, now: datetime) -> bool:
        """Whether the list is over eight days old and should say so."""
        return now - self.fetched_at > STALE


Outcome = Literal["answered", "not whole", "unreachable"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of asking one chart source."""

    source: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class ChartOrigin:
    """Where the stored chart is from, and what came of the last refresh.

    Attributes:
        attempts: of the last refresh, in order; empty when none was noted. tried_at: when (aware, UTC).
    """

    stored: StoredChart
    attempts: tuple[Attempt, ...]
    tried_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChartChanges:
    """What a refresh changed.

    Attributes:
        fresh: entries that were not there before. climbers: entry and places climbed, furthest first.
        gone: entries of the old chart that dropped out.
    """

    before: Chart | None
    after: Chart
    fresh: tuple[ChartEntry, ...]
    climbers: tuple[tuple[ChartEntry, int], ...]
    gone: tuple[ChartEntry, ...]

    @property
    def nothing(self) -> bool:
        """Whether the list is the same as before."""
        return self.before is not None and self.before.entries == self.after.entries


def compare(before: Chart | None, after: Chart) -> ChartChanges:
    """Set two charts side by side; a first chart has only fresh entries."""
    old = {entry.song_key: entry for entry in before.entries} if before else {}
    new_keys = {entry.song_key for entry in after.entries}
    climbers = [
        (entry, old[entry.song_key].rank - entry.rank)
        for entry in after.entries
        if entry.song_key in old and old[entry.song_key].rank > entry.rank
    ]
    return ChartChanges(
        before=before,
        after=after,
        fresh=tuple(entry for entry in after.entries if entry.song_key not in old),
        climbers=tuple(sorted(climbers, key=_by_places, reverse=True)),
        gone=tuple(entry for key, entry in old.items() if key not in new_keys),
    )


def _by_places(climber: tuple[ChartEntry, int]) -> tuple[int, int]:
    entry, places = climber
    return places, -entry.rank


def find_entries(
    entries: Sequence[ChartEntry], title: str, artists: tuple[str, ...] = ()
) -> list[ChartEntry]:
    """The entries that are that song; without artists, every entry of that title."""
    if artists:
        return [entry for entry in entries if entry.is_song(title, artists)]
    key = title_key(title)
    return [entry for entry in entries if title_key(entry.title) == key]
