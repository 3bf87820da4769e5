import asyncio
import contextlib
import json
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import SourceUnavailable
from bot.sources.http import LONGEST_BLOCK, Http, json_object, parse_retry_after
from tests.sources.conftest import ENOUGH, SECONDS
from tests.support.bot_process import free_port
from tests.support.stand_ins.discord_service.service import until
from tests.support.stand_ins.faults import Fault, StandIn

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass
class Pages(StandIn):
    moved_to: str = "/page?name=moved"
    content_type: str = "application/json"
    body: bytes = b"{}"

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/page", self._page),
            web.get("/moved", self._moved),
            web.get("/bytes", self._bytes),
            web.post("/echo", self._echo),
        ]

    async def _bytes(self, request: web.Request) -> web.Response:
        return web.Response(body=self.body, headers={"Content-Type": self.content_type})

    async def _echo(self, request: web.Request) -> web.Response:
        return web.json_response({"sent": await request.json()})

    async def _page(self, request: web.Request) -> web.Response:
        return web.json_response({"hello": request.query.get("name", "you")})

    async def _moved(self, request: web.Request) -> web.Response:
        return web.Response(status=301, headers={"Location": self.moved_to})


async def ask(
    http: Http, pages: Pages, path: str = "/page", *, seconds: float = ENOUGH, **rest: object
) -> dict[str, object]:
    reply = await http.request("GET", f"{pages.url}{path}", source="Pages", seconds=seconds, **rest)  # type: ignore[arg-type]
    return await reply.parse(partial(json_object, source="Pages"))


async def test_a_page_is_requested_with_parameters_and_user_agent(http: Http) -> None:
    async with Pages() as pages:
        assert await ask(http, pages, params={"name": "Zoë & co"}) == {"hello": "Zoë & co"}
        assert pages.requests[0].headers["User-Agent"].startswith("Samewave/")
        await ask(http, pages, headers={"User-Agent": "Mozilla/5.0"})
        assert pages.requests[1].headers["User-Agent"] == "Mozilla/5.0"


async def test_redirects_are_not_followed(http: Http) -> None:
    async with Pages() as other, Pages() as pages:
        for pages.moved_to in ("/page?name=moved", f"{other.url}/page"):
            with pytest.raises(SourceUnavailable) as caught:
                await ask(http, pages, "/moved")
            assert caught.value.detail == "HTTP 301"
        assert other.requests == []
        assert [request.path for request in pages.requests] == ["/moved", "/moved"]


async def test_json_is_posted(http: Http) -> None:
    async with Pages() as pages:
        sent = [{"recording_mbids": ["1"]}]
        reply = await http.request("POST", f"{pages.url}/echo", source="Pages", seconds=ENOUGH, json=sent)
        assert await reply.parse(json.loads) == {"sent": sent}


@pytest.mark.parametrize(
    ("charset", "title"),
    [
        ("utf-8", "Señorita"),
        ("UTF-8", "Señorita"),
        ("iso-8859-1", "Señorita"),
        ("windows-1252", "“Señorita”"),
    ],
)
async def test_charsets_of_the_web(http: Http, charset: str, title: str) -> None:
    async with Pages(content_type=f"text/html; charset={charset}", body=title.encode(charset)) as pages:
        reply = await http.request("GET", f"{pages.url}/bytes", source="Pages", seconds=ENOUGH)
    assert await reply.parse(str) == title


@pytest.mark.parametrize(
    "charset", ["punycode", "idna", "utf-7", "utf-16", "hex", "zlib", "rot13", "unicode_escape", "nonsense"]
)
async def test_no_other_charset_is_decoded(http: Http, charset: str) -> None:
    """`punycode` took 14 s for a body of a megabyte; every other name is read as UTF-8."""
    body = b'{"name": "x-' + b"a1" * 500_000 + b'"}'
    async with Pages(content_type=f"application/json; charset={charset}", body=body) as pages:
        reply = await http.request("GET", f"{pages.url}/bytes", source="Pages", seconds=ENOUGH)
    assert reply.charset == "utf-8"
    assert len(await reply.parse(str)) == len(body)


async def test_a_long_text_is_read_beside_the_event_loop(http: Http) -> None:
    threads: list[int] = []

    def read(text: str) -> int:
        threads.append(threading.get_ident())
        return len(text)

    async with Pages(body=b" " * 1_000_000) as pages:
        reply = await http.request("GET", f"{pages.url}/bytes", source="Pages", seconds=ENOUGH)
    assert await reply.parse(read) == 1_000_000
    assert threads != [threading.get_ident()]


