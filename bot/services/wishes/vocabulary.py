"""Finds the phrases of `vocabulary.toml` in a text."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from unicodedata import normalize

from bot.domain.spelling import folded

BREAK = ","
"""The token of a comma or another sign that ends a clause."""
_TOKEN = re.compile(r"[^\W_]+|[&,;.:!?()、。]")
_JAPANESE_OR_NOT = re.compile(r"[぀-ヿ㐀-鿿々]|[^぀-ヿ㐀-鿿々]+")


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase of the vocabulary in a text.

    Attributes:
        section, name: where it stands in the vocabulary, such as `sounds`, `calm`.
        end: the number of the token behind it.
    """

    section: str
    name: str
    end: int


class Phrases:
    """Phrases by their first word, with stems (`calm*`)."""

    def __init__(self, named: Iterable[tuple[str, str, str]]) -> None:
        """From triples of section, name and phrase; an earlier one is preferred among equally long ones."""
        self._longest = 0
        self._exact: dict[tuple[str, ...], tuple[str, str]] = {}
        self._stems: dict[tuple[str, ...], list[tuple[str, str, str]]] = {}
        for section, name, phrase in named:
            words = tokens_of(phrase.removesuffix("*"))
            if not words:
                continue
            self._longest = max(self._longest, len(words))
            if phrase.endswith("*"):
                self._stems.setdefault(tuple(words[:-1]), []).append((words[-1], section, name))
            else:
                self._exact.setdefault(tuple(words), (section, name))

    def at(self, words: list[str], start: int) -> Found | None:
        """The longest phrase that begins at a token."""
        for length in range(min(self._longest, len(words) - start), 0, -1):
            piece = tuple(words[start : start + length])
            if (exact := self._exact.get(piece)) is not None:
                return Found(*exact, start + length)
            stems = [stem for stem in self._stems.get(piece[:-1], ()) if piece[-1].startswith(stem[0])]
            if stems:
                _, section, name = max(stems, key=lambda stem: len(stem[0]))
                return Found(section, name, start + length)
        return None


@cache
def listed() -> Phrases:
    """All that is in the vocabulary."""
    return Phrases(listed_phrases())


def tokens_of(text: str) -> list[str]:
    """The words of a text, folded; each Japanese letter is one, `BREAK` stands for a comma and the like."""
    return [folded(word) for word in words_of(text)]


def words_of(text: str) -> list[str]:
    """The same, as they were written."""
    words: list[str] = []
    for word in _TOKEN.findall(normalize("NFC", text).lower()):
        words += _JAPANESE_OR_NOT.findall(word) if word == "&" or word[0].isalnum() else [BREAK]
    return words


@cache
def listed_phrases() -> list[tuple[str, str, str]]:
    """Section, name and phrase of all that is in the vocabulary."""
    text = files("bot.services.wishes").joinpath("vocabulary.toml").read_text(encoding="utf-8")
    return [
        (section, name, phrase)
        for section, named in tomllib.loads(text).items()
        for name, listed in named.items()
        for phrase in map(str.strip, listed.replace("\n", " ").split(","))
        if phrase
    ]
