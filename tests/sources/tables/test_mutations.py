"""Files of every format with bytes changed, cut and doubled: read, or refused with a sentence."""

import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from bot.domain.errors import UnreadableTable
from bot.services.catalogue.read_table import read_table, survey_table
from bot.sources.tables.plan import ReadOptions
from tests.sources.tables.workbooks import workbook

EMBEDDED_FEATURES = np.random.default_rng(1).random((50, 9))
CASES = Path(__file__).parent / "cases"
SIGNS = [b'"', b"'", b",", b";", b"|", b"\t", b"\n", b"\r", b"[", b"{", b"\\", b"\xef\xbb\xbf", b"\0", b"-"]
WORDS = [b"NaN", b"1e999", b"null", b"99999999999999999999", b"track_id", b"True", b"3:37", b"<", b"\xff\xfe"]
MUTANTS = 10


def _records() -> list[dict[str, object]]:
    songs: list[dict[str, object]] = json.loads((CASES / "30_records.json").read_text("utf-8"))
    return songs


def _csv() -> bytes:
    return (CASES / "24_index_col.csv").read_bytes()


def _parquet() -> bytes:
    file = io.BytesIO()
    pyarrow.parquet.write_table(pa.Table.from_pylist(_records()), file)
    return file.getvalue()


def _zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("table.csv", _csv())
    return file.getvalue()


def _workbook() -> bytes:
    return workbook([list(_records()[0]), *(list(song.values()) for song in _records())])


FORMATS: dict[str, Callable[[], bytes]] = {
    "csv": _csv,
    "semicolons": (CASES / "03_semicolon_decimal_comma.csv").read_bytes,
    "tabs": (CASES / "02_bom_tsv.csv").read_bytes,
    "utf-16": (CASES / "01_utf16.csv").read_bytes,
    "latin-1": (CASES / "06_latin1.csv").read_bytes,
    "json": (CASES / "30_records.json").read_bytes,
    "json columns": lambda: json.dumps(
        {name: {str(at): song[name] for at, song in enumerate(_records())} for name in _records()[0]}
    ).encode(),
    "json lines": (CASES / "31_lines.jsonl").read_bytes,
    "parquet": _parquet,
    "workbook": _workbook,
    "gzip": lambda: gzip.compress(_csv()),
    "zip": _zip,
}


def mutated(content: bytes, rng: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        at = rng.randrange(len(data) + 1)
        match rng.randrange(6):
            case 0:
                data[at : at + 1] = rng.randbytes(1)
            case 1:
                del data[at : at + rng.randrange(1, 50)]
            case 2:
                data[at:at] = rng.randbytes(rng.randrange(1, 20))
            case 3:
                copied = rng.randrange(len(data) + 1)
                data[at:at] = data[copied : copied + rng.randrange(1, 200)]
            case 4:
                data[at:at] = rng.choice(SIGNS + WORDS)
            case _ if rng.random() < 0.3:
                del data[at:]
    return bytes(data)


@pytest.mark.parametrize("kind", FORMATS)
def test_mutants(tmp_path: Path, kind: str) -> None:
    rng = random.Random(kind)
    content = FORMATS[kind]()
    path = tmp_path / "table"
    said: list[str] = []
    for _ in range(MUTANTS):
        path.write_bytes(mutated(content, rng))
        rows = 0
        try:
            plan = survey_table(path, ReadOptions(), trusted=True)
            for chunk in read_table(path, plan, ReadOptions(), EMBEDDED_FEATURES, trusted=True):
                rows += chunk.rows
                assert chunk.rows == chunk.tracks.num_rows + sum(some.count for some in chunk.skipped)
        except UnreadableTable as refused:
            said.append(str(refused))
        else:
            assert rows == plan.rows
    assert all(str(path) in sentence for sentence in said)
