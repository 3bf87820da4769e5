"""Assigns roles to columns by name."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.sources.tables.synonyms import SYNONYMS
from ml.features import FEATURE_NAMES

LabelKind = Literal["genre", "subgenre", "playlist"]
LABEL_KINDS: tuple[LabelKind, ...] = ("genre", "subgenre", "playlist")


@dataclass(frozen=True)
class Role:
    """A role of a column.

    Attributes:
        name: its name for people and for `--column`.
        synonyms: column names, most specific first; compared by `fold`.
        several: whether every column with such a name is read, not only the first.
    """

    name: str
    synonyms: tuple[str, ...]
    several: bool = False


_SEVERAL = frozenset(["id", "release", "explicit", "genre", "subgenre"])
ROLES: tuple[Role, ...] = tuple(
    Role(name, tuple(part.strip() for part in text.split(",")), name in _SEVERAL)
    for name, text in SYNONYMS.items()
)
ROLE_NAMES: tuple[str, ...] = tuple(role.name for role in ROLES)
REQUIRED: tuple[str, ...] = ("title", "artists")
MOST_ESTIMATED = 2
"""How many of the nine features a table may lack as a whole: they are estimated from the others."""

_BEFORE = re.compile("(?:audiofeatures?|trackfeatures|features?|spotify|track|song|audio|avg)(?=..)")
_AFTER = re.compile("(?<=..)(?:percentage|percent|prozent|pct|score|value|feature|hz|bpm|db)$")
_NO_TRACK_ID = ("artist", "album", "user", "playlist", "isrc", "genre", "label", "added")


def fold(column: str) -> str:
    """Normalise a column name for comparison: `" Artist Name(s)"` is `"artistnames"`."""
    plain = unicodedata.normalize("NFKD", column.casefold())
    return "".join(letter for letter in plain if letter.isalnum())


def says_percent(column: str) -> bool:
    """Whether a column's name says that its values are percentages."""
    return "%" in column or fold(column).endswith(("percent", "pct", "percentage", "prozent"))


def says_hertz(column: str) -> bool:
    """Whether a column's name says that its values are beats per second."""
    return re.search(r"(?i)(?:\b|_)hz\b|beats?.?per.?second", column) is not None


def may_hold_track_ids(column: str) -> bool:
    """Whether ids of 22 characters in this column can be tracks': not where it names artists or albums."""
    return not any(word in fold(column) for word in _NO_TRACK_ID)


@dataclass(frozen=True)
class Columns:
    """The roles of the columns of a table.

    Attributes:
        names: the columns' names as the file has them, "" for an unnamed one.
        of: positions of the columns of each role, the best first; roles without a column are absent.
    """

    names: tuple[str, ...]
    of: Mapping[str, tuple[int, ...]]

    @property
    def missing_features(self) -> tuple[str, ...]:
        """Features that no column gives, in the order of `FEATURE_NAMES`."""
        return tuple(name for name in FEATURE_NAMES if name not in self.of)

    @property
    def missing(self) -> tuple[str, ...]:
        """Missing roles that a table of songs needs."""
        lacking = [name for name in REQUIRED if name not in self.of]
        features = self.missing_features
        return (*lacking, *(features if len(features) > MOST_ESTIMATED else ()))

    def shown(self, position: int) -> str:
        """A column's name for people."""
        return self.names[position].strip() or f"(column {position + 1}, without a name)"


def find_columns(names: Iterable[str]) -> Columns:
    """Assign roles by column names; each column has one role at most."""
    columns = tuple(names)
    folded = [fold(column) for column in columns]
    taken: set[int] = set()
    of: dict[str, tuple[int, ...]] = {}
    for exact in (True, False):
        places: dict[str, list[int]] = {}
        for at, name in enumerate(folded):
            places.setdefault(name if exact else _bare(name), []).append(at)
        if _EVERY_SYNONYM.isdisjoint(places):  # as in most lines that are no header
            continue
        for role in ROLES:
            if (role.name in of and not role.several) or not (exact or role.name in FEATURE_NAMES):
                continue
            found = [
                at for synonym in _FOLDED[role.name] for at in places.get(synonym, ()) if at not in taken
            ]
            if found:
                matching = list(dict.fromkeys(found))[: None if role.several else 1]
                taken.update(matching)
                of[role.name] = (*of.get(role.name, ()), *matching)
    return Columns(columns, of)


_FOLDED = {role.name: tuple(dict.fromkeys(map(fold, role.synonyms))) for role in ROLES}
_EVERY_SYNONYM = frozenset().union(*_FOLDED.values())


def _bare(name: str) -> str:
    """A folded name without prefixes such as "track" and without units."""
    if prefix := _BEFORE.match(name):
        name = name[prefix.end() :]
    while suffix := _AFTER.search(name):
        name = name[: suffix.start()]
    return name
