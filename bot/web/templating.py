"""Page templates with autoescaping; foreign text is sanitised before it is shown."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.domain.sound_scales import DURATION, SOUND_SCALES
from bot.i18n.translator import Translator
from bot.presentation.texts import plain
from bot.web.language import request_translator
from bot.web.radar import radar

TEMPLATES = Path(__file__).parent / "templates"
_LONGEST = 300


class Templates:
    """Renders templates in the reader's language."""

    def __init__(self) -> None:
        self._environments: dict[str, Environment] = {}

    async def page(self, template: str, request: Request, **values: Any) -> Response:
        """Render a page; in a thread, because a long one takes milliseconds."""
        translate = request_translator(request)
        body = await asyncio.to_thread(self._render, template, translate, path=request.url.path, **values)
        return HTMLResponse(body, headers={"cache-control": "no-store", **_language_headers(translate)})

    def error(
        self, request: Request, *, status: int, title: str, sentence: str, headers: Mapping[str, str]
    ) -> Response:
        """Render an error page; title and sentence are translated already."""
        translate = request_translator(request)
        body = self._render(
            "error.html", translate, path=request.url.path, status=status, title=title, sentence=sentence
        )
        return HTMLResponse(body, status, {**headers, **_language_headers(translate)})

    def _render(self, template: str, translate: Translator, **values: Any) -> str:
        if translate.language not in self._environments:
            self._environments[translate.language] = _environment(translate)
        return self._environments[translate.language].get_template(template).render(**values)


def _language_headers(translate: Translator) -> dict[str, str]:
    """The headers `Content-Language` and `Vary`."""
    return {"content-language": translate.language, "vary": "accept-language"}


def _environment(translate: Translator) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    environment.filters.update(
        plain=lambda text: plain(text, _LONGEST),
        artists=lambda names: plain(", ".join(names), _LONGEST),
        clock=_clock,
        number=translate.number,
        decimal=translate.number,
        day=translate.day,
        query=urlencode,
        linked=_linked,
        said=lambda words: ", ".join(translate(word) for word in words),
    )
    environment.globals.update(
        translate=translate, radar=lambda scores: radar(scores, translate), scales=(*SOUND_SCALES, DURATION)
    )
    return environment


def _linked(text: str, **links: tuple[str, str]) -> Markup:
    """Replace each of the `{names}` by a link (URL and words)."""
    anchor = Markup('<a href="{}">{}</a>')
    return escape(text).format(**{name: anchor.format(*link) for name, link in links.items()})


def _clock(milliseconds: int) -> str:
    """Format milliseconds: `354320` is "5:54"."""
    minutes, seconds = divmod(round(milliseconds / 1_000), 60)
    return f"{minutes}:{seconds:02d}"
