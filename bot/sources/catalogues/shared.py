"""A shared place behind HTTP(S): a web server on the shared folder."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from bot.domain.errors import DownloadFailed, SourceUnavailable
from bot.domain.sharing import SharingFailed
from bot.sources.catalogues.download import fetch_file
from bot.sources.http import Http

_INDEX_SECONDS = 10.0


class SharedAddress:
    """Downloads what is published at a URL.

    Args:
        index: the name of the index file.
    """

    def __init__(self, address: str, http: Http, *, index: str) -> None:
        self._address = address.rstrip("/")
        self._http = http
        self._index = index

    def __str__(self) -> str:
        """Its host and path, without a password."""
        parts = urlsplit(self._address)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    async def read_index(self) -> bytes | None:
        """The index; None where nothing is published.

        Raises:
            SharingFailed: the server does not give it.
        """
        try:
            reply = await self._http.request(
                "GET",
                f"{self._address}/{self._index}",
                source=str(self),
                seconds=_INDEX_SECONDS,
                headers={"Cache-Control": "no-cache"},
                accept=frozenset({200, 404}),
            )
        except SourceUnavailable as error:
            raise SharingFailed(
                f"{self} does not tell what is published; is it right in SAMEWAVE_SHARED_CATALOGUE?",
                detail=error.detail,
            ) from error
        return reply.body if reply.status == 200 else None

    async def fetch(self, name: str, target: Path, *, size: int, progress: Callable[[int], None]) -> None:
        """Download a published file; the caller compares its digest.

        Raises:
            SharingFailed: the server does not give it.
            StorageFailed: the target cannot be written.
        """
        try:
            await fetch_file(
                f"{self._address}/{name}", target, size=size, progress=lambda have, _: progress(have)
            )
        except DownloadFailed as error:
            raise SharingFailed(
                f"{self} does not give {name}; it is tried again, and `samewave catalogue push` publishes "
                "anew.",
                detail=error.detail or str(error),
            ) from error
