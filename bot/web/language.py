"""The language of a page: the one that the browser asks for."""

from functools import cache

from babel import negotiate_locale
from starlette.requests import HTTPConnection

from bot.i18n.translator import ENGLISH, TRANSLATIONS, Translator, translator_for

MAX_HEADER_LENGTH = 500


def negotiate_translator(accept_language: str) -> Translator:
    """The translator for a header `Accept-Language` (RFC 9110, 12.5.4); English where none of them is known.

    `de-AT, en;q=0.5` gives German.
    """
    found = negotiate_locale(_preferred(accept_language[:MAX_HEADER_LENGTH]), languages(), sep="-")
    return translator_for(found.lower()) if found else ENGLISH


def request_translator(request: HTTPConnection) -> Translator:
    """The translator for whoever sent the request."""
    return negotiate_translator(request.headers.get("accept-language", ""))


@cache
def languages() -> tuple[str, ...]:
    """All languages that there are."""
    return (ENGLISH.language, *sorted(folder.name for folder in TRANSLATIONS.iterdir() if folder.is_dir()))


def _preferred(accept_language: str) -> list[str]:
    """The language tags, the most wanted first; those with a weight of zero are left out."""
    weights: dict[str, float] = {}
    for part in accept_language.split(","):
        tag, _, weight = part.replace(" ", "").partition(";q=")
        try:
            weights[tag] = float(weight or 1)
        except ValueError:
            weights[tag] = 0
    wanted = [tag for tag, weight in weights.items() if weight > 0]
    return sorted(wanted, key=lambda tag: -weights[tag])
