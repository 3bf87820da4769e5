"""spotipy in a few threads of its own, with a deadline and one type of error."""

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, TypeVar

import requests
import spotipy
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.exceptions import SpotifyException, SpotifyOauthError
from spotipy.oauth2 import SpotifyClientCredentials

from bot.domain.errors import SourceUnavailable
from bot.sources.blocks import utc_now
from bot.sources.guard import Guard
from bot.sources.http import own_user_agent, parse_retry_after

NAME = "Spotify"
REFUSED_FOR = timedelta(hours=1)
"""How long an account is blocked after Spotify refuses it (its owner has no Premium)."""

Answer = TypeVar("Answer")

_EXPIRED_TOKEN = 401
_FORBIDDEN = 403


class SpotifyClient:
    """Runs functions of spotipy's client in threads and turns every failure into `SourceUnavailable`.

    A thread cannot be cancelled: one whose caller gave up ends with spotipy's own timeout, and takes one of
    the few threads until then.

    Args:
        guard: for the whole account, which has one quota.
        api_url: the base address, with the version. token_url: where tokens are issued.
        seconds: the time for one call, a new token included.
        threads: how many calls run at once; further ones wait.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        guard: Guard,
        *,
        api_url: str = "https://api.spotify.com/v1",
        token_url: str = "https://accounts.spotify.com/api/token",  # noqa: S107  # an address, no secret
        seconds: float = 3.0,
        threads: int = 4,
    ) -> None:
        # spotipy logs each refusal as an error and, at debug level, the secret itself.
        logging.getLogger("spotipy").setLevel(logging.CRITICAL)
        self._guard = guard
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="spotipy")
        # With its own session, spotipy sleeps for as long as Retry-After says, which may be hours.
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.max_redirects = 0
        self._session.headers["User-Agent"] = own_user_agent()
        self._credentials = _Credentials(
            client_id,
            client_secret,
            requests_session=self._session,
            requests_timeout=seconds,
            cache_handler=MemoryCacheHandler(),
        )
        self._credentials.OAUTH_TOKEN_URL = token_url
        self._spotify = spotipy.Spotify(
            auth_manager=self._credentials, requests_session=self._session, requests_timeout=seconds
        )
        self._spotify.prefix = api_url.rstrip("/") + "/"

    async def call(self, function: Callable[[spotipy.Spotify], Answer]) -> Answer:
        """Run a function in a thread; it sees spotipy's exceptions and may answer them itself.

        Raises:
            SourceUnavailable: no answer in time, a broken one, or an error that `function` did not handle.
        """
        return await self._guard.call(lambda: self._call(function))

    async def close(self) -> None:
        """Close the connections; a call still under way ends with its own timeout."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._session.close()

    async def _call(self, function: Callable[[spotipy.Spotify], Answer]) -> Answer:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._seconds):
                return await loop.run_in_executor(self._threads, self._run, function)
        except TimeoutError as error:
            raise SourceUnavailable(NAME, f"no answer within {self._seconds:g} s") from error

    def _run(self, function: Callable[[spotipy.Spotify], Answer]) -> Answer:
        try:
            try:
                return function(self._spotify)
            except SpotifyException as error:
                if error.http_status != _EXPIRED_TOKEN:
                    raise
                self._credentials.cache_handler.save_token_to_cache(None)
                return function(self._spotify)
        except SourceUnavailable:
            raise
        except Exception as error:  # spotipy also trips over error bodies and tokens of another shape
            raise _source_unavailable(error) from error


class _Credentials(SpotifyClientCredentials):  # type: ignore[misc]  # spotipy is untyped
    """Client credentials that fetch one token at a time, however many threads ask."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lock = threading.Lock()

    def get_access_token(self, as_dict: bool = False, check_cache: bool = True) -> Any:
        with self._lock:
            return super().get_access_token(as_dict=False, check_cache=check_cache)


def _source_unavailable(error: Exception) -> SourceUnavailable:
    """Translate an exception; its detail never holds an address, a header or a credential."""
    if isinstance(error, SpotifyException):
        headers: Mapping[str, str] = error.headers or {}
        message = str(error.msg).rpartition("\n")[2].strip()[:120]
        reason = f" ({str(error.reason)[:40]})" if error.reason else ""
        wait = parse_retry_after(headers.get("Retry-After"), utc_now())
        if wait is None and error.http_status == _FORBIDDEN:
            wait = REFUSED_FOR
        return SourceUnavailable(NAME, f"HTTP {error.http_status}{reason}: {message}", retry_after=wait)
    if isinstance(error, SpotifyOauthError):
        return SourceUnavailable(NAME, f"no token: {str(error.error)[:40]}")
    if isinstance(error, requests.Timeout):
        return SourceUnavailable(NAME, "no answer in time")
    return SourceUnavailable(NAME, f"broken answer: {type(error).__name__}")
