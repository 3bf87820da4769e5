"""The web app, made of the services."""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from time import monotonic
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles

from bot.web.answers import Answers
from bot.web.api.overview import add_overview
from bot.web.api.songs import add_songs
from bot.web.api.sounds import add_sounds
from bot.web.guarding import PER_CLIENT, ClientPace, Rate, SafeHeaders
from bot.web.pages import pages_router
from bot.web.problems import DOCUMENTED, Answering, Unforeseen
from bot.web.shapes import Problem
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
) -> FastAPI:
    """Pages and API; opens nothing and closes nothing.

    Args:
        services: with a model loaded.
        report: the page of `samewave report`, shown where the file exists.
        pace: how much one client may ask; now: the clock it is measured by, in seconds.
    """
    answers, pages = Answers(services), Pages()
    answering = Answering(pages.problem)
    app = FastAPI(
        title="Samewave",
        description=_ABOUT,
        version=version("samewave"),
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        middleware=[
            Middleware(SafeHeaders),
            Middleware(ClientPace, rate=pace, now=now),
            Middleware(Unforeseen, answering=answering),
        ],
    )
    answering.add_to(app)
    api = APIRouter(prefix=API, responses=DOCUMENTED)
    for add in (add_songs, add_sounds, add_overview):
        add(api, answers)
    app.include_router(api)
    app.include_router(pages_router(answers, pages, report))
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]
    return app


def _described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with problem details in place of FastAPI's own errors."""
    if app.openapi_schema is None:
        found = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        schemas = found["components"]["schemas"]
        schemas.pop("HTTPValidationError", None)
        schemas.pop("ValidationError", None)
        schemas["Problem"] = Problem.model_json_schema()
        app.openapi_schema = found
    return app.openapi_schema
