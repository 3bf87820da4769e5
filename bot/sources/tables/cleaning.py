"""From a table's cells to tracks: what cannot be trusted is left out and counted."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bot.domain.titles import normalise
from bot.sources.tables import cells
from bot.sources.tables.cells import Flags, Floats
from bot.sources.tables.shapes import Layout, Shape
from ml.features import FEATURE_NAMES, FEATURE_RANGES

Estimate = Callable[[Floats], Floats]
"""From nine features, shape (n, 9) with NaN in the missing columns, to the same without NaN."""

SPOTIFY_ID = "^[0-9A-Za-z]{22}$"
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
class CleanChunk:
    """Some rows of a table, cleaned.

    Attributes:
        rows: how many rows were read.
        tracks: those that can be trusted, as `TRACKS`. An id may come again.
        labels: as `LABELS`.
        skipped: how many were left out, by reason; they sum up to `rows - len(tracks)`.
    """

    rows: int
    tracks: pa.Table
    labels: pa.Table
    skipped: Mapping[str, int]


def clean(raw: Mapping[str, pa.Array], layout: Layout, estimate: Estimate | None) -> CleanChunk:
    """Clean one chunk.

    Args:
        raw: the columns of `layout.columns` that the file has, all of one length.
        estimate: fills in the features that the whole table lacks; needed only where it lacks some.
    """
    shape = layout.shape
    rows = len(raw[shape.title])
    titles = cells.texts(raw[shape.title])
    artists = cells.names(raw[shape.artists], separator=";" if shape.several_artists else None)
    skipped: Counter[str] = Counter()
    kept = np.ones(rows, dtype=np.bool_)

    def skip(where: Flags, reason: str) -> None:
        if now := int(np.count_nonzero(where & kept)):
            skipped[reason] += now
            kept[where] = False

    if shape.id:
        ids = pc.utf8_trim_whitespace(cells.as_strings(raw[shape.id]))
        good = pc.fill_null(pc.match_substring_regex(ids, SPOTIFY_ID), False)
        skip(~good.to_numpy(zero_copy_only=False), "bad id")
    else:
        ids = pa.array(map(made_id, titles.to_pylist(), artists.to_pylist()), pa.string())
    letters = pc.utf8_length(titles).to_numpy()
    skip(letters == 0, "missing title")
    skip(letters > cells.LONGEST_TEXT, "title too long")
    skip(pc.list_value_length(artists).to_numpy() == 0, "missing artist")

    features = np.full((rows, len(FEATURE_NAMES)), np.nan)
    for column, name in enumerate(FEATURE_NAMES):
        if name in layout.missing_features:
            continue
        values, empty = cells.numbers(raw[name])
        low, high = FEATURE_RANGES[name]
        skip(empty, "missing feature")
        skip(np.isnan(values), "bad number")
        skip((values < low) | (values > high), "feature out of range")
        features[:, column] = values
    features = features[kept]
    if layout.missing_features and len(features):
        if estimate is None:
            raise ValueError(f"nothing was given to estimate {', '.join(layout.missing_features)} with")
        features = estimate(features)

    whole = {name: values[kept] for name, values in _known_numbers(raw, shape, rows).items()}
    album = _present(raw, shape.album)
    albums = pa.nulls(rows, pa.string())
    if album:
        albums = pc.utf8_slice_codeunits(cells.texts(raw[album]), 0, cells.LONGEST_TEXT)
        albums = pc.if_else(pc.equal(albums, ""), pa.scalar(None, pa.string()), albums)
    mask = pa.array(kept)
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
    return CleanChunk(rows, tracks, _labels(raw, shape, kept), skipped)


def made_id(title: str, artists: Sequence[str]) -> str:
    """A stable id for a song that has none: the same title and artists give the same id."""
    song = "\n".join([normalise(title), *(normalise(name) for name in artists)])
    return f"local:{hashlib.sha256(song.encode()).hexdigest()[:22]}"


def _known_numbers(raw: Mapping[str, pa.Array], shape: Shape, rows: int) -> dict[str, Floats]:
    unknown = np.full(rows, np.nan)
    years = unknown
    for column in shape.year:
        if column in raw:
            years = np.where(np.isnan(years), cells.years(raw[column]), years)
    popularity = _present(raw, shape.popularity)
    duration = _present(raw, shape.duration_ms)
    return {
        "popularity": cells.whole_numbers(raw[popularity], 0, 100) if popularity else unknown,
        "duration_ms": cells.whole_numbers(raw[duration], 1, LONGEST_DURATION) if duration else unknown,
        "release_year": years,
        "explicit": cells.booleans(raw["explicit"]) if "explicit" in raw else unknown,
        "key": cells.keys(raw["key"]) if "key" in raw else unknown,
        "mode": cells.modes(raw["mode"]) if "mode" in raw else unknown,
    }


def _present(raw: Mapping[str, pa.Array], columns: Sequence[str]) -> str | None:
    return next((column for column in columns if column in raw), None)


def _labels(raw: Mapping[str, pa.Array], shape: Shape, kept: Flags) -> pa.Table:
    """Labels of the kept rows, positions counted among them."""
    rows = np.flatnonzero(kept)
    parts = [LABELS.empty_table()]
    for column, kind in shape.labels.items():
        if column in raw:
            sets, codes = cells.labels(raw[column])
            names = pa.array(sets, pa.list_(pa.string())).take(pa.array(codes[rows]))
            positions = pc.list_parent_indices(names)
            kinds = pa.repeat(pa.scalar(kind), len(positions))
            parts.append(pa.table([positions, kinds, names.flatten()], schema=LABELS))
    return pa.concat_tables(parts)
