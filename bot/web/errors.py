"""Error responses: problem details (RFC 9457) for programs, a page for people."""

import logging
import secrets
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from bot.domain import errors
from bot.domain.song_names import SongNames
from bot.i18n.marking import marked
from bot.i18n.translator import ENGLISH
from bot.presentation.song_names import song_names
from bot.web.language import request_translator
from bot.web.schemas import Problem
from bot.web.security import is_api, security_headers
from bot.web.templating import Templates

log = logging.getLogger(__name__)

PROBLEM_JSON = "application/problem+json"

_STATUS = {
    404: (
        *(errors.SongGone, errors.SongNotFound, errors.FeaturesUnknown, errors.NoPreview),
        *(errors.ClusterUnknown, errors.HotListEmpty, errors.NothingToPick),
    ),
    503: (errors.ModelUnavailable, errors.SourceUnavailable, errors.StorageFailed),
}
"""The statuses of errors; of all others it is 422."""
_SENTENCES = {
    404: marked("There is nothing at this address; the page “API” lists what there is."),
    405: marked("This address only answers GET: nothing here can be changed."),
}
_TITLES = {
    404: marked("Not found"),
    405: marked("Only for reading"),
    422: marked("That cannot be answered"),
    429: marked("Too many requests"),
    500: marked("Something went wrong"),
    503: marked("Not at the moment"),
}
_UNEXPECTED = marked("Something went wrong here; tell my operator the reference {reference}.")

API_RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {
        "description": description,
        "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, description in (
        (404, "There is no such thing."),
        (422, "A parameter is wrong or unknown."),
        (429, "Too many requests; `Retry-After` says how many seconds to wait."),
        (503, "There is no model yet, or the database cannot be read."),
    )
}
"""The errors that every route of the API can answer with."""


def add_error_handlers(app: FastAPI) -> None:
    """Register the exception handlers."""

    @app.exception_handler(errors.SamewaveError)
    async def samewave_error(request: Request, error: errors.SamewaveError) -> Response:
        if error.detail:
            log.warning("%s (%s)", error, error.detail)
        status = next((status for status, kinds in _STATUS.items() if isinstance(error, kinds)), 422)
        return error_response(request, status, error.sentence, error.values)

    @app.exception_handler(RequestValidationError)
    async def invalid_parameters(request: Request, error: RequestValidationError) -> Response:
        faults = [_fault_sentence(fault) for fault in error.errors()]
        return error_response(request, 422, "{faults}", {"faults": "; ".join(faults[:3])}, faults=faults)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        sentence = _SENTENCES.get(error.status_code) or str(error.detail)
        headers = {"allow": "GET, HEAD"} if error.status_code == 405 else error.headers
        return error_response(request, error.status_code, sentence, headers=headers)

    @app.exception_handler(Exception)
    async def unexpected_error(request: Request, error: Exception) -> Response:
        reference = secrets.token_hex(4)
        # Starlette raises the error again after this response, and uvicorn logs its traceback.
        log.error("unexpected error at %s, reference %s: %r", request.url.path, reference, error)
        # Starlette answers these outside of all middleware.
        headers = security_headers(request.url.path)
        return error_response(request, 500, _UNEXPECTED, {"reference": reference}, headers=headers)


def error_response(
    request: Request,
    status: int,
    sentence: str,
    values: Mapping[str, object] | None = None,
    *,
    faults: Sequence[str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The error as problem details for the API, else as a page in the reader's language.

    Args:
        sentence: an English message with `{names}` of the values.
        faults: the invalid parameters, in English.
    """
    values, phrase = values or {}, HTTPStatus(status).phrase
    if is_api(request.url.path):
        problem = Problem(
            title=phrase,
            status=status,
            detail=ENGLISH(sentence, **values),
            instance=request.url.path,
            errors=faults,
        )
        return Response(problem.model_dump_json(exclude_none=True), status, headers, PROBLEM_JSON)
    translate = request_translator(request)
    told = {
        name: song_names(value, translate) if isinstance(value, SongNames) else value
        for name, value in values.items()
    }
    templates: Templates = request.app.state.templates
    return templates.error(
        request,
        status=status,
        title=translate(_TITLES.get(status, phrase)),
        sentence=translate(sentence, **told),
        headers=headers or {},
    )


def _fault_sentence(fault: Mapping[str, Any]) -> str:
    """The name of the parameter without its location, and its error."""
    where, *path = fault["loc"]
    message = "there is no such parameter" if fault["type"] == "extra_forbidden" else fault["msg"]
    return f"{'.'.join(map(str, path)) or where}: {message}"
