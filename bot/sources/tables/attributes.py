"""Parses key, mode and explicit from numbers or words."""

import re
from functools import lru_cache

import numpy as np
import pyarrow as pa

from bot.sources.tables.cells import EMPTY, Floats, different

_PITCHES = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11, "h": 11}
_SIGNS = {"": 0, "#": 1, "♯": 1, "sharp": 1, "is": 1, "b": -1, "♭": -1, "flat": -1, "es": -1, "s": -1}
_NAME = re.compile(r"([a-h])\s*(♯|♭|#|b|-?sharp|-?flat|is|es|s)?(?:\s*/.*?)?[\s-]*([a-z.]*)")
_CAMELOT = re.compile(r"0?(1[0-2]|[1-9])\s*([abmd])")
_MODES = {
    **dict.fromkeys(("0", "minor", "min", "min.", "m", "moll", "mineur", "menor", "minore", "mi"), 0.0),
    **dict.fromkeys(("1", "major", "maj", "maj.", "dur", "majeur", "mayor", "maior", "maggiore", "ma"), 1.0),
}
_YES = (
    "true, t, yes, y, 1, explicit, explict, e, x, ja, ja., wahr, oui, vrai, sí, si, sim, verdadeiro, "
    "verdadero, vero, ✓, ✔, 🅴, explicit content, parental advisory"
)
_NO = (
    "false, f, no, n, 0, clean, cleaned, not explicit, notexplicit, not_explicit, non-explicit, nein, "
    "falsch, non, faux, não, falso, inoffensive, edited, none., ✗"
)
_TRUTH = {**dict.fromkeys(_YES.split(", "), 1.0), **dict.fromkeys(_NO.split(", "), 0.0)}
_NOTHING = frozenset(EMPTY)


def keys(cells: pa.Array) -> tuple[Floats, Floats]:
    """Pitch classes 0-11 and modes given with them (0 minor, 1 major); NaN if missing.

    From numbers, names (`C#`, `Bb`, `C♯/D♭`, `A minor`, `Am`), Camelot (`8A`) or Open Key (`1m`).
    """
    values, codes = different(cells)
    found = np.array([*map(_key, values.to_pylist()), (np.nan, np.nan)]).reshape(-1, 2)[codes]
    return found[:, 0], found[:, 1]


def strange_keys(cells: pa.Array) -> list[str]:
    """Words for keys that were not understood; -1 means that the analysis found none."""
    return [
        word
        for word in different(cells)[0].to_pylist()
        if word.casefold() not in _NOTHING
        and not re.fullmatch(r"-1(?:\.0*)?", word)
        and np.isnan(_key(word)[0])
    ]


def modes(cells: pa.Array) -> Floats:
    """0 minor, 1 major, from numbers or words; NaN where there is none."""
    values, codes = different(cells)
    words = [word.casefold().removesuffix(".0") for word in values.to_pylist()]
    return np.array([*(_MODES.get(word, np.nan) for word in words), np.nan])[codes]


def truths(cells: pa.Array) -> tuple[Floats, list[str]]:
    """0, 1 or NaN for unknown; and the words that were not understood."""
    values, codes = different(cells)
    words = values.to_pylist()
    found = [_TRUTH.get(word.casefold().removesuffix(".0"), np.nan) for word in words]
    strange = [
        word
        for word, value in zip(words, found, strict=True)
        if np.isnan(value) and word.casefold() not in _NOTHING and word not in ("-1", "2", "unknown")
    ]
    return np.array([*found, np.nan])[codes], strange


@lru_cache(maxsize=1 << 10)
def _key(text: str) -> tuple[float, float]:
    nan = float("nan")
    word = text.casefold().strip()
    if re.fullmatch(r"-?\d+(?:\.0*)?", word):
        number = float(word)
        return (number, nan) if 0 <= number <= 11 else (nan, nan)
    if match := _CAMELOT.fullmatch(word):
        hour, letter = int(match[1]), match[2]
        # The wheel is ordered by fifths; Camelot's 8B and Open Key's 1d are C major, 8A and 1m A minor.
        steps = hour - (8 if letter in "ab" else 1)
        minor = letter in "am"
        return float((7 * steps + 9 * minor) % 12), float(not minor)
    if match := _NAME.fullmatch(word):
        letter, sign, rest = match.groups()
        if rest == "" and text.strip()[-1:] == "m":
            rest = "m"
        if rest and rest not in _MODES:
            return nan, nan
        mode = _MODES.get(rest, nan) if rest else nan
        if rest == "m" and text.strip()[-1:] == "M":
            mode = 1.0
        return float((_PITCHES[letter] + _SIGNS[(sign or "").removeprefix("-")]) % 12), mode
    return nan, nan
