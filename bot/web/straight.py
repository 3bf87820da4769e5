"""Routes that FastAPI describes and that are answered straight.

Its own way of filling in parameters, and the layers around every answer, cost more than most answers do.
"""

from collections.abc import Awaitable, Callable
from inspect import signature
from typing import Any, get_type_hints

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError, create_model
from starlette.datastructures import QueryParams
from starlette.routing import Route
from starlette.types import Receive, Scope, Send


class Straight(APIRoute):
    """A GET whose parameters stand in path and query; it answers with a finished response."""

    matches = Route.matches
    handle = Route.handle

    def __init__(self, path: str, endpoint: Callable[..., Awaitable[Response]], **described: Any) -> None:
        super().__init__(path, endpoint, **described)
        fill = _parameters(endpoint)

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            response = await endpoint(**fill(scope))
            await response(scope, receive, send)

        self.app = answer


def _parameters(endpoint: Callable[..., Any]) -> Callable[[Scope], dict[str, Any]]:
    """Finds what an endpoint takes in a request; raises RequestValidationError."""
    hints = get_type_hints(endpoint, include_extras=True)
    taken = {
        name: (hints[name], ... if one.default is one.empty else one.default)
        for name, one in signature(endpoint).parameters.items()
    }
    request = next((name for name, (kind, _) in taken.items() if kind is Request), None)
    checked = {name: wanted for name, wanted in taken.items() if name != request}
    forms = [name for name, (kind, _) in checked.items() if _is_form(kind)]
    model = create_model("Parameters", **checked)  # type: ignore[call-overload]

    def fill(scope: Scope) -> dict[str, Any]:
        query = dict(QueryParams(scope["query_string"])) if scope["query_string"] else {}
        values = {**query, **scope["path_params"], **dict.fromkeys(forms, query)}
        try:
            found = model.model_validate(values).__dict__
        except ValidationError as error:
            raise RequestValidationError(
                [{**fault, "loc": ("query", *fault["loc"][-1:])} for fault in error.errors()]
            ) from error
        return found if request is None else {**found, request: Request(scope)}

    return fill


def _is_form(kind: Any) -> bool:
    origin = getattr(kind, "__origin__", kind)
    return isinstance(origin, type) and issubclass(origin, BaseModel)
