"""Dependencies of the routes; coroutines, because FastAPI runs other functions in threads."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from bot.i18n.translator import Translator
from bot.web.language import request_translator
from bot.web.media import SongMedia
from bot.web.queries import Queries
from bot.web.security import media_policy
from bot.web.templating import Templates

_WITH_COVERS = frozenset({"song.html", "named.html"})
"""Pages that show pictures from other hosts."""


RenderPage = Callable[..., Awaitable[Response]]
"""Renders a template, with its values by name, for the current request."""


async def _queries(request: Request) -> Queries:
    queries: Queries = request.app.state.queries
    return queries.in_language(request_translator(request))


async def _media(request: Request) -> SongMedia:
    media: SongMedia = request.app.state.media
    return media


async def _translator(request: Request) -> Translator:
    return request_translator(request)


async def _render_page(request: Request) -> RenderPage:
    templates: Templates = request.app.state.templates
    media: SongMedia = request.app.state.media

    async def render(template: str, **values: Any) -> Response:
        page = await templates.page(template, request, covers=media.hosts is not None, **values)
        if template in _WITH_COVERS and media.hosts is not None:
            page.headers["content-security-policy"] = media_policy(media.hosts)
        return page

    return render


async def _report(request: Request) -> Path | None:
    report: Path | None = request.app.state.report
    return report


QueriesDep = Annotated[Queries, Depends(_queries)]
MediaDep = Annotated[SongMedia, Depends(_media)]
TranslatorDep = Annotated[Translator, Depends(_translator)]
PageDep = Annotated[RenderPage, Depends(_render_page)]
ReportDep = Annotated[Path | None, Depends(_report)]
