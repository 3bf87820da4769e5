"""Opens table files; the format is detected by the first bytes, not by the name: plain, gzipped or zipped
text, Parquet, workbooks.
"""

import gzip
import io
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO, Literal

from bot.domain.errors import UnreadableTable

Container = Literal["text", "packed text", "parquet", "workbook"]
LARGEST_UNPACKED = 16 << 30
LARGEST_RATIO = 200
"""Real tables shrink to a third or a tenth; deflate's own limit is about 1,032."""
RATIO_COUNTS_FROM = 16 << 20
LARGEST_WORKBOOK = 1 << 30
"""Bytes of XML; a full sheet of a million rows has about 800 MB."""
READABLE = "I read CSV (also .gz, .zip), Excel workbooks, JSON, JSON lines and Parquet."
_FOREIGN = {
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"RIFF": "a sound or picture file",
    b"ID3": "a sound file",
    b"OggS": "a sound file",
    b"fLaC": "a sound file",
    b"%PDF": "a PDF",
    b"SQLite format 3": "a database",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"7z\xbc\xaf": "a 7z archive (unpack it first)",
    b"Rar!": "a RAR archive (unpack it first)",
    b"\xfd7zXZ": "an xz archive (unpack it first)",
    b"BZh": "a bzip2 archive (unpack it first)",
    b"\x28\xb5\x2f\xfd": "a zstd archive (unpack it first)",
    b"ARROW1": "a Feather file (save it as Parquet)",
    b"FEA1": "a Feather file (save it as Parquet)",
    b"ORC": "an ORC file (save it as Parquet)",
    b"\x89HDF": "an HDF5 file (save the table as CSV)",
    b"\x80\x03": "a pickle, which is a program and is never loaded (save the table as CSV)",
    b"\x80\x04": "a pickle, which is a program and is never loaded (save the table as CSV)",
    b"\x80\x05": "a pickle, which is a program and is never loaded (save the table as CSV)",
    b"RDX": "an R data file (save the table with write.csv)",
}
_GZIP, _ZIP, _OLE = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXTS = (".csv", ".tsv", ".tab", ".txt", ".psv", ".json", ".jsonl", ".ndjson")
_WORKBOOK_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_OTHER_PARTS = {"word/document.xml": "a Word document", "ppt/presentation.xml": "a presentation"}


def container_of(path: Path) -> Container:
    """The container format of a file.

    Raises:
        UnreadableTable: there is no such file, it cannot be read, or it is something else.
    """
    try:
        with path.open("rb") as file:
            start = file.read(16)
            if start.startswith(b"PAR1"):
                return "parquet"
            if start.startswith(_OLE):
                return "workbook"
            if start.startswith(_GZIP):
                return "packed text"
            if start.startswith(_ZIP):
                return _zip_container(path, file)
    except OSError as error:
        raise unreadable(path, error) from error
    for magic, kind in _FOREIGN.items():
        if start.startswith(magic):
            raise UnreadableTable(f"{path} is {kind}, no table: {READABLE}")
    return "text"


def unreadable(path: Path, error: OSError) -> UnreadableTable:
    """The error for a file that cannot be opened."""
    if isinstance(error, FileNotFoundError):
        return UnreadableTable(f"There is no file {path}.", detail=str(error))
    if isinstance(error, IsADirectoryError):
        return UnreadableTable(f"{path} is a folder; name the table in it.", detail=str(error))
    return UnreadableTable(f"{path} cannot be read ({error.strerror or error}).", detail=str(error))


def _zip_container(path: Path, file: BinaryIO) -> Container:
    try:
        members = zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise UnreadableTable(f"{path} is a damaged zip file.", detail=str(error)) from error
    names = {member.filename for member in members}
    for part, kind in _OTHER_PARTS.items():
        if part in names:
            raise UnreadableTable(f"{path} is {kind}, no table: {READABLE}")
    if not names.intersection(_WORKBOOK_PARTS):
        return "packed text"
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if unpacked > LARGEST_WORKBOOK or (unpacked > RATIO_COUNTS_FROM and unpacked > LARGEST_RATIO * packed):
        raise swollen(path, f"{unpacked} bytes")
    return "workbook"


def swollen(path: Path, detail: str) -> UnreadableTable:
    """The error for a file that expands beyond any real table."""
    return UnreadableTable(f"{path} unpacks to far more than any real table; it is refused.", detail=detail)


class Unpacked(io.RawIOBase):
    """The decompressed bytes of a text file, for one sequential pass.

    Decompression is bounded: a file that expands beyond any real table is refused.

    Raises:
        UnreadableTable: on opening or reading, if the file is damaged or expands too much.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._unpacked_bytes = 0
        try:
            self._size = path.stat().st_size
            self._packed = path.open("rb")
        except OSError as error:
            raise unreadable(path, error) from error
        try:
            self._unpacked = self._unpack()
        except BaseException:
            self._packed.close()
            raise

    @property
    def fraction(self) -> float:
        """The fraction of the file read, 0 to 1."""
        return 0.0 if self._packed.closed else min(1.0, self._packed.tell() / max(1, self._size))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            taken = self._unpacked.read(len(buffer))
        except (EOFError, zlib.error, zipfile.BadZipFile, OSError, NotImplementedError) as error:
            raise UnreadableTable(
                f"{self._path} is damaged or cut short; fetch it again.", detail=str(error)
            ) from error
        self._unpacked_bytes += len(taken)
        beyond_ratio = self._unpacked_bytes > RATIO_COUNTS_FROM and (
            self._unpacked_bytes > LARGEST_RATIO * max(1, self._packed.tell())
        )
        if beyond_ratio or self._unpacked_bytes > LARGEST_UNPACKED:
            raise swollen(self._path, f"{self._unpacked_bytes} bytes")
        buffer[: len(taken)] = taken
        return len(taken)

    def close(self) -> None:
        self._packed.close()
        super().close()

    def _unpack(self) -> BinaryIO:
        start = self._packed.read(16)
        self._packed.seek(0)
        if start.startswith(_GZIP):
            return gzip.GzipFile(fileobj=self._packed, mode="rb")  # type: ignore[return-value]
        if start.startswith(_ZIP):
            return self._only_member()
        return self._packed

    def _only_member(self) -> BinaryIO:
        try:
            archive = zipfile.ZipFile(self._packed)
            tables = [m for m in archive.infolist() if _is_table(m)]
            if len(tables) != 1:
                raise UnreadableTable(
                    f"{self._path} holds {len(tables)} CSV or JSON files; I read a zip with exactly one. "
                    "Unpack it, and import the one you mean."
                )
            if tables[0].flag_bits & 1:
                raise UnreadableTable(f"{self._path} is locked with a password; unpack it first.")
            return archive.open(tables[0])  # type: ignore[return-value]
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise UnreadableTable(f"{self._path} is a damaged zip file.", detail=str(error)) from error


def _is_table(member: zipfile.ZipInfo) -> bool:
    name = member.filename
    return name.lower().endswith(_TEXTS) and not name.startswith("__MACOSX/")
