"""The first pass over a table: roles of columns, units, separators of artists."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from bot.domain.errors import UnreadableTable
from bot.sources.tables import attributes, quantities
from bot.sources.tables.cells import Floats
from bot.sources.tables.names import Credits, named
from bot.sources.tables.plan import Cells, ReadOptions, Survey
from bot.sources.tables.roles import REQUIRED, ROLE_NAMES, Columns, find_columns, fold, may_hold_track_ids
from bot.sources.tables.track_ids import IdCounts, looks_like_track_ids
from bot.sources.tables.units import units_of
from ml.features import FEATURE_NAMES

_ALL_VALUES_UP_TO = 200_000
_THEN_EVERY = 10
_HUGE = 1e12
FAILED_WHERE_ZERO = ("danceability", "valence", "tempo")
"""Spotify's analysis gave 0 for all three where it failed."""


def chosen_columns(names: Sequence[str], options: ReadOptions) -> Columns:
    """Find the columns by name; names given by a person have priority.

    Raises:
        UnreadableTable: there is no column or role of such a name.
    """
    columns = find_columns(names)
    of = dict(columns.of)
    for role, name in options.columns.items():
        at = next((at for at, column in enumerate(names) if fold(column) == fold(name)), None)
        if role not in ROLE_NAMES:
            raise UnreadableTable(f"There is no role {role!r}; the roles are: {', '.join(ROLE_NAMES)}.")
        if at is None:
            raise UnreadableTable(f"The table has no column {name!r}; it has: {', '.join(names)}.")
        of = {
            other: left for other, positions in of.items() if (left := tuple(p for p in positions if p != at))
        }
        of[role] = (at,)
    return Columns(tuple(names), of)


def survey(cells: Cells, options: ReadOptions) -> Survey:
    """Read the whole table once and decide how to read it.

    Raises:
        UnreadableTable: it has no songs, or its units are ambiguous.
    """
    columns = _with_hidden_ids(cells, chosen_columns(cells.names, options))
    seen = _Seen(columns)
    for batch in cells.batches(sorted({at for positions in columns.of.values() for at in positions})):
        seen.look(batch)
    if not seen.rows:
        raise UnreadableTable(f"The {cells.kind.split(',')[0]} table has column names but no songs.")
    return seen.conclude(cells.kind, options, cells.malformed)


def _with_hidden_ids(cells: Cells, columns: Columns) -> Columns:
    """Add columns with any name whose values are ids or links of tracks."""
    taken = {at for positions in columns.of.values() for at in positions}
    free = [at for at in range(len(cells.names)) if at not in taken]
    first = next(iter(cells.batches(free)), {}) if free else {}
    found = tuple(
        at
        for at in free
        if at in first and looks_like_track_ids(first[at], named=may_hold_track_ids(cells.names[at]))
    )
    if not found:
        return columns
    return replace(columns, of={**columns.of, "id": (*columns.of.get("id", ()), *found)})


