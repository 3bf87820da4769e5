"""HTTP with aiohttp: one policy for time, size, redirects, charsets and retries."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from importlib import metadata
from typing import TypeVar

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

from bot.domain.errors import SourceUnavailable

LONGEST_BLOCK = timedelta(hours=24)
"""The longest block of a service, whatever its Retry-After says."""

Value = TypeVar("Value")

_RETRIED = frozenset({502, 503})
_PAUSE_BEFORE_RETRY = 0.15  # seconds
_CHUNK = 64 * 1024
_READ_IN_THREAD = 32 * 1024  # bytes; a larger JSON text would hold up the event loop
# Python knows over a hundred charsets, and some take minutes to decode what another reads at once.
_CHARSETS: Mapping[str, str] = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "windows-1252": "cp1252",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, read to its end.

    Attributes:
        status: the HTTP status, one of those the caller accepts.
        body: its bytes, decompressed.
        charset: a name of Python's, one of a few.
    """

    status: int
    body: bytes
    charset: str = "utf-8"

    async def parse(self, read: Callable[[str], Value]) -> Value:
        """Return what `read` makes of the text; bytes that are no text become U+FFFD.

        A long text is read in a thread.
        """
        if len(self.body) <= _READ_IN_THREAD:
            return self._parse(read)
        return await asyncio.to_thread(self._parse, read)

    def _parse(self, read: Callable[[str], Value]) -> Value:
        return read(self.body.decode(self.charset, "replace"))


@cache
def own_user_agent() -> str:
    """Return the User-Agent of Samewave."""
    try:
        version = metadata.version("samewave")
    except metadata.PackageNotFoundError:
        version = "dev"
    return f"Samewave/{version} (+Discord bot)"


def parse_retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Read a Retry-After header, in seconds or as an HTTP date; at most `LONGEST_BLOCK`.

    None when there is none, when it lies in the past, or when it cannot be read.
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


def json_value(text: str, source: str) -> object:
    """Read JSON.

    Raises:
        SourceUnavailable: it is none.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceUnavailable(source, f"no JSON: {_start_of(text)!r}") from error


def json_object(text: str, source: str) -> dict[str, object]:
    """Read a JSON object that does not report an error.

    Raises:
        SourceUnavailable: no JSON, no object, or an object that reports an error.
    """
    value = json_value(text, source)
    if not isinstance(value, dict):
        raise SourceUnavailable(source, f"a JSON {type(value).__name__} in place of an object")
    if error := value.get("error") or value.get("errors"):
        raise SourceUnavailable(source, f"an error in the body: {_start_of(str(error))}")
    return value


class Http:
    """Makes requests with bounds on their total time and on the size of the answer.

    Redirects are not followed. A 502 or 503 is retried once here, a dropped connection once by aiohttp, both
    within the same total time. A caller's own timeout or cancellation passes through unchanged.

    Args:
        max_bytes: the largest body read, after decompression.
    """

    def __init__(self, *, max_bytes: int = 5_000_000) -> None:
        self._max_bytes = max_bytes
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        url: str,
        *,
        source: str,
        seconds: float,
        accept: frozenset[int] = frozenset({200}),
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        form: Callable[[], aiohttp.FormData] | None = None,
    ) -> Reply:
        """Make one request.

        Args:
            source: the service's name in errors.
            seconds: the total time, a retry included.
            accept: the statuses that are an answer; any other is an error.
            json: a value to send. form: makes a form to send.

        Raises:
            SourceUnavailable: no answer in time, none that is accepted, too large, or broken.
        """

        async def send() -> Reply:
            async with self._open_session().request(
                method,
                url,
                params=params,
                headers=headers,
                json=json,
                data=form and form(),
                allow_redirects=False,
            ) as response:
                if response.status not in accept:
                    raise _refusal(source, response)
                charset = _CHARSETS.get((response.charset or "").lower(), "utf-8")
                return Reply(response.status, await self._read(response, source), charset)

        try:
            async with asyncio.timeout(seconds):
                try:
                    return await send()
                except _Temporary:
                    await asyncio.sleep(_PAUSE_BEFORE_RETRY)
                    return await send()
        except TimeoutError as error:
            raise SourceUnavailable(source, f"no answer within {seconds:g} s") from error
        except aiohttp.ClientConnectorError as error:
            raise SourceUnavailable(source, f"cannot be reached: {type(error).__name__}") from error
        except (aiohttp.ClientError, HttpProcessingError, OSError, ValueError) as error:
            raise SourceUnavailable(source, f"broken answer: {type(error).__name__}") from error

    async def close(self) -> None:
        """Close the connections; another request opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

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
                headers={"User-Agent": own_user_agent()},
                timeout=aiohttp.ClientTimeout(total=None),  # `request` bounds the whole of it
                cookie_jar=aiohttp.DummyCookieJar(),
                connector=aiohttp.TCPConnector(keepalive_timeout=0.2),  # requests are rare
            )
        return self._session


class _Temporary(SourceUnavailable):
    """A failure that may be gone a moment later."""


def _refusal(source: str, response: aiohttp.ClientResponse) -> SourceUnavailable:
    wait = parse_retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
    kind = _Temporary if response.status in _RETRIED and wait is None else SourceUnavailable
    return kind(source, f"HTTP {response.status}", retry_after=wait)


def _start_of(text: str) -> str:
    return " ".join(text[:120].split())
