"""The only place that speaks HTTP with aiohttp: one policy for time, size, redirects and retries."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib import metadata
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

from bot.domain.errors import SourceUnavailable

LONGEST_BLOCK = timedelta(hours=24)
"""No service is left alone for longer than this, whatever it asks for."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_WORTH_ANOTHER_TRY = frozenset({502, 503})
_PAUSE_BEFORE_RETRY = 0.15  # seconds
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, read to its end.

    Attributes:
        status: the HTTP status, one of those the caller accepts.
        text: the body, decoded; bytes that are no text became U+FFFD.
    """

    status: int
    text: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to send: the form's field, the file's name, its bytes."""

    field: str
    name: str
    content: bytes


def own_user_agent() -> str:
    """How Samewave introduces itself where a service takes any name."""
    try:
        version = metadata.version("samewave")
    except metadata.PackageNotFoundError:
        version = "dev"
    return f"Samewave/{version} (+Discord bot)"


def parse_retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Read a Retry-After header, in seconds or as an HTTP date; at most `LONGEST_BLOCK`.

    None when there is none, when it lies in the past, or when nobody can make sense of it.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        seconds = min(int(text[:9]), int(LONGEST_BLOCK.total_seconds()))
        return timedelta(seconds=seconds) if seconds else None
    try:
        moment = parsedate_to_datetime(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        wait = aware - now
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(wait, LONGEST_BLOCK) if wait > timedelta(0) else None


def json_object(text: str, source: str) -> dict[str, object]:
    """Read a JSON object that is no error message in disguise.

    Raises:
        SourceUnavailable: no JSON, no object, or an object that reports an error.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceUnavailable(source, f"no JSON: {_start_of(text)!r}") from error
    if not isinstance(value, dict):
        raise SourceUnavailable(source, f"a JSON {type(value).__name__} in place of an object")
    if trouble := value.get("error") or value.get("errors"):
        raise SourceUnavailable(source, f"an error in the body: {_start_of(str(trouble))}")
    return value


class Http:
    """Asks with bounds: total time, size of the body, redirects within one host only, one quick retry.

    The retry happens after a 502 or a 503 here, after a dropped connection inside aiohttp, and lives within
    the same total time.
    A caller's own timeout or cancellation passes through untouched.

    Args:
        user_agent: sent unless a request brings its own.
        max_bytes: the largest body read, after decompression.
        max_redirects: how many hops within the same host are followed.
    """

    def __init__(
        self, *, user_agent: str | None = None, max_bytes: int = 5_000_000, max_redirects: int = 3
    ) -> None:
        self._user_agent = user_agent or own_user_agent()
        self._max_bytes = max_bytes
        self._max_redirects = max_redirects
        self._session: aiohttp.ClientSession | None = None

    async def get(
        self,
        url: str,
        *,
        source: str,
        seconds: float,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        accept: frozenset[int] = frozenset({200}),
    ) -> Reply:
        """GET one page.

        Args:
            source: the name for errors.
            seconds: the total time, retry and redirects included.
            accept: the statuses that are an answer; any other is an error.

        Raises:
            SourceUnavailable: no answer in time, none that is accepted, too big, or broken.
        """
        return await self._bounded(
            _Request(url, source, dict(params or {}), dict(headers or {}), accept), seconds
        )

    async def post_file(
        self, url: str, *, source: str, seconds: float, file: Upload, accept: frozenset[int]
    ) -> Reply:
        """POST one file as a form; bounds and errors are those of `get`."""
        return await self._bounded(_Request(url, source, {}, {}, accept, file), seconds)

    async def _bounded(self, request: "_Request", seconds: float) -> Reply:
        try:
            async with asyncio.timeout(seconds):
                return await self._with_retry(request, seconds)
        except TimeoutError as error:
            raise SourceUnavailable(request.source, f"no answer within {seconds:g} s") from error

    async def close(self) -> None:
        """Close the connections; the object may be used again and opens new ones then."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _with_retry(self, request: "_Request", seconds: float) -> Reply:
        clock = asyncio.get_running_loop().time
        started = clock()
        try:
            return await self._once(request)
        except _Passing:
            if clock() - started > seconds / 2:
                raise
        await asyncio.sleep(_PAUSE_BEFORE_RETRY)
        return await self._once(request)

    async def _once(self, request: "_Request") -> Reply:
        try:
            return await self._follow(request)
        except aiohttp.ClientConnectorError as error:
            raise SourceUnavailable(request.source, f"cannot be reached: {_name(error)}") from error
        except (aiohttp.ClientError, HttpProcessingError, OSError, ValueError) as error:
            raise SourceUnavailable(request.source, f"broken answer: {_name(error)}") from error

    async def _follow(self, request: "_Request") -> Reply:
        hop = request
        for _ in range(self._max_redirects + 1):
            answer = await self._ask(hop)
            if isinstance(answer, Reply):
                return answer
            if not _stays(request.url, answer):
                raise SourceUnavailable(request.source, f"redirect elsewhere: {_host(answer)[0]}")
            hop = replace(request, url=answer, params={})
        raise SourceUnavailable(request.source, "too many redirects")

    async def _ask(self, request: "_Request") -> Reply | str:
        """One exchange: the reply, or the address it points to."""
        async with self._open_session().request(
            "GET" if request.file is None else "POST",
            request.url,
            params=request.params,
            headers=request.headers,
            data=_form(request.file) if request.file else None,
            allow_redirects=False,
        ) as response:
            if response.status in _REDIRECTS and "Location" in response.headers:
                return urljoin(str(response.url), response.headers["Location"])
            if response.status not in request.accept:
                raise _refusal(request.source, response)
            body = await self._read(response, request.source)
            return Reply(response.status, body.decode(_encoding(response), "replace"))

    async def _read(self, response: aiohttp.ClientResponse, source: str) -> bytes:
        body = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK):
            body += chunk
            if len(body) > self._max_bytes:
                response.close()
                raise SourceUnavailable(source, f"more than {self._max_bytes} bytes")
        return bytes(body)

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers={"User-Agent": self._user_agent},
                timeout=aiohttp.ClientTimeout(total=None),  # `get` bounds the whole exchange
                cookie_jar=aiohttp.DummyCookieJar(),
                connector=aiohttp.TCPConnector(keepalive_timeout=0.2),  # a bot asks seldom
            )
        return self._session


