"""In which language somebody wants to read, as their browser says it."""

from functools import cache

from starlette.requests import HTTPConnection

from bot.i18n.translator import ENGLISH, TRANSLATIONS, Translator, translator_for

LONGEST = 500


def translator_asked(accepted: str) -> Translator:
    """The wording for a header `Accept-Language` (RFC 9110, 12.5.4); English where none of them is known.

    `de-AT, en;q=0.5` is German.
    """
    ranges = (one.partition(";") for one in accepted[:LONGEST].lower().split(","))
    wanted = [(_weight(weight), tag.strip().partition("-")[0]) for tag, _, weight in ranges]
    for weight, language in sorted(wanted, key=lambda one: -one[0]):
        if weight > 0 and language in languages():
            return translator_for(language)
    return ENGLISH


def translator_of(request: HTTPConnection) -> Translator:
    """The wording for who asks."""
    return translator_asked(request.headers.get("accept-language", ""))


@cache
def languages() -> frozenset[str]:
    """All there are."""
    return frozenset(
        (ENGLISH.language, *(folder.name for folder in TRANSLATIONS.iterdir() if folder.is_dir()))
    )


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0
