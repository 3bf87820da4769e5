"""The web app, made of the services."""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from time import monotonic
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.openapi.utils import get_openapi
from starlette.middleware import Middleware
from starlette.routing import Mount, Router
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from bot.web.caching import tagged_json
from bot.web.errors import DOCUMENTED, Answering
from bot.web.middleware import PER_CLIENT, ClientPace, HeadAsGet, Rate, SafeHeaders
from bot.web.queries import Answers
from bot.web.routes.overview import add_overview
from bot.web.routes.pages import pages_router
from bot.web.routes.songs import add_songs
from bot.web.routes.sounds import add_sounds
from bot.web.schemas import Problem
from bot.web.straight import Straight
from bot.web.templating import Pages
from bot.wiring import Services

API = "/api/v1"
_ABOUT = (
    "Songs on the same wave. Everything here is read only and needs no key; each client may ask about ten "
    "times a second. Problems are told as RFC 9457 has it, answers that stay carry an ETag."
)


def make_app(
    services: Services,
    *,
    report: Path | None = None,
    pace: Rate = PER_CLIENT,
    now: Callable[[], float] = monotonic,
) -> ASGIApp:
    """Pages and API; opens nothing and closes nothing.

    FastAPI describes the routes and checks what is asked; what it puts around every answer is left out.

    Args:
        services: with a model loaded.
        report: the page of `samewave report`, shown where the file exists.
        pace: how much one client may ask; now: the clock it is measured by, in seconds.
    """
    answers, pages = Answers(services), Pages()
    api = APIRouter(prefix=API, responses=DOCUMENTED, route_class=Straight)
    for add in (add_songs, add_sounds, add_overview):
        add(api, answers)
    described = _described(api)

    @api.get("/openapi.json", include_in_schema=False)
    async def openapi(request: Request) -> Response:
        """The description of the routes."""
        return tagged_json(request, described)

    return Router(
        routes=[
            *api.routes,
            *pages_router(answers, pages, described, report).routes,
            Mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static"),
        ],
        middleware=[
            Middleware(SafeHeaders),
            Middleware(HeadAsGet),
            Middleware(ClientPace, rate=pace, now=now),
            Middleware(Answering, page=pages.problem),
        ],
    )


def _described(api: APIRouter) -> dict[str, Any]:
    """The OpenAPI document, with problem details in place of FastAPI's own errors."""
    found = get_openapi(title="Samewave", version=version("samewave"), description=_ABOUT, routes=api.routes)
    schemas = found["components"]["schemas"]
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schemas["Problem"] = Problem.model_json_schema()
    return found
