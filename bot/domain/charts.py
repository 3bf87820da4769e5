"""Charts: what is hot, since when, and what changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from bot.domain.titles import artist_keys, song_key, title_key
from bot.i18n.marking import marked

STALE = timedelta(days=8)
MOST_ENTRIES = 200
LONGEST_TITLE = 300
"""Characters of a chart entry's title, and of its artist."""
LAST_RESORT = "catalogue"
"""The source of a chart made of the catalogue's most popular songs: a list to look at, never hot."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a chart was refused, in words that are translated before the values are filled in."""

    sentence: str
    values: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence.format(**self.values)


@dataclass(frozen=True, slots=True)
class ChartEntry:
    """One place of a chart.

    Attributes:
        rank: 1 is the top; 0 is a song that a server pinned beside the chart.
        last_week, peak, weeks: None where the source does not tell (or the entry is new).
        track_id: the Spotify id, where the source gives one or the catalogue knows the song.
        explicit: as the source rates it; None where it does not.
    """

    rank: int
    title: str
    artist: str
    last_week: int | None = None
    peak: int | None = None
    weeks: int | None = None
    track_id: str | None = None
    explicit: bool | None = None

    @property
    def song_key(self) -> tuple[str, str]:
        """The same for one song on two charts of one source."""
        return song_key(self.title, self.artist)

    def rating(self, in_catalogue: bool | None) -> bool | None:
        """Return whether it is explicit: true if chart or catalogue says so, None if neither rates it."""
        if self.explicit or in_catalogue:
            return True
        return in_catalogue if self.explicit is None else self.explicit

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
        week: the date the source gives it; Billboard dates its chart up to five days ahead.
        entries: in order of rank.
    """

    source: str
    title: str
    week: date
    entries: tuple[ChartEntry, ...]

    def fault(self, *, at_least: int, at_most: int = MOST_ENTRIES) -> Reason | None:
        """Return why this chart must not be believed, or None.

        It is believed with `at_least` to `at_most` entries, ranks from 1 without a gap, and a title and an
        artist of at most `LONGEST_TITLE` characters each.
        """
        count = len(self.entries)
        if count < at_least:
            return Reason(marked("{count} entries, not {wanted}"), {"count": count, "wanted": at_least})
        if count > at_most:
            return Reason(marked("{count} entries, more than {most}"), {"count": count, "most": at_most})
        for place, entry in enumerate(self.entries, start=1):
            if entry.rank != place:
                return Reason(
                    marked("rank {rank} stands at place {place}"), {"rank": entry.rank, "place": place}
                )
            if not entry.title.strip() or not entry.artist.strip():
                return Reason(marked("rank {rank} has no title or no artist"), {"rank": place})
            if max(len(entry.title), len(entry.artist)) > LONGEST_TITLE:
                return Reason(
                    marked("the title or artist at rank {rank} has more than {most} characters"),
                    {"rank": place, "most": LONGEST_TITLE},
                )
        return None


@dataclass(frozen=True, slots=True)
class StoredChart:
    """A whole chart and when it was fetched (aware, UTC)."""

    chart: Chart
    fetched_at: datetime

    def is_stale(self, now: datetime) -> bool:
        """Whether the chart's own week is more than eight days away, whenever it was fetched."""
        return abs(now.date() - self.chart.week) > STALE

    def is_hot(self, now: datetime) -> bool:
        """Whether its songs count as hot: a chart of its own source, and not stale."""
        return self.chart.source != LAST_RESORT and not self.is_stale(now)


Outcome = Literal["answered", "not whole", "unreachable"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of asking one chart source.

    Attributes:
        reason: why its chart was refused, where there was one.
        detail: why it did not answer, for whoever hosts the bot.
    """

    source: str
    outcome: Outcome
    reason: Reason | None = None
    detail: str = ""

    def to_json(self) -> list[object]:
        """Return the attempt as a JSON list."""
        reason = [self.reason.sentence, dict(self.reason.values)] if self.reason else None
        return [self.source, self.outcome, reason, self.detail]

    @classmethod
    def from_json(
        cls,
        source: str,
        outcome: Outcome,
        reason: tuple[str, Mapping[str, str | int]] | None = None,
        detail: str = "",
    ) -> "Attempt":
        """Read what `to_json` made, also without a reason and a detail."""
        return cls(source, outcome, Reason(*reason) if reason else None, detail)


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
        attempts: the sources that were asked, in order; the last one answered.
    """

    before: Chart | None
    after: Chart
    fresh: tuple[ChartEntry, ...]
    climbers: tuple[tuple[ChartEntry, int], ...]
    gone: tuple[ChartEntry, ...]
    attempts: tuple[Attempt, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether the list is the same as before."""
        return self.before is not None and self.before.entries == self.after.entries


def compare(before: Chart | None, after: Chart, attempts: Sequence[Attempt] = ()) -> ChartChanges:
    """Compare two charts; a first chart has only fresh entries."""
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
        attempts=tuple(attempts),
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
