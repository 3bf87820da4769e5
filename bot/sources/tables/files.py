"""Opening what people hand in: plain, gzipped or zipped CSV, told by the first bytes, never by the name."""

import csv
import gzip
import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from bot.domain.errors import UnreadableTable

SAMPLE = 1 << 20
LARGEST_UNPACKED = 16 << 30
LARGEST_RATIO = 200
"""Real tables shrink to a third or a tenth; deflate's own limit is about 1,032."""
RATIO_COUNTS_FROM = 16 << 20
_FOREIGN = {
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"%PDF": "a PDF",
    b"SQLite format 3": "a database",
    b"\x7fELF": "a program",
    b"7z\xbc\xaf": "a 7z archive (unpack it first)",
    b"\xfd7zXZ": "an xz archive (unpack it first)",
    b"BZh": "a bzip2 archive (unpack it first)",
    b"\x28\xb5\x2f\xfd": "a zstd archive (unpack it first)",
}


def is_parquet(path: Path) -> bool:
    """Whether the file begins as Parquet does.

    Raises:
        UnreadableTable: there is no such file, or it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PAR1"
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> UnreadableTable:
    """The sentence for a file that cannot be opened."""
    if isinstance(error, FileNotFoundError):
        return UnreadableTable(f"There is no file {path}.", detail=str(error))
    if isinstance(error, IsADirectoryError):
        return UnreadableTable(f"{path} is a folder; name the table in it.", detail=str(error))
    return UnreadableTable(f"{path} cannot be read ({error.strerror or error}).", detail=str(error))


@dataclass(frozen=True)
class Header:
    """The first record of a CSV file and how the rest is written."""

    columns: tuple[str, ...]
    delimiter: str
    encoding: str


class CsvBytes(io.RawIOBase):
    """The unpacked bytes of a CSV file, for one pass from start to end.

    Unpacking is bounded: a file that swells beyond every real table is refused.

    Raises:
        UnreadableTable: on opening or reading, when the file is damaged, foreign or swells too much.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        try:
            self._size = path.stat().st_size
            self._packed = path.open("rb")
        except OSError as error:
            raise unreadable(path, error) from error
        try:
            self._unpacked = self._unpack()
            self._unpacked_bytes = 0
            self._sample = b""
            self._sample = self._take(SAMPLE)
        except BaseException:
            self._packed.close()
            raise

    @property
    def fraction(self) -> float:
        """How much of the file has been read, 0 to 1."""
        return 0.0 if self._packed.closed else min(1.0, self._packed.tell() / max(1, self._size))

    def read_header(self) -> Header:
        """Read the column names; what is read afterwards begins with the first song."""
        encoding = _encoding(self._sample)
        text = self._sample.decode(encoding, errors="ignore")
        names = text.removeprefix("\ufeff").lstrip("\r\n")
        if not names.strip():
            raise UnreadableTable(f"{self._path} is empty.")
        delimiter = max(",;\t", key=names.splitlines()[0].count)
        lines = io.StringIO(names, newline="")
        record = csv.reader(iter(lines.readline, ""), delimiter=delimiter)
        try:
            columns = next(record)
        except (csv.Error, StopIteration) as error:
            raise UnreadableTable(f"{self._path} does not begin with a row of column names.") from error
        before = text[: len(text) - len(names) + lines.tell()]
        self._sample = self._sample[len(before.encode(encoding)) :]
        return Header(tuple(columns), delimiter, encoding)

    def readable(self) -> bool:
        """Yes: for reading only."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, none only at the end."""
        if self._sample:
            taken, self._sample = self._sample[:size], self._sample[size:]
            return taken
        return self._take(size)

    def close(self) -> None:
        """Close the file."""
        if not self.closed:
            self._packed.close()
        super().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _unpack(self) -> BinaryIO:
        start = self._packed.read(16)
        self._packed.seek(0)
        if start.startswith(b"\x1f\x8b"):
            return gzip.GzipFile(fileobj=self._packed, mode="rb")  # type: ignore[return-value]
        if start.startswith(b"PK\x03\x04") or start.startswith(b"PK\x05\x06"):
            return self._only_member()
        for magic, kind in _FOREIGN.items():
            if start.startswith(magic):
                raise UnreadableTable(
                    f"{self._path} is {kind}, no table: I read CSV (also .gz, .zip) and Parquet."
                )
        return self._packed

    def _only_member(self) -> BinaryIO:
        try:
            archive = zipfile.ZipFile(self._packed)
            tables = [m for m in archive.infolist() if _is_table(m)]
            if len(tables) != 1:
                raise UnreadableTable(
                    f"{self._path} holds {len(tables)} CSV files; I read a zip with exactly one."
                )
            if tables[0].flag_bits & 1:
                raise UnreadableTable(f"{self._path} is locked with a password; unpack it first.")
            return archive.open(tables[0])  # type: ignore[return-value]
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise UnreadableTable(f"{self._path} is a damaged zip file.", detail=str(error)) from error

    def _take(self, size: int) -> bytes:
        try:
            taken = self._unpacked.read(size)
        except (EOFError, zlib.error, zipfile.BadZipFile, OSError, NotImplementedError) as error:
            raise UnreadableTable(
                f"{self._path} is damaged or cut short; fetch it again.", detail=str(error)
            ) from error
        self._unpacked_bytes += len(taken)
        swollen = self._unpacked_bytes > RATIO_COUNTS_FROM and (
            self._unpacked_bytes > LARGEST_RATIO * max(1, self._packed.tell())
        )
        if swollen or self._unpacked_bytes > LARGEST_UNPACKED:
            raise UnreadableTable(
                f"{self._path} unpacks to far more than any real table; it is refused.",
                detail=f"{self._unpacked_bytes} bytes",
            )
        return taken


def _is_table(member: zipfile.ZipInfo) -> bool:
    name = member.filename
    return name.lower().endswith((".csv", ".tsv", ".txt")) and not name.startswith("__MACOSX/")


def _encoding(sample: bytes) -> str:
    """UTF-8, or Latin-1 where the bytes leave no doubt."""
    if b"\0" in sample:
        raise UnreadableTable("This is no text: I read CSV (also .gz, .zip) and Parquet, in UTF-8.")
    try:
        # A character may be cut at the end of the sample.
        sample.decode("utf-8") if len(sample) < SAMPLE else sample[:-3].decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        if len(sample) >= SAMPLE and error.start >= SAMPLE - 8:
            return "utf-8"
        if any(0x7F <= byte < 0xA0 for byte in sample) or sample.count(b"\xc3"):
            raise UnreadableTable(
                "The text of this table is neither UTF-8 nor Latin-1; save it as UTF-8.", detail=str(error)
            ) from error
        return "latin-1"
    return "utf-8"
