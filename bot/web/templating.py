"""The pages' templates, escaped by default; other people's text is made plain before it is shown."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.domain.sound_scales import DURATION, SOUND_SCALES
from bot.i18n.translator import Translator
from bot.presentation.texts import plain
from bot.web.language import translator_of
from bot.web.radar import radar

TEMPLATES = Path(__file__).parent / "templates"
_LONGEST = 300


class Pages:
    """Draws pages, each in the language that its reader asks for."""

    def __init__(self) -> None:
        self._drawers: dict[str, Environment] = {}

    def text(self, template: str, translate: Translator, **values: Any) -> str:
        """A template filled in."""
        if translate.language not in self._drawers:
            self._drawers[translate.language] = _drawer(translate)
        return self._drawers[translate.language].get_template(template).render(**values)

    async def page(self, template: str, request: Request, **values: Any) -> Response:
        """A page as a response; a long one takes milliseconds to fill in, so it is done in a thread."""
        translate = translator_of(request)
        body = await asyncio.to_thread(self.text, template, translate, path=request.url.path, **values)
        return Response(body, headers={"cache-control": "no-store", **spoken(translate)}, media_type=HTML)

    def problem(
        self, request: Request, status: int, title: str, sentence: str, headers: Mapping[str, str]
    ) -> Response:
        """What went wrong, for people; title and sentence are in their language."""
        translate = translator_of(request)
        body = self.text(
            "error.html", translate, path=request.url.path, status=status, title=title, sentence=sentence
        )
        return Response(body, status, {**headers, **spoken(translate)}, HTML)


HTML = "text/html; charset=utf-8"


def spoken(translate: Translator) -> dict[str, str]:
    """The headers of a text in that language: for others it is another."""
    return {"content-language": translate.language, "vary": "accept-language"}


def _drawer(translate: Translator) -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def decimal(value: float, digits: int) -> str:
        return translate.number(value, digits)

    made.filters.update(
        plain=lambda text: plain(text, _LONGEST),
        artists=lambda names: plain(", ".join(names), _LONGEST),
        clock=_clock,
        number=translate.number,
        decimal=decimal,
        day=translate.day,
        query=urlencode,
        linked=_linked,
        said=lambda words: ", ".join(translate(word) for word in words),
    )
    made.globals.update(
        translate=translate, radar=lambda scores: radar(scores, translate), scales=(*SOUND_SCALES, DURATION)
    )
    return made


def _linked(text: str, **links: tuple[str, str]) -> Markup:
    """The text with a link (address and words) for each of its `{names}`."""
    anchor = Markup('<a href="{}">{}</a>')
    return escape(text).format(**{name: anchor.format(*link) for name, link in links.items()})


def _clock(milliseconds: int) -> str:
    """`354320` is "5:54"."""
    minutes, seconds = divmod(round(milliseconds / 1_000), 60)
    return f"{minutes}:{seconds:02d}"
