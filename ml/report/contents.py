"""The content of the catalogue: tracks, missing values, duplicates."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ml.report.phrases import listed, percent, plural
from ml.report.section import Section, Table
from ml.songs import LabelledSongs

_OPTIONAL = {
    "duration_ms": "duration",
    "release_year": "release year",
    "key": "key",
    "mode": "mode",
    "popularity": "popularity",
}


@dataclass(frozen=True)
class Contents:
    """Counts of tracks.

    Attributes:
        tracks: rows of the catalogue.
        artists: different first artists, case-folded.
        missing: number of missing values per column; the nine features are never missing.
        repeated_ids: tracks whose id occurred before.
        repeated_songs: tracks whose title and first artist (case-folded) occurred before.
        repeated_sounds: tracks whose exact nine features occurred before.
    """

    tracks: int
    artists: int
    missing: Mapping[str, int]
    repeated_ids: int
    repeated_songs: int
    repeated_sounds: int

    def section(self) -> Section:
        """Rows, missing values, duplicates."""
        whole = [name for name, count in self.missing.items() if count == self.tracks]
        partly = [name for name, count in self.missing.items() if 0 < count < self.tracks]
        if whole or partly:
            gaps = "All tracks have the nine audio features. " + " ".join(
                sentence
                for names, sentence in (
                    (whole, f"No track has a {listed(whole, 'or')}."),
                    (partly, f"Some lack {listed(partly)}."),
                )
                if names
            )
            gaps += " The model fills such gaps in, so these tracks are still recommended."
        else:
            gaps = "No value is missing."
        return Section(
            "contents",
            "What the catalogue holds",
            (
                f"{plural(self.tracks, 'track')} by {plural(self.artists, 'artist')}. {gaps}",
                f"{plural(self.repeated_songs, 'track')} repeat a title by the same artist and "
                f"{plural(self.repeated_sounds, 'track')} sound exactly like an earlier one: versions of one "
                "song under several ids. A version of the song asked about is never an answer.",
            ),
            tables=(
                self._table("Missing", {"the nine audio features": 0, **self.missing}),
                self._table(
                    "Repeated",
                    {
                        "track id": self.repeated_ids,
                        "title and first artist": self.repeated_songs,
                        "all nine audio features": self.repeated_sounds,
                    },
                ),
            ),
        )

    def _table(self, what: str, counts: Mapping[str, int]) -> Table:
        return Table(
            [
                {what: name, "Tracks": count, "Share": percent(count / self.tracks, 1)}
                for name, count in counts.items()
            ]
        )


def count_contents(songs: LabelledSongs) -> Contents:
    """Count tracks, missing values and duplicates of a catalogue."""
    tracks = len(songs)
    firsts = [names[0].casefold().strip() if names else "" for names in songs.artists]
    missing = {
        name: int(np.isnan(getattr(songs.columns, column)).sum()) for column, name in _OPTIONAL.items()
    }
    missing["genre"] = sum(1 for names in songs.genres if not names) if songs.genres else tracks
    missing["title"] = sum(1 for title in songs.titles if not title.strip())
    missing["artist"] = sum(1 for first in firsts if not first)
    named = [
        (first, title.casefold().strip())
        for first, title in zip(firsts, songs.titles, strict=True)
        if first and title.strip()
    ]
    return Contents(
        tracks=tracks,
        artists=len({first for first in firsts if first}),
        missing=missing,
        repeated_ids=tracks - len(set(songs.ids)),
        repeated_songs=len(named) - len(set(named)),
        repeated_sounds=tracks - len(np.unique(songs.columns.features, axis=0)),
    )