@pytest.mark.parametrize("fault", Fault)
async def test_every_fault_is_one_typed_error_in_time(http: Http, fault: Fault) -> None:
    async with Pages(fault=fault) as pages:
        if fault is Fault.WRONG_SHAPE:
            assert await ask(http, pages)  # an object, whose shape its reader judges
            return
        with pytest.raises(SourceUnavailable) as caught:
            await ask(http, pages, seconds=SECONDS)
        assert caught.value.source == "Pages"
        assert caught.value.detail
        assert len(pages.requests) <= 2


@pytest.mark.parametrize("fault", [Fault.DROPPED, Fault.BAD_GATEWAY_HTML])
async def test_temporary_failures_are_retried_once(http: Http, fault: Fault) -> None:
    async with Pages(fault=fault, fault_times=1) as pages:
        assert await ask(http, pages) == {"hello": "you"}
        assert len(pages.requests) == 2


@pytest.mark.parametrize("fault", [Fault.DROPPED, Fault.BAD_GATEWAY_HTML])
async def test_a_second_failure_is_not_retried(http: Http, fault: Fault) -> None:
    async with Pages(fault=fault) as pages:
        with pytest.raises(SourceUnavailable):
            await ask(http, pages)
        assert len(pages.requests) == 2


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.FORBIDDEN, Fault.TOO_MANY_10_SECONDS])
async def test_a_refusal_is_not_retried(http: Http, fault: Fault) -> None:
    async with Pages(fault=fault) as pages:
        with pytest.raises(SourceUnavailable):
            await ask(http, pages)
        assert len(pages.requests) == 1


@pytest.mark.parametrize(
    ("fault", "least", "most"),
    [
        (Fault.TOO_MANY_10_SECONDS, 10, 10),
        (Fault.TOO_MANY_6_HOURS, 21600, 21600),
        (Fault.TOO_MANY_UNTIL_A_DATE, 21500, 21600),
    ],
)
async def test_retry_after_is_handed_on(http: Http, fault: Fault, least: int, most: int) -> None:
    async with Pages(fault=fault) as pages:
        with pytest.raises(SourceUnavailable) as caught:
            await ask(http, pages)
    assert caught.value.retry_after is not None
    assert least <= caught.value.retry_after.total_seconds() <= most


async def test_a_closed_port_is_a_failure(http: Http) -> None:
    url = f"http://127.0.0.1:{free_port()}/"
    with pytest.raises(SourceUnavailable):
        await http.request("GET", url, source="Nobody", seconds=SECONDS)


@pytest.mark.parametrize("url", ["http://", "no address", "http://[::1", "ftp://127.0.0.1/"])
async def test_an_address_that_is_none(http: Http, url: str) -> None:
    with pytest.raises(SourceUnavailable):
        await http.request("GET", url, source="Nobody", seconds=SECONDS)


async def test_the_callers_own_limit_stays_a_timeout(http: Http) -> None:
    async with Pages(fault=Fault.HANG) as pages:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await ask(http, pages)


async def test_a_cancelled_caller_is_cancelled(http: Http) -> None:
    async with Pages(fault=Fault.HANG) as pages:
        task = asyncio.create_task(ask(http, pages))
        await until(lambda: bool(pages.requests))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_the_size_limit_counts_what_is_unpacked(http: Http) -> None:
    small = Http(max_bytes=10)
    async with Pages() as pages:
        with pytest.raises(SourceUnavailable) as caught:
            await ask(small, pages)
    await small.close()
    assert "more than 10 bytes" in caught.value.detail


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("999999999999999", 86400),
        ("0", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_in_seconds(value: str | None, seconds: int | None) -> None:
    assert parse_retry_after(value, NOW) == (None if seconds is None else timedelta(seconds=seconds))


def test_retry_after_as_a_date() -> None:
    assert parse_retry_after("Sat, 21 Nov 2026 12:40:00 GMT", NOW) == timedelta(minutes=40)
    assert parse_retry_after("Sat, 21 Nov 2026 12:40:00", NOW) == timedelta(minutes=40)
    assert parse_retry_after("Sat, 21 Nov 2025 12:40:00 GMT", NOW) is None
    assert parse_retry_after("Sat, 21 Nov 2065 12:40:00 GMT", NOW) == LONGEST_BLOCK


@given(st.text() | st.integers().map(str) | st.datetimes().map(format_datetime))
def test_retry_after_is_at_most_a_day_for_any_text(value: str) -> None:
    wait = parse_retry_after(value, NOW)
    assert wait is None or timedelta(0) < wait <= LONGEST_BLOCK


@given(st.text())
def test_any_text_is_an_object_or_refused(text: str) -> None:
    with contextlib.suppress(SourceUnavailable):
        assert isinstance(json_object(text, "Pages"), dict)