class _Seen:
    """Statistics of the first pass."""

    def __init__(self, columns: Columns) -> None:
        self.rows = 0
        self._columns = columns
        self._artists = Credits()
        self._ids = {at: IdCounts() for at in columns.of.get("id", ())}
        self._values: dict[str, list[Floats]] = {name: [] for name in FEATURE_NAMES if name in columns.of}
        self._with_numbers: set[str] = set()
        self._lengths: list[Floats] = []
        self._strange_keys: dict[str, None] = {}
        self._explicit: Counter[float] = Counter()
        self._strange: dict[str, None] = {}

    def look(self, batch: Mapping[int, pa.Array]) -> None:
        of = self._columns.of
        step = 1 if self.rows < _ALL_VALUES_UP_TO else _THEN_EVERY
        self.rows += len(next(iter(batch.values())))
        for at, counts in self._ids.items():
            counts.look(batch[at])
        for at in of.get("artists", ()):
            self._artists.learn(batch[at])
        features = {name: quantities.numbers(batch[of[name][0]])[0] for name in self._values}
        self._with_numbers.update(name for name, some in features.items() if not np.isnan(some).all())
        if all(name in features for name in FAILED_WHERE_ZERO):
            failed = np.all([features[name] == 0 for name in FAILED_WHERE_ZERO], axis=0)
            for values in features.values():
                values[failed] = np.nan
        for name, values in features.items():
            self._values[name].append(_sampled(values, step))
        if "duration" in of:
            bare, _ = quantities.lengths(batch[of["duration"][0]])
            self._lengths.append(_sampled(np.where(bare > 0, bare, np.nan), step))
        if "key" in of:
            self._strange_keys.update(dict.fromkeys(attributes.strange_keys(batch[of["key"][0]])[:20]))
        if "explicit" in of:
            known, strange = explicit_values(batch, of["explicit"])
            self._explicit.update(np.nan_to_num(known, nan=-1.0).tolist())
            self._strange.update(dict.fromkeys(strange[:20]))

    def conclude(self, kind: str, options: ReadOptions, malformed: int) -> Survey:
        notes: list[str] = []
        of = dict(self._columns.of)
        names = self._columns.names
        if "id" in of:
            self._settle_id(of, notes)
        for name in self._values:
            if name not in self._with_numbers:
                notes.append(f"The column {self._columns.shown(of.pop(name)[0])} has no number in any row.")
        columns = Columns(names, of)
        if columns.missing:
            raise UnreadableTable(f"The table has no values for {' and '.join(columns.missing)}.")
        if "release" in of and "release" not in options.columns:
            _remove_playlist_year(columns, of, notes)
        values = {name: np.concatenate(some) for name, some in self._values.items() if name in of and some}
        units = units_of(
            values, {name: names[of[name][0]] for name in values}, options.scale, percent=options.percent
        )
        if units.faults:
            raise UnreadableTable(" ".join(units.faults) + " Nothing was imported.")
        notes += units.notes
        if options.scale:
            notes.append(
                "Multiplied as you said: " + ", ".join(f"{k} × {v:g}" for k, v in options.scale.items()) + "."
            )
        length_unit = 1.0
        if "duration" in of:
            bare = np.concatenate(self._lengths) if self._lengths else np.empty(0)
            length_unit = quantities.unit_of_lengths(names[of["duration"][0]], bare)
            unit = {1_000.0: "seconds", 60_000.0: "minutes"}.get(length_unit)
            if unit and len(bare):
                notes.append(
                    f"{columns.shown(of['duration'][0])} is in {unit}, by how large its numbers are."
                )
        if self._strange_keys:
            notes.append(
                f"{columns.shown(of['key'][0])} says {named(self._strange_keys)}, which I do not understand: "
                "such songs have no key."
            )
        explicit = None
        if "explicit" in of:
            explicit = (self._explicit[1.0], self._explicit[0.0], self._explicit[-1.0])
            if self._strange:
                notes.append(
                    f"{columns.shown(of['explicit'][0])} says {named(self._strange)}, which "
                    "I do not understand: such songs are of unknown rating."
                )
        read = {at for positions in of.values() for at in positions}
        unread = tuple(columns.shown(at) for at in range(len(names)) if at not in read)
        return Survey(
            kind,
            self.rows + malformed,
            columns,
            unread,
            tuple(notes),
            units.scale,
            length_unit,
            explicit,
            self._artists,
        )

    def _settle_id(self, of: dict[str, tuple[int, ...]], notes: list[str]) -> None:
        """Choose the column with the most ids; none if the column has another kind of number."""
        candidates = of.pop("id")
        best = max(candidates, key=lambda at: (self._ids[at].good, -candidates.index(at)))
        counts = self._ids[best]
        if counts.good or not counts.is_other_kind:
            of["id"] = (best,)
            return
        notes.append(
            f"{self._columns.shown(best)} holds no Spotify track ids ({named([counts.example], 1)}); "
            "the songs are known by title and artists."
        )


def _sampled(values: Floats, step: int) -> Floats:
    """A sample of numbers that is small enough for the whole table."""
    some = values[::step]
    sample: Floats = np.clip(some[~np.isnan(some)], -_HUGE, _HUGE).astype(np.float32)
    return sample


def explicit_values(batch: Mapping[int, pa.Array], positions: Sequence[int]) -> tuple[Floats, list[str]]:
    """0, 1 or NaN per row from all such columns: explicit if any of them says so."""
    read = [attributes.truths(batch[at]) for at in positions]
    values: Floats = np.fmax.reduce([values for values, _ in read])
    return values, [word for _, strange in read for word in strange]


def _remove_playlist_year(columns: Columns, of: dict[str, tuple[int, ...]], notes: list[str]) -> None:
    """Ignore a `year` before the song columns or beside a playlist: it is that of the list."""
    first = min(of[role][0] for role in REQUIRED)
    foreign = [
        at
        for at in of["release"]
        if fold(columns.names[at]) == "year"
        and ((at < first and not any(n.strip() for n in columns.names[:at])) or "playlist" in of)
    ]
    if not foreign:
        return
    if left := tuple(at for at in of["release"] if at not in foreign):
        of["release"] = left
    else:
        del of["release"]
    shown = columns.shown(foreign[0])
    notes.append(
        f"{shown} was not read as the songs' release year: it seems to be the year of a playlist or chart. "
        f"If it is the songs', import with --column release={shown}."
    )
