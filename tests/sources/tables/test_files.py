import gzip
import random
import zipfile
from pathlib import Path

import pytest

from bot.sources.tables.table import open_table
from tests.sources.tables.fictional import EMBEDDED, csv_file, csv_text, song
from tests.sources.tables.reading import refusal


def test_what_is_not_there_or_no_file(tmp_path: Path) -> None:
    assert "There is no file" in refusal(tmp_path / "nothing.csv")
    assert "is a folder" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "is a picture, no table"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"PAR1 and then something else", "damaged"),
        (b"PK\x03\x04 and then something else", "damaged zip"),
        (b"\x1f\x8b and then something else", "damaged or cut short"),
        (random.Random(1).randbytes(5_000), "no text"),
        ("track_id,tempo\n1,2\n".encode("utf-16"), "I find no column for title"),
        (b"<html><body>Sign in</body></html>", "is a web page in place of a table"),
        (b"caf\x8e,b\n", "Save it as UTF-8, or name the encoding"),
    ],
)
def test_foreign_files(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    assert words in refusal(path)


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_column_names_alone(tmp_path: Path, end: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(csv_text([song()]).splitlines()[0] + end, newline="")
    assert "column names but no songs" in refusal(path)


def test_a_column_name_over_two_lines(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text('"an extra\ncolumn",' + csv_text([song()]).replace("\r\n", "\r\nx,", 1), newline="")
    with open_table(path) as table:
        [chunk] = table.chunks()
    assert chunk.tracks.num_rows == 1


def test_mostly_malformed(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(csv_text([song()]) + "x,\n" * 110_000)
    assert "no CSV table" in refusal(path)


@pytest.mark.parametrize("kept", [30, 500, -10])
def test_a_gzip_cut_short(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress(csv_text([song(n) for n in range(500)]).encode())[:kept])
    assert "cut short" in refusal(path)


def test_a_parquet_file_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    path.write_bytes(EMBEDDED.read_bytes()[:200_000])
    assert "damaged" in refusal(path)


def test_a_parquet_file_with_a_broken_page(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    content = bytearray(EMBEDDED.read_bytes())
    content[10_000:30_000] = bytes(20_000)
    path.write_bytes(content)
    assert "damaged" in refusal(path)


EMPTY_RECORDS = (b"," * 18 + b"\n") * 60_000


def test_bombs_are_refused_before_they_swell(tmp_path: Path) -> None:
    head = csv_text([song()]).encode()
    packed = tmp_path / "bomb.csv.gz"
    with gzip.open(packed, "wb") as file:
        file.write(head)
        for _ in range(20):
            file.write(EMPTY_RECORDS)
    assert "unpacks to far more" in refusal(packed)
    archive = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped,
        zipped.open("table.csv", "w", force_zip64=True) as member,
    ):
        member.write(head)
        for _ in range(20):
            member.write(EMPTY_RECORDS)
    assert "unpacks to far more" in refusal(archive)


def test_zips_that_are_no_one_table(tmp_path: Path) -> None:
    path = tmp_path / "table.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "a")
        archive.writestr("b.csv", "b")
    assert "holds 2 CSV or JSON files; I read a zip with exactly one" in refusal(path)
    with zipfile.ZipFile(path, "w"):
        pass
    assert "holds 0 CSV or JSON files" in refusal(path)


def test_an_open_quotation_mark_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "table.csv", [song(n) for n in range(15_000)])
    text = path.read_text()
    path.write_text(
        text.replace("The Imaginary Lighthouse Number 7,", '"The Imaginary Lighthouse Number 7,', 1)
    )
    assert "record longer than 2 MB" in refusal(path)


def test_latin_1_where_it_is_sure(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(csv_text([song(title="Café Málaga über alles")]).encode("latin-1"))
    with open_table(path) as table:
        [chunk] = table.chunks()
    assert chunk.tracks.column("title").to_pylist() == ["Café Málaga über alles"]


def test_other_text_after_a_long_utf_8_beginning(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "table.csv", [song(n, title="Málaga") for n in range(20_000)])
    with path.open("ab") as file:
        file.write(csv_text([song(title="Café")]).splitlines()[1].encode("latin-1") + b"\n")
    assert "something else in others, first in line 20,002; save it as UTF-8" in refusal(path)
