"""Makes a catalogue of any size, similar to the real ones, as CSV and Parquet: `make bench-data`.

It is made of copies of the real tables. In every copy but the first each artist has another name, most titles
are put together anew from real ones of the same script and number of words, and the features are jittered;
so lengths, words, scripts, songs an artist, genres and popularity follow the real ones.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from rich.console import Console

from ml.features import FEATURE_NAMES, FEATURE_RANGES

ROOT = Path(__file__).parents[1]
EMBEDDED = ROOT / "data" / "embedded" / "spotify_by_genre.parquet"
SHARED = ROOT.parent / "shared" / "data" / "catalogue" / "spotify_tracks_114k.csv.gz"
ROWS = 1_200_000
SEED = 1
TITLES_KEPT = 0.3
"""Leaves 7 different titles in 10 tracks, as in the public table of 1.2 M tracks; 8 in 10 at 90 k."""
JITTER = 0.05
_LETTERS = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", dtype="S1")
_COLUMNS = ["track_id", "artists", "album_name", "track_name", "popularity", "duration_ms", "explicit"]
_COLUMNS += [*FEATURE_NAMES, "key", "mode", "track_genre"]
_SCRIPTS = (
    (0x250, "Latin"),
    (0x400, "Greek"),
    (0x530, "Cyrillic"),
    (0x1100, "other"),
    (1 << 21, "East Asian"),
)


def made_catalogue(rows: int, *, seed: int = SEED) -> Iterator[pd.DataFrame]:
    """Generate tracks, one copy of the real tables at a time, in the columns of the 114 k table."""
    rng = np.random.default_rng(seed)
    real = _real_tracks()
    used: set[str] = set()
    for copy in range(-(-rows // len(real))):
        part = real.iloc[rng.permutation(len(real))[: rows - copy * len(real)]].reset_index(drop=True)
        if copy:
            part["track_name"] = _titles(part["track_name"].tolist(), rng)
            part["artists"] = _artists(part["artists"].tolist(), real["artists"].tolist(), rng)
            part["album_name"] = rng.permutation(part["album_name"].to_numpy())
            part["popularity"] = (part["popularity"] + rng.integers(-3, 4, len(part))).clip(0, 100)
            part["duration_ms"] = (part["duration_ms"] * rng.uniform(0.97, 1.03, len(part))).astype(int)
            for name in FEATURE_NAMES:
                low, high = FEATURE_RANGES[name]
                noise = rng.normal(0.0, JITTER * real[name].std(), len(part))
                part[name] = (part[name] + noise).clip(low, high).round(6)
        part["track_id"] = _ids(len(part), used, rng)
        yield part


def write_catalogue(rows: int, folder: Path, *, seed: int = SEED) -> tuple[Path, Path]:
    """Write CSV and Parquet, unless they are there; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    table, parquet = (folder / f"songs_{rows}.{kind}" for kind in ("csv", "parquet"))
    if table.exists() and parquet.exists():
        return table, parquet
    schema = pa.Schema.from_pandas(_real_tracks().head(), preserve_index=False)
    unfinished = [path.with_suffix(".unfinished" + path.suffix) for path in (table, parquet)]
    with (
        pa.csv.CSVWriter(unfinished[0], schema) as as_csv,
        pa.parquet.ParquetWriter(unfinished[1], schema) as as_parquet,
    ):
        for part in made_catalogue(rows, seed=seed):
            made = pa.Table.from_pandas(part, schema=schema, preserve_index=False)
            as_csv.write_table(made)
            as_parquet.write_table(made)
    for written, path in zip(unfinished, (table, parquet), strict=True):
        written.rename(path)
    return table, parquet


def _real_tracks() -> pd.DataFrame:
    parts = [pd.read_parquet(EMBEDDED)]
    if SHARED.is_file():
        parts.append(pd.read_csv(SHARED, keep_default_na=False))
    real = pd.concat([part[_COLUMNS] for part in parts]).drop_duplicates("track_id", ignore_index=True)
    return real[(real["track_name"] != "") & (real["artists"] != "")].reset_index(drop=True)


def _titles(real: Sequence[str], rng: np.random.Generator) -> list[str]:
    """The beginning of each title and the end of another one of its kind."""
    kinds: dict[tuple[str, int], list[int]] = {}
    words = [title.split() for title in real]
    for at, title in enumerate(real):
        kinds.setdefault((_script(title), len(words[at])), []).append(at)
    kept = rng.random(len(real)) < TITLES_KEPT
    cuts = rng.random(len(real))
    made = list(real)
    for alike in kinds.values():
        for at, other in zip(alike, rng.permutation(alike).tolist(), strict=True):
            if not kept[at]:
                made[at] = _spliced(words[at], words[other], float(cuts[at]))
    return made


def _spliced(first: list[str], second: list[str], cut: float) -> str:
    if len(first) > 1:
        at = 1 + int(cut * (len(first) - 1))
        return " ".join(first[:at] + second[at:])
    return _half_and_half(first[0], second[0])


def _half_and_half(head: str, tail: str) -> str:
    return head[: (len(head) + 1) // 2] + tail[len(tail) // 2 :]


def _artists(credits: Sequence[str], names: Sequence[str], rng: np.random.Generator) -> list[str]:
    """Each credit under another name, the same for all of its tracks."""
    known = list(dict.fromkeys(credits))
    others = rng.choice(np.array(names, dtype=object), len(known)).tolist()
    renamed = {}
    for credit, other in zip(known, others, strict=True):
        last = other.split(";")[0].split()[-1]
        named = [name.rpartition(" ") for name in credit.split(";")]
        renamed[credit] = ";".join(first + space + _half_and_half(name, last) for first, space, name in named)
    return [renamed[credit] for credit in credits]


def _script(title: str) -> str:
    highest = ord(max(title))
    return next(script for end, script in _SCRIPTS if highest < end)


def _ids(count: int, used: set[str], rng: np.random.Generator) -> list[str]:
    ids: list[str] = []
    while len(ids) < count:
        letters = _LETTERS[rng.integers(len(_LETTERS), size=(count - len(ids), 22))]
        fresh = [id for id in letters.view("S22").ravel().astype(str).tolist() if id not in used]
        used.update(fresh)
        ids += fresh
    return ids


@click.command()
@click.option("--rows", type=click.IntRange(min=1), default=ROWS, envvar="BENCH_ROWS", show_default=True)
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=ROOT / "data" / "state" / "bench",
    envvar="BENCH_DATA",
)
def main(rows: int, folder: Path) -> None:
    """Make the big catalogue."""
    for path in write_catalogue(rows, folder):
        Console().print(f"{path} ({path.stat().st_size / 2**20:,.0f} MB)")


if __name__ == "__main__":
    main()
