"""Inspects a text file once, then reads it as UTF-8."""

import codecs
import io
import re
from dataclasses import dataclass
from pathlib import Path

from bot.domain.errors import UnreadableTable
from bot.sources.tables.encodings import MOST_EVIDENCE, marked_encoding, named_encoding, single_byte_encoding
from bot.sources.tables.files import READABLE, Unpacked

BLOCK = 1 << 20
_CONFLICT = re.compile(rb"(?m)^(?:<<<<<<<|>>>>>>>)(?: |\r?$)")


@dataclass(frozen=True)
class TextStart:
    """The encoding and the start of a text file.

    Attributes:
        encoding: a codec that decodes all of it, byte order mark included.
        start: the first megabyte, decoded, without a byte order mark.
        whole: whether `start` is all there is.
    """

    encoding: str
    start: str
    whole: bool


def inspect_text(path: Path, encoding: str | None) -> TextStart:
    """Detect a text file's encoding, and check that it can be read to the end.

    Args:
        encoding: given by a person; None detects it.

    Raises:
        UnreadableTable: it is damaged, no text, in an unclear encoding, or has a merge conflict in it.
    """
    with Unpacked(path) as file:
        first = _read_block(file)
        codec = named_encoding(encoding) if encoding else marked_encoding(first)
        if codec is None:
            codec = _utf8_or_single_byte(path, file, first)
        else:
            if codec.replace("_", "-") == "utf-8":
                codec = "utf-8-sig"
            _decode_all(path, file, first, codec)
    start = first.decode(codec, errors="ignore").removeprefix("\ufeff")
    if "\0" in start:
        raise UnreadableTable(f"{path} is no text and no table: {READABLE}")
    if not start.strip():
        raise UnreadableTable(f"{path} is empty.")
    return TextStart(codec, start, len(first) < BLOCK)


def _read_block(file: Unpacked) -> bytes:
    """Read a full megabyte, less at the end; decompressors return less per call."""
    parts: list[bytes] = []
    size = 0
    while size < BLOCK and (part := file.read(BLOCK - size)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _decode_all(path: Path, file: Unpacked, block: bytes, codec: str) -> None:
    decoder = codecs.getincrementaldecoder(codec)()
    lines = 0
    try:
        while block:
            lines += decoder.decode(block).count("\n")
            block = _read_block(file)
        decoder.decode(b"", final=True)
    except UnicodeError as error:
        raise UnreadableTable(
            f"{path} is not in the encoding {codec.removesuffix('-sig')}: "
            f"it cannot be decoded after line {lines + 1:,}.",
            detail=str(error),
        ) from error


def _utf8_or_single_byte(path: Path, file: Unpacked, block: bytes) -> str:
    """UTF-8 if all bytes are valid; else a single-byte encoding deduced from the invalid lines."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines = 0
    before = b""
    try:
        while block:
            if b"\0" in block:
                raise UnreadableTable(f"{path} is no text and no table: {READABLE}")
            # A conflict marker may be cut at the end of a block.
            if conflict := _CONFLICT.search(before + block):
                line = lines - before.count(b"\n") + (before + block).count(b"\n", 0, conflict.start()) + 1
                raise UnreadableTable(
                    f"{path} has an unresolved merge conflict in line {line:,}; "
                    "resolve it (git mergetool) first."
                )
            decoder.decode(block)
            lines += block.count(b"\n")
            before = b"-" + block[-16:]
            block = _read_block(file)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _other_encoding(path)
    return "utf-8-sig"


def _other_encoding(path: Path) -> str:
    evidence: list[bytes] = []
    size = first = 0
    utf8_lines = False
    with Unpacked(path) as file:
        lines = io.BufferedReader(file, BLOCK)
        for number, line in enumerate(iter(lambda: lines.readline(BLOCK), b""), 1):
            if line.isascii():
                continue
            if _is_utf8(line):
                utf8_lines = True
                continue
            first = first or number
            evidence.append(line)
            size += len(line)
            if size > MOST_EVIDENCE:
                break
    if utf8_lines:
        raise UnreadableTable(
            f"{path} is UTF-8 in some lines and something else in others, first in line {first:,}; "
            "save it as UTF-8."
        )
    try:
        return single_byte_encoding(b"\n".join(evidence))
    except UnreadableTable as error:
        raise UnreadableTable(f"{path}, line {first:,}: {error}", detail=error.detail) from error


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class Utf8(io.RawIOBase):
    """The bytes of a text file, converted to UTF-8 without a byte order mark."""

    def __init__(self, path: Path, encoding: str) -> None:
        super().__init__()
        self._file = Unpacked(path)
        self._decoder = None
        if encoding != "utf-8-sig":
            self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._waiting = b""
        self._begun = False

    @property
    def fraction(self) -> float:
        """The fraction of the file read, 0 to 1."""
        return self._file.fraction

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, none only at the end."""
        while not self._waiting:
            block = self._file.read(BLOCK)
            if self._decoder is None:
                text = block
            else:
                text = self._decoder.decode(block, final=not block).encode("utf-8", errors="replace")
            if not self._begun and text:
                text, self._begun = text.removeprefix(codecs.BOM_UTF8), True
            self._waiting = text
            if not block:
                break
        if size < 0 or size >= len(self._waiting):
            taken, self._waiting = self._waiting, b""
        else:
            taken, self._waiting = self._waiting[:size], self._waiting[size:]
        return taken

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """The same into a buffer, for `io.BufferedReader`."""
        taken = self.read(len(buffer))
        buffer[: len(taken)] = taken
        return len(taken)

    def close(self) -> None:
        self._file.close()
        super().close()
