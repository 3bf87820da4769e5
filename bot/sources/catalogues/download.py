"""Downloads a large file over HTTPS with limits of size and time, and resumes it after an interruption."""

import asyncio
import errno
import json
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urljoin, urlsplit

import aiohttp

from bot.domain.errors import DownloadFailed, StorageFailed
from bot.sources.http import own_user_agent

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
_CHUNK = 1 << 16
_GONE = frozenset({401, 403, 404, 410, 451})
Progress = Callable[[int, int | None], None]
"""Called with the bytes received so far, and with the total if it is known."""


@dataclass(frozen=True)
class DownloadLimits:
    """The limits of a download.

    Attributes:
        size: bytes.
        seconds: in total.
        silence: seconds without data after which a connection counts as broken.
        attempts: connections in a row that break without any data.
    """

    size: int
    seconds: float = 3_600.0
    silence: float = 30.0
    attempts: int = 5


class _Broken(Exception):
    """The connection broke, or the server asks to retry later."""


async def fetch_file(address: str, target: Path, *, size: int, progress: Progress) -> None:
    """`download` with the usual limits and a maximum size in bytes."""
    await download(address, target, limits=DownloadLimits(size), progress=progress)


async def download(
    address: str,
    target: Path,
    *,
    limits: DownloadLimits,
    progress: Progress = lambda have, all: None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Download a file; a partial file is kept beside the target, and the next call resumes it.

    Redirects are followed, over HTTPS only (over HTTP where the address itself is of that kind).

    Raises:
        DownloadFailed: it is not available, now or at all; the sentence says what to do.
        StorageFailed: the disk is full.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        async with asyncio.timeout(limits.seconds):
            await _persist(address, part, limits, progress, sleep)
        os.replace(part, target)
        _note_of(part).unlink(missing_ok=True)
    except TimeoutError as error:
        raise DownloadFailed(
            f"{_host(address)} takes too long; try again later, it goes on where it stopped."
        ) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            part.unlink(missing_ok=True)
            raise StorageFailed(
                f"The disk is full: the download was removed again. Free some space in {target.parent}.",
                detail=str(error),
            ) from error
        raise StorageFailed(
            f"{target.parent} cannot be written ({error.strerror or error}).", detail=str(error)
        ) from error


async def _persist(
    address: str,
    part: Path,
    limits: DownloadLimits,
    progress: Progress,
    sleep: Callable[[float], Awaitable[None]],
) -> None:
    failures = 0
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=limits.silence, sock_read=limits.silence)
    # `identity`: a compressed response could not be resumed.
    headers = {"User-Agent": own_user_agent(), "Accept-Encoding": "identity"}
    async with aiohttp.ClientSession(
        headers=headers, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), trust_env=True
    ) as session:
        while True:
            before = _size(part)
            try:
                return await _fetch(session, address, part, limits, progress)
            except (_Broken, aiohttp.ClientError, TimeoutError, ConnectionError) as error:
                failures = 0 if _size(part) > before else failures + 1
                if failures >= limits.attempts or isinstance(error, aiohttp.InvalidURL):
                    raise DownloadFailed(
                        f"{_host(address)} cannot be reached, or breaks off again and again. "
                        "Try again later: it goes on where it stopped.",
                        detail=f"{type(error).__name__}: {error}",
                    ) from error
                await sleep(min(2.0**failures, 30.0))


async def _fetch(
    session: aiohttp.ClientSession, address: str, part: Path, limits: DownloadLimits, progress: Progress
) -> None:
    have, headers = _size(part), {}
    validator = _validator(part, address) if have else None
    if validator:
        headers = {"Range": f"bytes={have}-", "If-Range": validator}
    async with await _answer(session, address, headers) as answer:
        if answer.status == 416:  # the file became shorter, or the partial file is complete
            _forget(part)
            raise _Broken("begins anew")
        if answer.status == 206 and validator and _starts_at(answer, have):
            mode = "ab"
        elif answer.status == 200:
            mode, have = "wb", 0
        else:
            raise _Broken(f"HTTP {answer.status}")
        length = None if answer.content_length is None else have + answer.content_length
        if length is not None and length > limits.size:
            raise _too_large(address, limits)
        _remember(part, address, answer)
        with part.open(mode) as file:
            await _write(answer, file, address, limits, lambda size: progress(size, length))


async def _answer(
    session: aiohttp.ClientSession, address: str, headers: dict[str, str]
) -> aiohttp.ClientResponse:
    """The response after all redirects."""
    url = address
    for _ in range(_MOST_REDIRECTS + 1):
        response = await session.get(url, headers=headers, allow_redirects=False)
        if response.status not in _REDIRECTS:
            _check(response, address)
            return response
        response.release()
        url = urljoin(url, response.headers.get("Location", ""))
        schemes = {"https"} if urlsplit(address).scheme == "https" else {"http", "https"}
        if urlsplit(url).scheme not in schemes:
            raise DownloadFailed(
                f"{_host(address)} leads to {url[:100]}, which is not HTTPS; it is not followed."
            )
    raise DownloadFailed(f"{_host(address)} leads in a circle; it seems to have moved. {_ELSEWHERE}")


_ELSEWHERE = "Look for it in a browser, and import the file with `samewave import FILE`."


def _check(response: aiohttp.ClientResponse, address: str) -> None:
    """Raise an error for a response that a retry would not change."""
    if response.status in _GONE:
        response.close()
        raise DownloadFailed(
            f"{_host(address)} no longer gives the file away (HTTP {response.status}). {_ELSEWHERE}"
        )
    if response.status in (200, 206) and "html" in response.content_type:
        response.close()
        raise DownloadFailed(f"{_host(address)} answers with a web page in place of the file. {_ELSEWHERE}")


async def _write(
    answer: aiohttp.ClientResponse,
    file: IO[Any],
    address: str,
    limits: DownloadLimits,
    progress: Callable[[int], None],
) -> None:
    async for chunk in answer.content.iter_chunked(_CHUNK):
        file.write(chunk)
        size = file.tell()
        if size > limits.size:
            raise _too_large(address, limits)
        progress(size)
    file.flush()
    os.fsync(file.fileno())


def _too_large(address: str, limits: DownloadLimits) -> DownloadFailed:
    return DownloadFailed(
        f"{_host(address)} sends more than {limits.size >> 20} MB, which is not the known file. {_ELSEWHERE}"
    )


def _starts_at(answer: aiohttp.ClientResponse, have: int) -> bool:
    return answer.headers.get("Content-Range", "").startswith(f"bytes {have}-")


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _note_of(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")


def _remember(part: Path, address: str, answer: aiohttp.ClientResponse) -> None:
    """Store what tells whether the file changes before the download is resumed."""
    validator = answer.headers.get("ETag", "")
    if not validator or validator.startswith("W/"):
        validator = answer.headers.get("Last-Modified", "")
    _note_of(part).write_text(json.dumps({"address": address, "validator": validator}), "utf-8")


def _validator(part: Path, address: str) -> str | None:
    try:
        note = json.loads(_note_of(part).read_text("utf-8"))
        return str(note["validator"]) if note["address"] == address else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
    _note_of(part).unlink(missing_ok=True)


def _host(address: str) -> str:
    return urlsplit(address).hostname or address
