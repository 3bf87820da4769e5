"""What went wrong, as problem details (RFC 9457) to programs and as a page to people."""

import logging
import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.domain import errors
from bot.web.shapes import Problem

log = logging.getLogger(__name__)

API = "/api/"
MEDIA_TYPE = "application/problem+json"
ErrorPage = Callable[[Request, Problem], str]

_STATUS: tuple[tuple[type[errors.SamewaveError], int], ...] = (
    (errors.SongGone, 404),
    (errors.SongNotFound, 404),
    (errors.ClusterUnknown, 404),
    (errors.HotListEmpty, 404),
    (errors.NothingToPick, 404),
    (errors.FeaturesUnknown, 404),
    (errors.ModelUnavailable, 503),
    (errors.SourceUnavailable, 503),
    (errors.StorageFailed, 503),
)
_SENTENCES = {
    404: "There is nothing at this address; the page “API” lists what there is.",
    405: "This address only answers GET: nothing here can be changed.",
}

DOCUMENTED: dict[int | str, dict[str, Any]] = {
    status: {
        "description": words,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, words in (
        (404, "There is no such thing."),
        (422, "A parameter is not right."),
        (429, "Too many requests; `Retry-After` says how many seconds to wait."),
        (503, "There is no model yet, or the database cannot be read."),
    )
}
"""The same for every route of the API."""


class Answering:
    """Answers every error in one place: problem details under /api/, a page elsewhere."""

    def __init__(self, page: ErrorPage) -> None:
        self._page = page

    def add_to(self, app: FastAPI) -> None:
        """Answer what the app's routes raise."""
        app.add_exception_handler(errors.SamewaveError, self._expected)
        app.add_exception_handler(RequestValidationError, self._not_valid)
        app.add_exception_handler(HTTPException, self._refused)

    def answer(
        self,
        request: Request,
        status: int,
        detail: str,
        *,
        faults: list[str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """A problem with the phrase of its status as its title."""
        found = Problem(
            title=HTTPStatus(status).phrase,
            status=status,
            detail=detail,
            instance=request.url.path,
            errors=faults,
        )
        if request.url.path.startswith(API):
            return Response(found.model_dump_json(exclude_none=True).encode(), status, headers, MEDIA_TYPE)
        return Response(self._page(request, found), status, headers, "text/html; charset=utf-8")

    async def _expected(self, request: Request, error: Exception) -> Response:
        if isinstance(error, errors.SamewaveError) and error.detail:
            log.warning("%s (%s)", error, error.detail)
        status = next((status for kind, status in _STATUS if isinstance(error, kind)), 422)
        return self.answer(request, status, str(error))

    async def _not_valid(self, request: Request, error: Exception) -> Response:
        found = error.errors() if isinstance(error, RequestValidationError) else []
        faults = [f"{_name(fault['loc'])}: {fault['msg']}" for fault in found]
        return self.answer(request, 422, "; ".join(faults[:3]) or "That is not right.", faults=faults)

    async def _refused(self, request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        sentence = _SENTENCES.get(error.status_code) or str(error.detail)
        return self.answer(request, error.status_code, sentence, headers=error.headers)


class Unforeseen:
    """Around everything: what nobody foresaw is logged under a reference, and told without details."""

    def __init__(self, app: ASGIApp, answering: Answering) -> None:
        self._app = app
        self._answering = answering

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        began = False

        async def watched(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            if scope["type"] != "http" or began:
                raise
            reference = secrets.token_hex(4)
            log.error("unexpected error at %s, reference %s", scope["path"], reference, exc_info=error)
            sentence = f"Something went wrong here; tell my operator the reference {reference}."
            await self._answering.answer(Request(scope), 500, sentence)(scope, receive, send)


def _name(place: tuple[int | str, ...]) -> str:
    """The parameter that is wrong, without where it stands."""
    return ".".join(str(part) for part in place[1:]) or str(place[0])
