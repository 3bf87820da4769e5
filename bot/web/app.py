"""Builds the web application: pages and JSON API."""

from importlib.metadata import version
from pathlib import Path

from fastapi import APIRouter, FastAPI
from limits import RateLimitItem
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from bot.services.use_cases import Services
from bot.web.caching import ETagMiddleware
from bot.web.errors import API_RESPONSES, add_error_handlers
from bot.web.media import SongMedia
from bot.web.middleware import PER_CLIENT, HeadMiddleware, RateLimitMiddleware, SecurityHeadersMiddleware
from bot.web.queries import Queries
from bot.web.routes import clusters, health, hot_list, pages, song_map, songs
from bot.web.schemas import Problem
from bot.web.templating import Templates

API_V1 = "/api/v1"
ONE_PACKET = 1_400
"""Bytes; smaller responses are not compressed."""
_DESCRIPTION = (
    "Songs on the same wave. Everything here is read only and needs no key. Each client may send 150 "
    "requests in 15 seconds. Problems follow RFC 9457, and every answer that can be cached carries an ETag."
)


def create_app(
    services: Services, *, report: Path | None = None, rate_limit: RateLimitItem = PER_CLIENT
) -> FastAPI:
    """Build the application; it opens and closes no resources.

    Args:
        services: with a model loaded.
        report: the page written by `samewave report`, shown if the file exists.
        rate_limit: the limit of requests per client.
    """
    app = FastAPI(
        title="Samewave",
        version=version("samewave"),
        description=_DESCRIPTION,
        openapi_url=f"{API_V1}/openapi.json",
        docs_url=None,  # Swagger UI loads scripts from another site; /api describes the API instead
        redoc_url=None,
        middleware=[
            Middleware(SecurityHeadersMiddleware),
            Middleware(HeadMiddleware),
            Middleware(RateLimitMiddleware, limit=rate_limit),
            Middleware(GZipMiddleware, minimum_size=ONE_PACKET, compresslevel=6),
            Middleware(ETagMiddleware),
        ],
    )
    app.state.queries = Queries(services)
    app.state.media = SongMedia(services)
    app.state.templates = Templates()
    app.state.report = report
    add_error_handlers(app)
    api = APIRouter(prefix=API_V1, responses=API_RESPONSES)
    for routes in (songs, clusters, hot_list, song_map, health):
        api.include_router(routes.router)
    app.include_router(api)
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    # API_RESPONSES refers to this schema; FastAPI caches the document built here.
    app.openapi()["components"]["schemas"]["Problem"] = Problem.model_json_schema()
    return app
