"""Cleans table cells to tracks; invalid rows are skipped and counted, with an example."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bot.sources.tables import attributes, names, quantities
from bot.sources.tables.cells import LONGEST_TEXT, Flags, Floats, as_strings, texts
from bot.sources.tables.plan import Survey
from bot.sources.tables.roles import LABEL_KINDS, fold
from bot.sources.tables.survey import FAILED_WHERE_ZERO, explicit_values
from bot.sources.tables.track_ids import made_id, track_ids
from ml.features import FEATURE_NAMES, FEATURE_RANGES

Estimate = Callable[[Floats], Floats]
"""From nine features, shape (n, 9) with NaN in the missing columns, to the same without NaN."""

LONGEST_DURATION = 24 * 60 * 60 * 1000
_WHOLE = {
    "popularity": pa.int16(),
    "duration_ms": pa.int64(),
    "release_year": pa.int16(),
    "explicit": pa.int8(),
    "key": pa.int8(),
    "mode": pa.int8(),
}
TRACKS = pa.schema(
    [
        ("id", pa.string()),
        ("title", pa.string()),
        ("artists", pa.list_(pa.string())),
        ("album", pa.string()),
        *_WHOLE.items(),
        *((name, pa.float64()) for name in FEATURE_NAMES),
    ]
)
"""Columns of cleaned tracks. Text is never empty, features are finite and in range; the columns from
`album` to `mode` are null where unknown."""

LABELS = pa.schema([("position", pa.int64()), ("kind", pa.string()), ("name", pa.string())])
"""Labels of cleaned tracks; `position` counts the tracks of the same chunk from 0."""


@dataclass(frozen=True)
class Skipped:
    """Rows skipped by one rule.

    Attributes:
        rule: the reason, in words.
        column: the column of the invalid cell, "" for the row as a whole.
        count: the number of rows.
        example: one of the cells.
    """

    rule: str
    column: str
    count: int
    example: str

    def __str__(self) -> str:
        where = f" in {self.column}" if self.column else ""
        example = f", for example {self.example}" if self.example else ""
        return f"{self.rule}{where}: {self.count:,}{example}"


def add_up(skipped: Iterable[Skipped]) -> tuple[Skipped, ...]:
    """One `Skipped` for each rule and column, the most frequent first."""
    found: dict[tuple[str, str], Skipped] = {}
    for some in skipped:
        before = found.get((some.rule, some.column))
        found[some.rule, some.column] = replace(before, count=before.count + some.count) if before else some
    return tuple(sorted(found.values(), key=lambda some: -some.count))


@dataclass(frozen=True)
class CleanChunk:
    """A chunk of cleaned rows.

    Attributes:
        rows: how many rows were read.
        tracks: the valid tracks, with the schema `TRACKS`. Ids may repeat.
        labels: as `LABELS`.
        skipped: skipped rows; the counts add up to `rows - len(tracks)`.
        fraction: how much of the table has been read, 0 to 1.
    """

    rows: int
    tracks: pa.Table
    labels: pa.Table
    skipped: tuple[Skipped, ...]
    fraction: float = 0.0


class _Rows:
    """Which rows are valid, and why the others are skipped."""

    def __init__(self, rows: int, first: int) -> None:
        self.valid = np.ones(rows, dtype=np.bool_)
        self.skipped: list[Skipped] = []
        self._first = first

    def skip(self, where: Flags, rule: str, column: str, cells: pa.Array | None) -> None:
        """Skip rows; each is counted for the first rule that applies."""
        hit = where & self.valid
        if count := int(np.count_nonzero(hit)):
            at = int(np.argmax(hit))
            example = f"row {self._first + at + 1:,}"
            if cells is not None:
                cell = str(cells[at].as_py() if cells[at].is_valid else "")
                example += f": “{cell[:60]}{'…' if len(cell) > 60 else ''}”"
            self.skipped.append(Skipped(rule, column, count, example))
            self.valid[where] = False


def clean(
    raw: Mapping[int, pa.Array], plan: Survey, estimate: Estimate | None, *, first: int = 0
) -> CleanChunk:
    """Clean one chunk.

    Args:
        raw: the columns of the plan by position, all of one length.
        estimate: estimates the features missing in the whole table; needed only if there are any.
        first: the number of preceding rows of the table.
    """
    of, shown = plan.columns.of, plan.columns.shown
    title_at, artists_at = of["title"][0], of["artists"][0]
    rows = _Rows(len(raw[title_at]), first)
    titles = texts(raw[title_at])
    artists = plan.artists.read(raw[artists_at], _artist_counts(raw, plan))
    letters = pc.utf8_length(titles).to_numpy()

    _skip_no_songs(rows, raw, plan, titles)
    if "id" in of:
        at = of["id"][0]
        ids = track_ids(raw[at])
        rows.skip(
            ids.is_null().to_numpy(zero_copy_only=False),
            "no Spotify track id",
            shown(at),
            as_strings(raw[at]),
        )
    else:
        ids = pa.array(map(made_id, titles.to_pylist(), artists.to_pylist()), pa.string())
    rows.skip(letters == 0, "no title", shown(title_at), None)
    rows.skip(letters > LONGEST_TEXT, f"title longer than {LONGEST_TEXT:,} letters", shown(title_at), titles)
    rows.skip(pc.list_value_length(artists).to_numpy() == 0, "no artist", shown(artists_at), None)

    features = _features(rows, raw, plan)
    valid = rows.valid
    features = features[valid]
    if plan.missing_features and len(features):
        if estimate is None:
            raise ValueError(f"nothing was given to estimate {', '.join(plan.missing_features)} with")
        features = estimate(features)
    whole = {name: values[valid] for name, values in _known_numbers(raw, plan, len(valid)).items()}
    albums = pa.nulls(len(valid), pa.string())
    if "album" in of:
        albums = pc.utf8_slice_codeunits(texts(raw[of["album"][0]]), 0, LONGEST_TEXT)
        albums = pc.if_else(pc.equal(albums, ""), pa.scalar(None, pa.string()), albums)
    mask = pa.array(valid)
    tracks = pa.table(
        [
            ids.filter(mask),
            titles.filter(mask),
            artists.filter(mask),
            albums.filter(mask),
            *(pa.array(whole[name], kind, from_pandas=True, safe=False) for name, kind in _WHOLE.items()),
            *(pa.array(features[:, column]) for column in range(len(FEATURE_NAMES))),
        ],
        schema=TRACKS,
    )
    return CleanChunk(len(valid), tracks, _labels(raw, plan, valid), tuple(rows.skipped))


def _skip_no_songs(rows: _Rows, raw: Mapping[int, pa.Array], plan: Survey, titles: pa.Array) -> None:
    """Skip empty rows and repeated headers."""
    of, shown = plan.columns.of, plan.columns.shown
    known = [of["title"][0], of["artists"][0], *(of[name][0] for name in FEATURE_NAMES if name in of)]
    empty = pc.equal(titles, "").to_numpy(zero_copy_only=False)
    if empty.any():
        cells = [pc.equal(pc.utf8_trim_whitespace(pc.fill_null(as_strings(raw[at]), "")), "") for at in known]
        rows.skip(
            np.all([some.to_numpy(zero_copy_only=False) for some in cells], axis=0), "empty row", "", None
        )
    name = plan.columns.names[known[0]].strip()
    again = pc.equal(titles, name).to_numpy(zero_copy_only=False) if name else empty & False
    if again.any():
        feature = known[-1]
        same = [
            fold(text or "") == fold(plan.columns.names[feature])
            for text in as_strings(raw[feature]).to_pylist()
        ]
        rows.skip(again & np.array(same), "column names again", shown(known[0]), titles)


def _features(rows: _Rows, raw: Mapping[int, pa.Array], plan: Survey) -> Floats:
    """All rows by nine features, NaN where the table lacks one."""
    of, shown = plan.columns.of, plan.columns.shown
    features = np.full((len(rows.valid), len(FEATURE_NAMES)), np.nan)
    empties: dict[str, Flags] = {}
    for column, name in enumerate(FEATURE_NAMES):
        if name in of:
            values, empties[name] = quantities.numbers(raw[of[name][0]])
            features[:, column] = values * plan.scale.get(name, 1.0)
    if all(name in of for name in FAILED_WHERE_ZERO):
        zeros = [features[:, FEATURE_NAMES.index(name)] == 0 for name in FAILED_WHERE_ZERO]
        columns = ", ".join(shown(of[name][0]) for name in FAILED_WHERE_ZERO)
        rows.skip(np.all(zeros, axis=0), "failed analysis, all 0", columns, None)
    for column, name in enumerate(FEATURE_NAMES):
        if name not in of:
            continue
        at, values = of[name][0], features[:, column]
        low, high = FEATURE_RANGES[name]
        cells = (
            as_strings(raw[at])
            if np.isnan(values).any() or ((values < low) | (values > high)).any()
            else None
        )
        rows.skip(empties[name], "no value", shown(at), None)
        rows.skip(np.isnan(values), "no number", shown(at), cells)
        rows.skip((values < low) | (values > high), f"not between {low:g} and {high:g}", shown(at), cells)
    return features


def _artist_counts(raw: Mapping[int, pa.Array], plan: Survey) -> list[int] | None:
    """The number of artists per row, given by another column."""
    for role in ("artist count", "artist ids"):
        if positions := plan.columns.of.get(role):
            return [names.count_listed(text) for text in texts(raw[positions[0]]).to_pylist()]
    return None


def _known_numbers(raw: Mapping[int, pa.Array], plan: Survey, rows: int) -> dict[str, Floats]:
    of = plan.columns.of
    unknown = np.full(rows, np.nan)
    years = unknown
    for at in of.get("release", ()):
        years = np.where(np.isnan(years), quantities.years(raw[at]), years)
    lengths = unknown
    if "duration" in of:
        bare, with_unit = quantities.lengths(raw[of["duration"][0]])
        lengths = np.rint(np.where(np.isnan(with_unit), bare * plan.length_unit, with_unit))
        lengths = np.where((lengths >= 1) & (lengths <= LONGEST_DURATION), lengths, np.nan)
    keys, modes = attributes.keys(raw[of["key"][0]]) if "key" in of else (unknown, unknown)
    if "mode" in of:
        own = attributes.modes(raw[of["mode"][0]])
        modes = np.where(np.isnan(own), modes, own)
    return {
        "popularity": quantities.whole_numbers(raw[of["popularity"][0]], 0, 100)
        if "popularity" in of
        else unknown,
        "duration_ms": lengths,
        "release_year": years,
        "explicit": explicit_values(raw, of["explicit"])[0] if "explicit" in of else unknown,
        "key": keys,
        "mode": modes,
    }


def _labels(raw: Mapping[int, pa.Array], plan: Survey, valid: Flags) -> pa.Table:
    """Labels of the valid rows; positions count valid rows."""
    rows = np.flatnonzero(valid)
    parts = [LABELS.empty_table()]
    for kind in LABEL_KINDS:
        for at in plan.columns.of.get(kind, ()):
            sets, codes = names.labels(raw[at], several=kind != "playlist")
            found = pa.array(sets, pa.list_(pa.string())).take(pa.array(codes[rows]))
            positions = pc.list_parent_indices(found)
            kinds = pa.repeat(pa.scalar(kind), len(positions))
            parts.append(pa.table([positions, kinds, found.flatten()], schema=LABELS))
    return pa.concat_tables(parts)
