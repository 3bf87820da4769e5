"""Translates texts: English is in the code, other languages in `translations/`.

The English text is the key, as in gettext; `make texts` extracts the texts.
"""

import gettext
import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

TRANSLATIONS = Path(__file__).with_name("translations")
DOMAIN = "samewave"
_LIKE_AND = re.compile(r"[ií]|h[ií](?![ae])", re.IGNORECASE)
"""Words before which the Spanish "y" becomes "e", because they begin with its sound; CLDR lacks that."""


class Translator:
    """Translates into one language. Values are inserted unescaped: escape them before.

    Attributes:
        language: its code, such as `de`.
    """

    def __init__(self, locale: Locale, messages: gettext.NullTranslations) -> None:
        self.language = locale.language
        self._locale = locale
        self._messages = messages

    def __call__(self, text: str, /, **values: object) -> str:
        """Translate a text and fill in its `{names}`."""
        found = self._messages.gettext(text)
        return found.format(**values) if values else found

    def plural(self, one: str, many: str, number: int, /, **values: object) -> str:
        """Translate a text with plural forms; `{number}` is filled in as well."""
        return self._messages.ngettext(one, many, number).format(number=self.number(number), **values)

    def number(self, number: float, digits: int = 0) -> str:
        """Format a number with some decimals, grouped as usual in the language."""
        pattern = "#,##0" + (f".{'0' * digits}" if digits else "")
        return format_decimal(number, format=pattern, locale=self._locale)

    def percent(self, share: float, digits: int = 0) -> str:
        """Format a share (1 is all) as a percentage, as usual in the language."""
        pattern = self._locale.percent_formats[None].pattern.replace(
            "#,##0", "0" + ("." + digits * "0" if digits else "")
        )
        return format_percent(share, format=pattern, locale=self._locale)

    def day(self, day: date) -> str:
        """A date in words."""
        return format_date(day, "long", locale=self._locale)

    def listing(self, words: Sequence[str]) -> str:
        """`dark, loud and fast`; at least one word."""
        listed = format_list(words, locale=self._locale)
        if self.language == "es" and len(words) > 1 and _LIKE_AND.match(words[-1]):
            return f"{listed.removesuffix(f'y {words[-1]}')}e {words[-1]}"
        return listed


ENGLISH = Translator(Locale("en", "GB"), gettext.NullTranslations())


@cache
def languages() -> tuple[str, ...]:
    """The codes of all languages, English first."""
    others = sorted(folder.name for folder in TRANSLATIONS.iterdir() if folder.is_dir())
    return (ENGLISH.language, *others)


@cache
def translator_for(locale: str | None) -> Translator:
    """The translator of a locale such as `de` or `pt-BR`; English if there is no translation."""
    wanted = (locale or ENGLISH.language).replace("-", "_")
    known = Locale.negotiate([wanted], languages())
    if known is None or known.language == ENGLISH.language:
        return ENGLISH
    return Translator(known, gettext.translation(DOMAIN, TRANSLATIONS, [str(known)]))


class Asked(Protocol):
    """A command's context of discord.py or an interaction; services translate without importing either."""

    @property
    def guild(self) -> Any:
        """The server, or None."""


def translator_of(source: Asked) -> Translator:
    """The translator for the user's locale (slash commands and buttons), else the server's."""
    interaction: Any = getattr(source, "interaction", source)
    if interaction is not None:
        return translator_for(interaction.locale.value)
    return translator_for(source.guild.preferred_locale.value if source.guild else None)
