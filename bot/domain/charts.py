"""Charts: entries, age, and changes between two charts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from bot.domain.titles import same_song, song_key
from bot.i18n.marking import marked

STALE = timedelta(days=8)
MOST_ENTRIES = 200
LONGEST_TITLE = 300
"""Characters of a chart entry's title, and of its artist."""
LAST_RESORT = "catalogue"
"""The source of the fallback chart: the catalogue's most popular songs, which are never hot."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a chart was rejected: a message to translate, and its values."""

    sentence: str
    values: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence.format(**self.values)


@dataclass(frozen=True, slots=True)
class ChartEntry:
    """An entry of a chart.

    Attributes:
        rank: 1 is the top; 0 is a song pinned by a server.
        last_week, peak, weeks: None if the source does not give them (or the entry is new).
        track_id: the Spotify id, if the source gives one or the song is in the catalogue.
        explicit: the source's rating; None if it gives none.
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
        """A key that is equal for one song on two charts of one source."""
        return song_key(self.title, self.artist)

    def rating(self, in_catalogue: bool | None) -> bool | None:
        """Return whether it is explicit: true if chart or catalogue says so, None if neither rates it."""
        if self.explicit or in_catalogue:
            return True
        return in_catalogue if self.explicit is None else self.explicit

    def is_song(self, title: str, artists: tuple[str, ...]) -> bool:
        """Whether this entry is a version of the song."""
        return same_song(self.title, (self.artist,), title, artists)


@dataclass(frozen=True, slots=True)
class Chart:
    """The chart of one week.

    Attributes:
        source: the name of the chart source, such as "billboard".
        title: its name, such as "Billboard Hot 100".
        week: the date given by the source; Billboard dates its chart up to five days ahead.
        entries: in order of rank.
    """

    source: str
    title: str
    week: date
    entries: tuple[ChartEntry, ...]

    def fault(self, *, at_least: int, at_most: int = MOST_ENTRIES) -> Reason | None:
        """Return why this chart is implausible, or None.

        It is plausible with `at_least` to `at_most` entries, ranks from 1 without a gap, and a title and an
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
    """A chart and its fetch time (aware, UTC)."""

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
    """The outcome of a request to a chart source.

    Attributes:
        reason: why its chart was rejected, if it was.
        detail: why it did not answer, for the operator.
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
        """Read a list of `to_json`; reason and detail may be missing."""
        return cls(source, outcome, Reason(*reason) if reason else None, detail)


@dataclass(frozen=True, slots=True)
class ChartOrigin:
    """The source of the stored chart, and the attempts of the last refresh.

    Attributes:
        attempts: of the last refresh, in order; empty if none is stored. tried_at: its time (aware, UTC).
    """

    stored: StoredChart
    attempts: tuple[Attempt, ...]
    tried_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChartChanges:
    """The changes of a refresh.

    Attributes:
        fresh: new entries. climbers: entry and ranks climbed, furthest first.
        gone: entries of the old chart that dropped out.
        attempts: the requested sources, in order; the last one succeeded.
    """

    before: Chart | None
    after: Chart
    fresh: tuple[ChartEntry, ...]
    climbers: tuple[tuple[ChartEntry, int], ...]
    gone: tuple[ChartEntry, ...]
    attempts: tuple[Attempt, ...] = ()

    @property
    def nothing(self) -> bool:
        return self.before is not None and self.before.entries == self.after.entries


def compare(before: Chart | None, after: Chart, attempts: Sequence[Attempt] = ()) -> ChartChanges:
    """Compare two charts; without an old one all entries are fresh."""
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
        climbers=tuple(sorted(climbers, key=lambda climber: (-climber[1], climber[0].rank))),
        gone=tuple(entry for key, entry in old.items() if key not in new_keys),
        attempts=tuple(attempts),
    )