class _Passing(SourceUnavailable):
    """A failure that may be gone a moment later."""


@dataclass(frozen=True, slots=True)
class _Request:
    url: str
    source: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    accept: frozenset[int]
    file: Upload | None = None


def _form(file: Upload) -> aiohttp.FormData:
    form = aiohttp.FormData()
    form.add_field(file.field, file.content, filename=file.name)
    return form


def _refusal(source: str, response: aiohttp.ClientResponse) -> SourceUnavailable:
    wait = parse_retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
    passing = response.status in _WORTH_ANOTHER_TRY and wait is None
    kind = _Passing if passing else SourceUnavailable
    return kind(source, f"HTTP {response.status}", retry_after=wait)


def _stays(url: str, target: str) -> bool:
    """Whether a redirect keeps to the host and gives up no encryption."""
    secure = urlsplit(target).scheme == "https" or urlsplit(url).scheme == urlsplit(target).scheme
    return secure and _host(url) == _host(target)


def _host(url: str) -> tuple[str, int | None]:
    parts = urlsplit(url)
    port = None if parts.port in (80, 443) else parts.port
    return (parts.hostname or "").lower(), port


def _encoding(response: aiohttp.ClientResponse) -> str:
    charset = response.charset or "utf-8"
    try:
        "".encode(charset)
    except LookupError:
        return "utf-8"
    return charset


def _name(error: BaseException) -> str:
    return type(error).__name__


def _start_of(text: str) -> str:
    return " ".join(text[:120].split())
