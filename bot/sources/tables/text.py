"""Reads text files of any encoding; each is inspected once, as a whole."""

import codecs
import io
import re
from collections.abc import Iterator
from pathlib import Path

from bot.domain.errors import UnreadableTable
from bot.sources.tables.encodings import MOST_EVIDENCE, marked_encoding, named_encoding, single_byte_encoding
from bot.sources.tables.files import READABLE, Unpacked

BLOCK = 1 << 20
"""Bytes read at once."""
_CONFLICT = re.compile(r"(?m)^(?:<<<<<<<|>>>>>>>)(?: |\r?$)")


class TextFile:
    """A text file that can be read repeatedly, once it was checked that it can be read to the end.

    Attributes:
        path: the file.
        encoding: a codec that decodes all of it.
        start: the first megabyte, decoded, without a byte order mark.

    Args:
        encoding: given by a person; None detects it.

    Raises:
        UnreadableTable: it is damaged, no text, in an unclear encoding, or has a merge conflict in it.
    """

    def __init__(self, path: Path, encoding: str | None) -> None:
        self.path = path
        self._file: Unpacked | None = None
        with Unpacked(path) as file:
            first = io.BufferedReader(file, BLOCK).read(BLOCK)
        known = named_encoding(encoding) if encoding else marked_encoding(first)
        if known is None and b"\0" in first:
            raise self._no_text()
        self.encoding = known or "utf-8"
        try:
            self.start = self._check("strict", nul_anywhere=known is None)
        except UnreadableTable as error:
            if known or not isinstance(error.__cause__, UnicodeError):
                raise
            self.encoding = _other_encoding(path)
            self.start = self._check("replace")
        if not self.start.strip():
            raise UnreadableTable(f"{path} is empty.")

    @property
    def fraction(self) -> float:
        """The fraction of the file read in this pass, 0 to 1."""
        return self._file.fraction if self._file else 0.0

    def blocks(self, errors: str = "replace") -> Iterator[str]:
        """One pass over the decoded text, without a byte order mark."""
        self.close()
        self._file = Unpacked(self.path)
        self._buffer = buffer = io.BufferedReader(self._file, BLOCK)  # forgotten, it would close the file
        blocks = codecs.iterdecode(iter(lambda: buffer.read(BLOCK), b""), self.encoding, errors)
        yield next(blocks, "").removeprefix("\ufeff")
        yield from blocks

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _check(self, errors: str, *, nul_anywhere: bool = False) -> str:
        """Read the text to the end, and return its start.

        Args:
            nul_anywhere: whether a NUL tells that it is no text, wherever it is, not only at the start.
        """
        start = before = ""
        lines = 0
        try:
            for block in self.blocks(errors):
                if "\0" in block and (nul_anywhere or not start):
                    raise self._no_text()
                # A conflict marker may be cut at the end of a block.
                if conflict := _CONFLICT.search(before + block):
                    line = lines - before.count("\n") + (before + block).count("\n", 0, conflict.start()) + 1
                    raise UnreadableTable(
                        f"{self.path} has an unresolved merge conflict in line {line:,}; "
                        "resolve it (git mergetool) first."
                    )
                start = start or block
                lines += block.count("\n")
                before = "-" + block[-16:]
        except UnicodeError as error:
            raise UnreadableTable(
                f"{self.path} is not in the encoding {self.encoding}: "
                f"it cannot be decoded after line {lines + 1:,}.",
                detail=str(error),
            ) from error
        finally:
            self.close()
        return start

    def _no_text(self) -> UnreadableTable:
        return UnreadableTable(f"{self.path} is no text and no table: {READABLE}")


def _other_encoding(path: Path) -> str:
    """A single-byte encoding, deduced from the lines that are no UTF-8."""
    evidence: list[bytes] = []
    size = first = 0
    utf8_lines = False
    with Unpacked(path) as file:
        lines = io.BufferedReader(file, BLOCK)
        for number, line in enumerate(iter(lambda: lines.readline(BLOCK), b""), 1):
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                utf8_lines = True
            except UnicodeDecodeError:
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
