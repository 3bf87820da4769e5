"""A parsed wish in words."""

from collections.abc import Mapping, Sequence

from bot.domain.wishes import Part, Wish
from bot.i18n.marking import marked
from bot.i18n.translator import Translator

_SOUNDS: Mapping[str, str] = {
    "calm": marked("calm"),
    "energetic": marked("energetic"),
    "happy": marked("happy"),
    "lively": marked("lively"),
    "sad": marked("sad"),
    "dark": marked("dark"),
    "angry": marked("angry"),
    "fast": marked("fast"),
    "slow": marked("slow"),
    "danceable": marked("danceable"),
    "acoustic": marked("acoustic"),
    "electric": marked("electric"),
    "romantic": marked("romantic"),
    "dreamy": marked("dreamy"),
    "epic": marked("epic"),
    "sleep": marked("for sleeping"),
    "focus": marked("for concentrating"),
    "party": marked("for a party"),
    "workout": marked("for a workout"),
    "drive": marked("for driving"),
    "rain": marked("for a rainy day"),
    "summer": marked("for summer"),
    "night": marked("for the night"),
    "morning": marked("for the morning"),
    "dinner": marked("for dinner"),
    "cooking": marked("for the kitchen"),
    "walk": marked("for a walk"),
    "winter": marked("for winter"),
    "meditation": marked("for meditation"),
}
_MARKS: Mapping[str, tuple[str, str]] = {
    "vocals": (marked("with vocals"), marked("no vocals")),
    "instrumental": (marked("instrumental"), marked("not instrumental")),
    "live": (marked("live"), marked("not live")),
    "known": (marked("well known"), marked("less well known")),
    "hidden": (marked("less well known"), marked("well known")),
    "new": (marked("new"), marked("not new")),
    "old": (marked("old"), marked("not old")),
}
_DECADE = 9


def part_text(part: Part, translate: Translator) -> str:
    """One part in a few words, unescaped: "calm", "1990s", "no vocals", "like Radiohead"."""
    if part.kind == "mark":
        return translate(_MARKS[part.value][part.negated])
    if part.kind == "years":
        return _years_text(part.value, translate)
    if part.kind == "like":
        return translate("like {song}", song=part.value)
    text = translate(_SOUNDS[part.value]) if part.kind == "sound" else part.value
    return translate("not {sound}", sound=text) if part.negated else text


def wish_text(wish: Wish, translate: Translator) -> str:
    """All parts in one line, unescaped."""
    return ", ".join(part_text(part, translate) for part in wish.parts)


def notes(wish: Wish, left_out: Sequence[Part], translate: Translator) -> list[str]:
    """Sentences on guesses, on words that were not understood and parts that were left out; unescaped."""
    said = []
    if guesses := [part_text(part, translate) for part in wish.parts if part.guess]:
        said.append(translate("Guessed: {parts}.", parts=", ".join(guesses)))
    if left_out:
        parts = ", ".join(part_text(part, translate) for part in left_out)
        said.append(
            translate("My catalogue does not know when songs came out, so I left out: {parts}.", parts=parts)
        )
    if wish.unknown:
        said.append(translate("I did not understand: {words}.", words=", ".join(wish.unknown)))
    return said


def _years_text(span: str, translate: Translator) -> str:
    first, last = map(int, span.split("-"))
    if first % 10 == 0 and last - first == _DECADE:
        return translate("{decade}s", decade=str(first))
    return str(first) if first == last else f"{first}–{last}"
