"""What went wrong, as problem details (RFC 9457) to programs and as a page to people."""

import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.domain import errors
from bot.domain.wording import marked
from bot.presentation.wording import ENGLISH
from bot.web.languages import wording_of
from bot.web.shapes import Problem

log = logging.getLogger(__name__)

API = "/api/"
MEDIA_TYPE = "application/problem+json"
ErrorPage = Callable[[Request, int, str, str, Mapping[str, str]], Response]
"""Of the status, a title, a sentence and further headers."""

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
    404: marked("There is nothing at this address; the page “API” lists what there is."),
    405: marked("This address only answers GET: nothing here can be changed."),
}
_TITLES = {
    404: marked("Not found"),
    405: marked("Only for reading"),
    422: marked("That cannot be answered"),
    500: marked("Something went wrong"),
    503: marked("Not at the moment"),
}
_UNFORESEEN = marked("Something went wrong here; tell my operator the reference {reference}.")

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

    @property
    def handlers(self) -> dict[Any, Callable[[Request, Exception], Awaitable[Response]]]:
        """What answers for each kind of error that the routes raise."""
        return {
            errors.SamewaveError: self._expected,
            RequestValidationError: self._not_valid,
            HTTPException: self._refused,
        }

    def answer(
        self,
        request: Request,
        status: int,
        sentence: str,
        values: Mapping[str, object],
        *,
        faults: list[str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """A problem; the API speaks English, a page its reader's language.

        Args:
            sentence: in English, with `{names}` of the values.
        """
        phrase = HTTPStatus(status).phrase
        if not request.url.path.startswith(API):
            say = wording_of(request)
            title = say(_TITLES.get(status, phrase))
            return self._page(request, status, title, say(sentence, **values), headers or {})
        found = Problem(
            title=phrase,
            status=status,
            detail=ENGLISH(sentence, **values),
            instance=request.url.path,
            errors=faults,
        )
        return Response(found.model_dump_json(exclude_none=True).encode(), status, headers, MEDIA_TYPE)

    async def _expected(self, request: Request, error: Exception) -> Response:
        if not isinstance(error, errors.SamewaveError):
            raise error
        if error.detail:
            log.warning("%s (%s)", error, error.detail)
        status = next((status for kind, status in _STATUS if isinstance(error, kind)), 422)
        return self.answer(request, status, error.sentence, error.values)

    async def _not_valid(self, request: Request, error: Exception) -> Response:
        found = error.errors() if isinstance(error, RequestValidationError) else []
        faults = [f"{_name(fault['loc'])}: {fault['msg']}" for fault in found]
        return self.answer(request, 422, "{faults}", {"faults": "; ".join(faults[:3])}, faults=faults)

    async def _refused(self, request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        sentence = _SENTENCES.get(error.status_code) or str(error.detail)
        headers = {"allow": "GET, HEAD"} if error.status_code == 405 else error.headers
        return self.answer(request, error.status_code, sentence, {}, headers=headers)


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
            answer = self._answering.answer(Request(scope), 500, _UNFORESEEN, {"reference": reference})
            await answer(scope, receive, send)


def _name(place: tuple[int | str, ...]) -> str:
    """The parameter that is wrong, without where it stands."""
    return ".".join(str(part) for part in place[1:]) or str(place[0])
