"""The pages' templates, escaped by default; other people's text is made plain before it is shown."""

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.domain.sound_scales import DURATION, SOUND_SCALES
from bot.presentation.texts import plain
from bot.presentation.wording import ENGLISH
from bot.web.radar import radar
from bot.web.shapes import Problem

_FOLDER = Path(__file__).parent / "templates"
_LONGEST = 300


class Pages:
    """Draws pages."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(
            plain=lambda text: plain(text, _LONGEST),
            artists=lambda names: plain(", ".join(names), _LONGEST),
            clock=_clock,
            number=ENGLISH.number,
            day=ENGLISH.day,
            query=urlencode,
        )
        self._templates.globals.update(radar=radar, scales=(*SOUND_SCALES, DURATION))

    def text(self, template: str, **values: Any) -> str:
        """A template filled in."""
        return self._templates.get_template(template).render(**values)

    async def page(self, template: str, request: Request, **values: Any) -> Response:
        """A page as a response; a long one takes milliseconds to fill in, so it is done in a thread."""
        body = await asyncio.to_thread(self.text, template, path=request.url.path, **values)
        return Response(body, headers={"cache-control": "no-store"}, media_type="text/html; charset=utf-8")

    def problem(self, request: Request, found: Problem) -> str:
        """What went wrong, for people."""
        return self.text("error.html", path=request.url.path, problem=found)


def _clock(milliseconds: int) -> str:
    """`354320` is "5:54"."""
    minutes, seconds = divmod(round(milliseconds / 1_000), 60)
    return f"{minutes}:{seconds:02d}"
