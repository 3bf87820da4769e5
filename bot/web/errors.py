"""What went wrong, as problem details (RFC 9457) to programs and as a page to people."""

import logging
import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.domain import errors
from bot.i18n.marking import marked
from bot.i18n.translator import ENGLISH
from bot.web.language import translator_of
from bot.web.schemas import Problem

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
    """Around the routes: every error is answered here, with problem details under /api/, else with a page."""

    def __init__(self, app: ASGIApp, page: ErrorPage) -> None:
        self._app = app
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        began = False

        async def watched(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        scope["app"] = self._app  # outside an app, Starlette's routes would answer 404 and 405 themselves
        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            if scope["type"] != "http" or began:
                raise
            answer = self._told(Request(scope), error)
            await answer(scope, receive, send)

    def _told(self, request: Request, error: Exception) -> Response:
        match error:
            case errors.SamewaveError():
                if error.detail:
                    log.warning("%s (%s)", error, error.detail)
                status = next((status for kind, status in _STATUS if isinstance(error, kind)), 422)
                return self._answer(request, status, error.sentence, error.values)
            case RequestValidationError():
                faults = [f"{_name(fault['loc'])}: {fault['msg']}" for fault in error.errors()]
                told = {"faults": "; ".join(faults[:3])}
                return self._answer(request, 422, "{faults}", told, faults=faults)
            case HTTPException():
                sentence = _SENTENCES.get(error.status_code) or str(error.detail)
                headers = {"allow": "GET, HEAD"} if error.status_code == 405 else error.headers
                return self._answer(request, error.status_code, sentence, {}, headers=headers)
        reference = secrets.token_hex(4)
        log.error("unexpected error at %s, reference %s", request.url.path, reference, exc_info=error)
        return self._answer(request, 500, _UNFORESEEN, {"reference": reference})

    def _answer(
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
            translate = translator_of(request)
            title = translate(_TITLES.get(status, phrase))
            return self._page(request, status, title, translate(sentence, **values), headers or {})
        found = Problem(
            title=phrase,
            status=status,
            detail=ENGLISH(sentence, **values),
            instance=request.url.path,
            errors=faults,
        )
        return Response(found.model_dump_json(exclude_none=True).encode(), status, headers, MEDIA_TYPE)


def _name(scope: tuple[int | str, ...]) -> str:
    """The parameter that is wrong, without where it stands."""
    return ".".join(str(part) for part in scope[1:]) or str(scope[0])
