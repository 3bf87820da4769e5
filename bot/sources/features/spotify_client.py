"""spotipy, tamed: in threads of its own, bounded in time and size, without sleeping, logging or writing."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

import requests
import spotipy
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.exceptions import SpotifyException, SpotifyOauthError
from spotipy.oauth2 import SpotifyClientCredentials
from urllib3.exceptions import HTTPError

from bot.domain.errors import SourceUnavailable
from bot.sources.blocks import utc_now
from bot.sources.circuit_breaker import Guard
from bot.sources.features.bounded_session import BoundedSession, Call
from bot.sources.http import own_user_agent, parse_retry_after

NAME = "Spotify"
REFUSED_FOR = timedelta(hours=1)
"""How long to leave an account alone that is refused altogether (its owner has no Premium)."""

Answer = TypeVar("Answer")

_MAX_BYTES = 2_000_000
_EXPIRED_TOKEN = 401
_FORBIDDEN = 403
_FAILURES = (
    SpotifyException,
    SpotifyOauthError,
    requests.RequestException,
    HTTPError,
    OSError,
    # spotipy expects a certain shape of errors and tokens and trips over any other.
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
    RecursionError,
)


class SpotifyClient:
    """Runs questions to spotipy in a few threads and turns everything that goes wrong into one type.

    A question that nobody waits for any more is cut off. The threads are daemons: one that hangs in a name
    lookup, which nothing can cut, does not hold up the end of the program.

    Args:
        guard: for the whole account: its quota is one.
        api_url: up to and with the version. token_url: where tokens are issued.
        seconds: the time for one question, a new token included.
        threads: how many questions run at once; further ones wait.
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
        self._threads = asyncio.Semaphore(threads)
        # A session of ours: with its own, spotipy would sleep through Retry-After, for hours if told so.
        self._session = BoundedSession(user_agent=own_user_agent(), max_bytes=_MAX_BYTES)
        self._credentials = _Credentials(client_id, client_secret, self._session, token_url, seconds)
        self._spotify = spotipy.Spotify(
            auth_manager=self._credentials, requests_session=self._session, requests_timeout=seconds
        )
        self._spotify.prefix = api_url.rstrip("/") + "/"

    async def call(self, question: Callable[[spotipy.Spotify], Answer]) -> Answer:
        """Run a question in a thread.

        Raises:
            SourceUnavailable: no answer in time, a broken one, or an error that `question` did not take
                itself (it sees spotipy's exceptions).
        """
        return await self._guard.call(lambda: self._call(question))

    async def close(self) -> None:
        """Close the connections; a question still under way ends by its own time limit."""
        self._session.close()

    async def _call(self, question: Callable[[spotipy.Spotify], Answer]) -> Answer:
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[Answer] = loop.create_future()
        call = Call(self._seconds)

        def work() -> None:
            try:
                answer = self._answer(question, call)
            except BaseException as error:  # handed over whole to whoever waits
                _hand_over(loop, self._finish, outcome, None, error)
            else:
                _hand_over(loop, self._finish, outcome, answer, None)

        try:
            async with asyncio.timeout(self._seconds):
                await self._threads.acquire()
                self._start(work)
                return await outcome
        except TimeoutError as error:
            raise SourceUnavailable(NAME, f"no answer within {self._seconds:g} s") from error
        finally:
            if not outcome.done() or outcome.cancelled():
                call.cut()

    def _start(self, work: Callable[[], None]) -> None:
        try:
            threading.Thread(target=work, name="spotipy", daemon=True).start()
        except RuntimeError as error:
            self._threads.release()
            raise SourceUnavailable(NAME, "no thread to ask in") from error

    def _finish(self, outcome: "asyncio.Future[Answer]", answer: Answer, error: BaseException | None) -> None:
        self._threads.release()  # only now: a thread nobody waits for still takes a place
        if outcome.done():
            return
        if error is None:
            outcome.set_result(answer)
        else:
            outcome.set_exception(error)

    def _answer(self, question: Callable[[spotipy.Spotify], Answer], call: Call) -> Answer:
        self._session.begin(call)
        try:
            try:
                return question(self._spotify)
            except SpotifyException as error:
                if error.http_status != _EXPIRED_TOKEN:
                    raise
                self._credentials.forget()
                return question(self._spotify)
        except _FAILURES as error:
            raise _translate(error) from error


class _Credentials(SpotifyClientCredentials):  # type: ignore[misc]  # spotipy is untyped
    """Client credentials that fetch one token at a time, keep it in memory, and can be pointed elsewhere."""

    def __init__(
        self, client_id: str, client_secret: str, session: requests.Session, token_url: str, seconds: float
    ) -> None:
        self.OAUTH_TOKEN_URL = token_url
        self._lock = threading.Lock()
        super().__init__(
            client_id,
            client_secret,
            requests_session=session,
            requests_timeout=seconds,
            cache_handler=MemoryCacheHandler(),
        )

    def get_access_token(self, as_dict: bool = False, check_cache: bool = True) -> Any:
        with self._lock:
            return super().get_access_token(as_dict=False, check_cache=check_cache)

    def forget(self) -> None:
        self.cache_handler.save_token_to_cache(None)

    def __del__(self) -> None:
        """The session is the client's to close."""


def _hand_over(loop: asyncio.AbstractEventLoop, finish: Callable[..., None], *args: object) -> None:
    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
        loop.call_soon_threadsafe(finish, *args)


def _translate(error: Exception) -> SourceUnavailable:
    """One type for all; never a URL, a header or a credential in the detail."""
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
