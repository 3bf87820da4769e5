"""Downloads a large file over HTTPS with limits of size and time, and resumes it after an interruption."""

import asyncio
import errno
import json
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
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
    under_way = _Download(address, part, limits, progress)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        async with asyncio.timeout(limits.seconds):
            await under_way.persist(sleep)
        os.replace(part, target)
        under_way.forget()
    except TimeoutError as error:
        raise DownloadFailed(
            f"{under_way.host} takes too long; try again later, it goes on where it stopped."
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


_ELSEWHERE = "Look for it in a browser, and import the file with `samewave import FILE`."


class _Download:
    """A download into a partial file, with a note beside it that tells whether it can be resumed."""

    def __init__(self, address: str, part: Path, limits: DownloadLimits, progress: Progress) -> None:
        self.host = urlsplit(address).hostname or address
        self._address = address
        self._part = part
        self._note = part.with_name(f"{part.name}.json")
        self._limits = limits
        self._progress = progress

    async def persist(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Connect until the file is whole, or until too many connections in a row give nothing."""
        failures = 0
        silence = self._limits.silence
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=silence, sock_read=silence)
        # `identity`: a compressed response could not be resumed.
        headers = {"User-Agent": own_user_agent(), "Accept-Encoding": "identity"}
        async with aiohttp.ClientSession(
            headers=headers, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), trust_env=True
        ) as session:
            while True:
                before = self._size()
                try:
                    return await self._fetch(session)
                except (_Broken, aiohttp.ClientError, TimeoutError, ConnectionError) as error:
                    failures = 0 if self._size() > before else failures + 1
                    if failures >= self._limits.attempts or isinstance(error, aiohttp.InvalidURL):
                        raise DownloadFailed(
                            f"{self.host} cannot be reached, or breaks off again and again. "
                            "Try again later: it goes on where it stopped.",
                            detail=f"{type(error).__name__}: {error}",
                        ) from error
                    await sleep(min(2.0**failures, 30.0))

    async def _fetch(self, session: aiohttp.ClientSession) -> None:
        have, headers = self._size(), {}
        validator = self._validator() if have else None
        if validator:
            headers = {"Range": f"bytes={have}-", "If-Range": validator}
        async with await self._answer(session, headers) as answer:
            if answer.status == 416:  # the file became shorter, or the partial file is complete
                self._part.unlink(missing_ok=True)
                self.forget()
                raise _Broken("begins anew")
            resumed = answer.headers.get("Content-Range", "").startswith(f"bytes {have}-")
            if answer.status == 206 and validator and resumed:
                mode = "ab"
            elif answer.status == 200:
                mode, have = "wb", 0
            else:
                raise _Broken(f"HTTP {answer.status}")
            whole = None if answer.content_length is None else have + answer.content_length
            self._check_size(whole or 0)
            self._remember(answer)
            with self._part.open(mode) as file:
                async for chunk in answer.content.iter_chunked(_CHUNK):
                    file.write(chunk)
                    self._check_size(file.tell())
                    self._progress(file.tell(), whole)
                file.flush()
                os.fsync(file.fileno())

    async def _answer(
        self, session: aiohttp.ClientSession, headers: dict[str, str]
    ) -> aiohttp.ClientResponse:
        """The response after all redirects; an error for one that a retry would not change."""
        url = self._address
        for _ in range(_MOST_REDIRECTS + 1):
            response = await session.get(url, headers=headers, allow_redirects=False)
            if response.status in _GONE:
                response.close()
                raise DownloadFailed(
                    f"{self.host} no longer gives the file away (HTTP {response.status}). {_ELSEWHERE}"
                )
            if response.status in (200, 206) and "html" in response.content_type:
                response.close()
                raise DownloadFailed(
                    f"{self.host} answers with a web page in place of the file. {_ELSEWHERE}"
                )
            if response.status not in _REDIRECTS:
                return response
            response.release()
            url = urljoin(url, response.headers.get("Location", ""))
            schemes = {"https"} if urlsplit(self._address).scheme == "https" else {"http", "https"}
            if urlsplit(url).scheme not in schemes:
                raise DownloadFailed(
                    f"{self.host} leads to {url[:100]}, which is not HTTPS; it is not followed."
                )
        raise DownloadFailed(f"{self.host} leads in a circle; it seems to have moved. {_ELSEWHERE}")

    def _check_size(self, size: int) -> None:
        if size > self._limits.size:
            raise DownloadFailed(
                f"{self.host} sends more than {self._limits.size >> 20} MB, which is not the known file. "
                f"{_ELSEWHERE}"
            )

    def _size(self) -> int:
        return self._part.stat().st_size if self._part.exists() else 0

    def _remember(self, answer: aiohttp.ClientResponse) -> None:
        """Store what tells whether the file changes before the download is resumed."""
        validator = answer.headers.get("ETag", "")
        if not validator or validator.startswith("W/"):
            validator = answer.headers.get("Last-Modified", "")
        self._note.write_text(json.dumps({"address": self._address, "validator": validator}), "utf-8")

    def _validator(self) -> str | None:
        try:
            note = json.loads(self._note.read_text("utf-8"))
            return str(note["validator"]) if note["address"] == self._address else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def forget(self) -> None:
        """Remove the note."""
        self._note.unlink(missing_ok=True)
