"""What the stand-ins know: songs that are clearly made up, and true chart weeks where a file has them."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

_FEATURES = {
    "acousticness": 0.817,
    "danceability": 0.606,
    "energy": 0.377,
    "instrumentalness": 0.0,
    "liveness": 0.154,
    "loudness": -9.455,
    "speechiness": 0.0275,
    "tempo": 101.96,
    "valence": 0.446,
}


def made_up_id(number: int) -> str:
    """A Spotify id that no track has, the same for the same number."""
    digits = ""
    while number:
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return f"StandIn{digits:0>15}"


@dataclass(frozen=True)
class Song:
    """A song as the services tell it; features None: the services do not know how it sounds."""

    id: str
    title: str
    artists: tuple[str, ...]
    features: dict[str, float] | None = None
    isrc: str | None = None
    album: str | None = "An Album That Never Was"
    release_date: str | None = "2024-03-01"
    duration_ms: int | None = 201_000
    explicit: bool | None = False
    popularity: int | None = None
    in_reccobeats: bool = True
    in_deezer_with_preview: bool = True


def made_up_song(number: int, title: str | None = None, artist: str | None = None) -> Song:
    """A song with features that differ from number to number."""
    features = dict(_FEATURES) | {"energy": number % 100 / 100, "tempo": 60.0 + number % 120}
    return Song(
        id=made_up_id(number),
        title=title or f"Fictional Tune {number}",
        artists=(artist or f"The Imaginary {number % 7}",),
        features=features,
        isrc=f"ZZZ99{number:07d}",
    )


@dataclass(frozen=True)
class ChartRow:
    """One place of a week; None is a dash."""

    rank: int
    title: str
    artist: str
    last_week: int | None
    peak: int
    weeks: int
    explicit: bool = False


def made_up_week(entries: int = 100, *, first: int = 1) -> list[ChartRow]:
    """A week of made-up songs; another `first` is another week with some songs in common."""
    return [
        ChartRow(
            rank,
            f"Fictional Tune {number}",
            f"The Imaginary {number % 7}",
            last_week=None if rank % 9 == 0 else max(1, rank - 2),
            peak=max(1, rank - 3),
            weeks=1 if rank % 9 == 0 else rank % 20 + 1,
        )
        for rank, number in enumerate(range(first, first + entries), start=1)
    ]


def true_weeks(table: Path) -> dict[date, list[ChartRow]]:
    """The weeks of a CSV: chart_week, current_week, title, performer, last_week, peak_pos, wks_on_chart."""
    weeks: dict[date, list[ChartRow]] = {}
    with table.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            weeks.setdefault(date.fromisoformat(row["chart_week"]), []).append(
                ChartRow(
                    int(row["current_week"]),
                    row["title"],
                    row["performer"],
                    last_week=int(row["last_week"]) if row["last_week"].isdigit() else None,
                    peak=int(row["peak_pos"]),
                    weeks=int(row["wks_on_chart"]),
                )
            )
    return weeks


def this_week() -> date:
    """The week of a chart that is current today."""
    return next_saturday(datetime.now(UTC).date())


def next_saturday(day: date) -> date:
    """Chart weeks are named after a Saturday."""
    return day + timedelta(days=(5 - day.weekday()) % 7)


def find_song(songs: Sequence[Song], song_id: str) -> Song | None:
    return next((song for song in songs if song.id == song_id), None)
