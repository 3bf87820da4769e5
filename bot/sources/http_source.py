"""What services over HTTP have in common: an address, a guard, a time limit."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from bot.domain.candidates import MediaHosts
from bot.sources.guard import Guard
from bot.sources.http import Http

Value = TypeVar("Value")
_NONE: Mapping[int, Any] = MappingProxyType({})


class HttpSource:
    """A service over HTTP, behind its guard.

    Every request raises `SourceUnavailable` when the service did not answer, refused, or sent what cannot be
    read.

    Attributes:
        name: of the service, for people.
        url: its usual address.
        seconds: the time for one request.
        hosts: the hosts of its pictures and sounds.

    Args:
        guard: shared by all that count for one rate limit.
        base_url: scheme, host and version; the usual address unless set.
        seconds: the time for one request; the usual one unless set.
    """

    name: str
    url: str
    seconds = 3.0
    hosts = MediaHosts()

    def __init__(
        self, http: Http, guard: Guard, *, base_url: str | None = None, seconds: float | None = None
    ) -> None:
        self.http = http
        self.guard = guard
        base_url = base_url or self.url
        self.hosts = self.hosts.beside(base_url, self.url)
        self.url = base_url.rstrip("/")
        self.seconds = seconds or self.seconds

    async def ask(
        self,
        path: str,
        read: Callable[[str], Value],
        *,
        method: str = "GET",
        instead: Mapping[int, Value] = _NONE,
        seconds: float | None = None,
        **content: Any,
    ) -> Value:
        """Make a request and read the text of its answer.

        Args:
            instead: the values of answers with another status than 200.
            content: parameters, headers and the like, as of `Http.request`.
        """

        async def ask() -> Value:
            reply = await self.http.request(
                method,
                f"{self.url}/{path}",
                source=self.name,
                seconds=seconds or self.seconds,
                accept=frozenset({200, *instead}),
                **content,
            )
            return instead[reply.status] if reply.status in instead else await reply.parse(read)

        return await self.guard.call(ask)
