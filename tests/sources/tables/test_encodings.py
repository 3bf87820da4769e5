"""Text encodings: told from the bytes where that is certain, else asked for."""

from pathlib import Path

import pytest

from bot.sources.tables.encodings import single_byte_encoding
from bot.sources.tables.plan import ReadOptions
from tests.sources.tables.made_tables import rows, written
from tests.sources.tables.reading import read, refusal


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings(tmp_path: Path, encoding: str) -> None:
    [track] = read(written(tmp_path, rows("Grün,Märta"), encoding)).tracks
    assert (track["title"], track["artists"]) == ("Grün", ["Märta"])


WEST = [
    "Señor Ñandú",
    "CORAÇÃO",
    "Beyoncé",
    "Motörhead",
    "L'été où sœur",
    "Røyksopp",
    "Você",
    "Caffè",
    "Straße",
]


ELSEWHERE = [
    ("Бумажный фонарь", "cp1251"), ("я и ты", "cp1251"), ("紙の月", "shift_jis"), ("爱你", "gbk"),
    ("사랑", "euc-kr"), ("Podsiadło", "cp1250"), ("Koń", "cp1250"), ("Příliš kůň", "cp1250"),
    ("fără casă", "cp1250"), ("őrült idő", "cp1250"), ("Şarkı söylemek", "cp1254"), ("Καλημέρα", "cp1253"),
    ("שלום", "cp1255"), ("حب", "cp1256"), ("mīlestība", "cp1257"), ("рок", "koi8-r"), ("фонарь", "cp866"),
    ("Señor", "mac_roman"), ("Señor", "cp437"), ("ภาษาไทย", "cp874"),
]  # fmt: skip


@pytest.mark.parametrize("title", WEST)
def test_western_text_is_read(title: str) -> None:
    assert single_byte_encoding(title.encode("cp1252")) == "cp1252"


@pytest.mark.parametrize(("title", "encoding"), ELSEWHERE)
def test_other_text_never_becomes_other_letters(tmp_path: Path, title: str, encoding: str) -> None:
    path = written(tmp_path, rows(f"{title},B"), encoding)
    assert "Save it as UTF-8, or name " in refusal(path)
    assert read(path, ReadOptions(encoding=encoding)).tracks[0]["title"] == title


def test_an_encoding_that_is_none_or_another(tmp_path: Path) -> None:
    path = written(tmp_path, rows("Señor,B"), "latin-1")
    assert "I know no text encoding called 'klingon'" in refusal(path, ReadOptions(encoding="klingon"))
    assert "I know no text encoding called 'base64'" in refusal(path, ReadOptions(encoding="base64"))
    assert "is not in the encoding utf-8" in refusal(path, ReadOptions(encoding="utf8"))
