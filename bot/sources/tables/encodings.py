"""Detects text encodings; ambiguous ones are reported, not guessed."""

import codecs
import re
import unicodedata
from itertools import pairwise

import charset_normalizer

from bot.domain.errors import UnreadableTable

MOST_EVIDENCE = 1 << 18
"""Bytes of lines with non-ASCII letters that are examined."""
SURE_SHARE = 0.9
"""Share of the words that must look western before a text is read as one."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_VOWEL = "[aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿœ]"
_LETTERS = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüœšžß")
_PUNCTUATION = frozenset("‘’“”–—…€°©®™«»¡¿·´•†‡§£")
_UNUSUAL = re.compile(
    rf"ñ(?!{_VOWEL})|ã(?![oes]|$)|õ(?!e)|ç(?![aouãõâôáóúà]|$)|è(?={_VOWEL})|[ìù](?!$)|ø(?=(?!y){_VOWEL})"
    rf"|(?<={_VOWEL})æ|æ(?=i)|(?<!{_VOWEL})ï(?!{_VOWEL})|(?<!^)(?<![dgbp]|{_VOWEL})î|œ(?![utdn])"
)
"""Letters of cp1252 where no western language has them, by the letters beside them."""
_LIKELY = (
    *("cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874", "iso8859_2", "koi8_r"),
    *("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr", "mac_roman", "cp437", "cp850", "cp866", "cp1252"),
)
_MOST_SUGGESTED = 3


def named_encoding(name: str) -> str:
    """The codec of an encoding given by a person.

    Raises:
        UnreadableTable: Python knows no text encoding of this name.
    """
    try:
        info = codecs.lookup(name)
        "".encode(info.name)
    except (LookupError, ValueError, TypeError) as error:
        raise UnreadableTable(
            f"I know no text encoding called {name!r}; common ones are utf-8, cp1252, cp1250, shift_jis.",
            detail=str(error),
        ) from error
    return info.name


def marked_encoding(start: bytes) -> str | None:
    """The encoding from a byte order mark or from the zero bytes of UTF-16; else None."""
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    even, odd = start[0:512:2], start[1:512:2]
    if len(odd) > 8:
        if odd.count(0) > 0.6 * len(odd) and not even.count(0):
            return "utf-16-le"
        if even.count(0) > 0.6 * len(even) and not odd.count(0):
            return "utf-16-be"
    return None


def single_byte_encoding(evidence: bytes) -> str:
    """cp1252 (which contains Latin-1's letters), if the lines that are no UTF-8 are unambiguous.

    Raises:
        UnreadableTable: they are ambiguous; the message shows how they would read.
    """
    try:
        words = [word for word in _words(evidence.decode("cp1252")) if not word.isascii()]
        good = sum(map(_looks_western, words))
        if words and good >= SURE_SHARE * len(words):
            return "cp1252"
    except UnicodeDecodeError:
        pass
    raise UnreadableTable(f"The text is not UTF-8, and I do not guess at letters. {_suggestion(evidence)}")


def _suggestion(evidence: bytes) -> str:
    readings: dict[str, str] = {}
    for match in charset_normalizer.from_bytes(evidence[: 1 << 16], cp_isolation=list(_LIKELY)):
        words = [word for word in _words(str(match)) if not word.isascii()][:3]
        readings.setdefault(" ".join(words), match.encoding.replace("_", "-"))
    if not readings:
        return "Save it as UTF-8, or name its encoding, for example with --encoding cp1250."
    likely = sorted(readings.items(), key=lambda reading: _strangeness(reading[0]))[:_MOST_SUGGESTED]
    shown = ", or ".join(f"--encoding {name} (then it reads “{words}”)" for words, name in likely)
    return f"Save it as UTF-8, or name the encoding that reads right: {shown}."


def _strangeness(reading: str) -> tuple[int, int]:
    """Count symbols and mixed scripts: the right encoding has the fewest of both."""
    foreign = [letter for letter in reading if not letter.isascii()]
    scripts = {unicodedata.name(letter, "?").split()[0] for letter in foreign if letter.isalpha()}
    return sum(not letter.isalpha() for letter in foreign), len(scripts)


def _words(text: str) -> list[str]:
    """Split into words at commas and blanks."""
    separated = "".join(" " if letter in ",;\t|\"'()[]{}/!?.:&+-_=<>\r\n" else letter for letter in text)
    return separated.split()


def _looks_western(word: str) -> bool:
    """Whether a word read as cp1252 is spelt as in a western European language.

    Other encodings put their letters at the same places: the same bytes are `Señor` here and `Seńor` in
    Central Europe. So a letter counts only next to letters it follows or precedes in western languages.
    """
    text = word.casefold() if "ß" not in word else word.lower()
    if any(letter in _PUNCTUATION for letter in text):
        text = text.strip("".join(_PUNCTUATION))
        inner = [letter for letter in text if not letter.isascii() and letter not in _LETTERS]
        if any(letter != "’" for letter in inner):
            return False
        return not text or text.isascii() or all(_looks_western(part) for part in text.split("’") if part)
    foreign = [at for at, letter in enumerate(text) if not letter.isascii()]
    if not foreign:
        return True
    if any(text[at] not in _LETTERS for at in foreign):
        return False
    letters = sum(letter.isalpha() for letter in text)
    if len(foreign) == letters and text not in {"à", "é", "è", "ó", "ö", "å", "ø", "ê", "ú", "á", "í"}:
        return False
    if len(foreign) > max(2, 0.6 * letters) or _mixes_cases(word):
        return False
    return not _UNUSUAL.search(text)


def _mixes_cases(word: str) -> bool:
    """A capital amid small letters (`aÑb`): bytes of two-byte encodings look like that."""
    return any(not b.isascii() and unicodedata.category(b) == "Lu" and a.islower() for a, b in pairwise(word))
