"""The API against its own OpenAPI document, and with arbitrary input."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.settings import settings_for
from tests.web.conftest import BOHEMIAN, Web, open_web

CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
REAL = {
    "song_id": BOHEMIAN,
    "start": BOHEMIAN,
    "end": "7lQ8MOhq6IN2w8EYcFNSUk",
    "number": 3,
    "point": 5,
    "q": "Bohemian Rhapsody",
}
"""Made-up ids are never those of songs."""


class Asker:
    """Asks on one event loop, for tests that are no coroutines."""

    def __init__(self, web: Web, runner: asyncio.Runner) -> None:
        self.web = web
        self._runner = runner

    def __call__(self, path: str, **parameters: str) -> httpx.Response:
        """GET."""
        return self._runner.run(self.web.client.get(path, params=parameters))

    def send(self, request: httpx.Request) -> httpx.Response:
        """Anything else."""
        return self._runner.run(self.web.client.send(request))


@pytest.fixture(scope="module")
def ask(visited_state: Path) -> Iterator[Asker]:
    with asyncio.Runner() as runner:
        # Nobody outside can be reached here, which the preview of a song would answer with 503.
        opened = open_web(settings_for(visited_state, covers=False))
        web = runner.run(opened.__aenter__())
        yield Asker(web, runner)
        runner.run(opened.__aexit__(None, None, None))


@given(typed=st.text(st.characters(codec="utf-8"), max_size=40))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_query_is_answered(ask: Asker, typed: str) -> None:
    for path in ("/api/v1/songs", "/search", "/clusters", "/api/v1/clusters"):
        assert ask(path, q=typed).status_code in (200, 303)


def test_every_response_matches_the_description(ask: Asker) -> None:
    described = ask("/api/v1/openapi.json").json()
    real = {**REAL, "model": ask("/api/v1/health").json()["model"]}
    asked: dict[str, set[int]] = {}
    for result in schemathesis.openapi.from_dict(described).get_all_operations():
        operation = result.ok()
        check(ask, operation, GenerationMode.POSITIVE, real, asked)
        if described["paths"][operation.path]["get"].get("parameters"):
            check(ask, operation, GenerationMode.NEGATIVE, real, asked)
    assert len(asked) == len(described["paths"])
    assert all(
        200 in statuses for path, statuses in asked.items() if not path.endswith(("/hotlist", "/preview"))
    ), asked
    assert sum(422 in statuses for statuses in asked.values()) > 10, asked


def check(
    ask: Asker, operation: Any, mode: GenerationMode, real: dict[str, Any], asked: dict[str, set[int]]
) -> None:
    """Ask for made-up things, and half of the time for real ones."""

    @given(case=operation.as_strategy(generation_mode=mode), there=st.booleans())
    @settings(
        max_examples=6,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def conforms(case: schemathesis.Case, there: bool) -> None:
        if there and mode is GenerationMode.POSITIVE:
            for place in (case.path_parameters, case.query):
                place.update({name: value for name, value in real.items() if name in place})
        sent = case.as_transport_kwargs(base_url="http://samewave.test")
        request = httpx.Request(sent["method"], sent["url"], params=sent.get("params"))
        answer = ask.send(request)
        asked.setdefault(operation.path, set()).add(answer.status_code)
        case.validate_response(schemathesis.Response.from_httpx(answer, verify=False), checks=CHECKS)

    conforms()
