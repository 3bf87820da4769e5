"""Negotiates the language of a page."""

from contextlib import suppress

from babel import negotiate_locale
from starlette.requests import HTTPConnection

from bot.i18n.translator import ENGLISH, Translator, languages, translator_for

MAX_HEADER_LENGTH = 500


def negotiate_translator(accept_language: str) -> Translator:
    """The translator for a header `Accept-Language` (RFC 9110, 12.5.4); English by default.

    `de-AT, en;q=0.5` gives German.
    """
    wanted = _preferred_locales(accept_language[:MAX_HEADER_LENGTH])
    found = negotiate_locale(wanted, languages())
    return translator_for(found.lower()) if found else ENGLISH


def request_translator(request: HTTPConnection) -> Translator:
    """The translator for a request."""
    return negotiate_translator(request.headers.get("accept-language", ""))


def _preferred_locales(accept_language: str) -> list[str]:
    """The locales by descending weight, without those of weight zero."""
    weights: dict[str, float] = {}
    for part in accept_language.split(","):
        tag, _, weight = part.replace(" ", "").partition(";q=")
        with suppress(ValueError):
            weights[tag.replace("-", "_")] = float(weight or 1)
    wanted = [locale for locale, weight in weights.items() if weight > 0]
    return sorted(wanted, key=lambda locale: -weights[locale])
