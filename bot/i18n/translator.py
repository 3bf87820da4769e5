"""Every text for people in their language: English stands in the code, the rest in `translations/`.

A text is looked up by its English words, as gettext does; `make texts` gathers them for translators.
"""

import gettext
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import discord
from discord.ext import commands

from bot.i18n.marking import marked

TRANSLATIONS = Path(__file__).with_name("translations")
DOMAIN = "samewave"


class Translator:
    """Says texts in one language. What is put into a text is put in as it is: escape it before."""

    def __init__(self, language: str, catalogue: gettext.NullTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    def __call__(self, text: str, /, **values: object) -> str:
        """The text, with its `{names}` filled in."""
        found = self._catalogue.gettext(text)
        return found.format(**values) if values else found

    def count(self, one: str, many: str, number: int, /, **values: object) -> str:
        """The text for that many; `{number}` is filled in as well."""
        return self._catalogue.ngettext(one, many, number).format(number=self.number(number), **values)

    def number(self, number: int) -> str:
        """Digits in groups of three."""
        return f"{number:,}".replace(",", self(","))

    def day(self, day: date) -> str:
        """A date in words."""
        return self("{day} {month} {year}", day=day.day, month=self(MONTHS[day.month - 1]), year=day.year)

    def all_of(self, words: Sequence[str]) -> str:
        """`dark, loud and fast`; at least one word."""
        *before, last = words
        return self("{words} and {last}", words=", ".join(before), last=last) if before else last


MONTHS = (
    marked("January"),
    marked("February"),
    marked("March"),
    marked("April"),
    marked("May"),
    marked("June"),
    marked("July"),
    marked("August"),
    marked("September"),
    marked("October"),
    marked("November"),
    marked("December"),
)

ENGLISH = Translator("en", gettext.NullTranslations())


def translator_for(locale: str | None) -> Translator:
    """The wording of a locale such as `de` or `pt-BR`; English where there is no translation."""
    return _translator((locale or "en").partition("-")[0])


@cache
def _translator(language: str) -> Translator:
    if not gettext.find(DOMAIN, TRANSLATIONS, [language]):
        return ENGLISH
    return Translator(language, gettext.translation(DOMAIN, TRANSLATIONS, [language]))


def translator_of(source: commands.Context[Any] | discord.Interaction[Any]) -> Translator:
    """The language of the asker, as Discord tells it for slash commands and buttons; else of the server."""
    interaction = source.interaction if isinstance(source, commands.Context) else source
    if interaction is not None:
        return translator_for(interaction.locale.value)
    return translator_for(source.guild.preferred_locale.value if source.guild else None)
