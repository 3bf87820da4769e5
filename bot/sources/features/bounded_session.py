"""A requests session whose calls end on time: requests bounds single waits, not the whole of a call."""

import io
import socket
import threading
import time
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

_CHUNK = 16 * 1024


class Call:
    """The time that one call has, in its own thread, and the line it holds.

    Args:
        seconds: from now on.
    """

    def __init__(self, seconds: float) -> None:
        self.end = time.perf_counter() + seconds
        self._line: HTTPConnection | None = None
        self._cut = False

    def hold(self, line: HTTPConnection | None) -> None:
        """From now on `cut` cuts this line; None when the call is done with it."""
        self._line = line

    @property
    def left(self) -> float:
        """Seconds until the end.

        Raises:
            requests.Timeout: there are none.
        """
        left = self.end - time.perf_counter()
        if left <= 0 or self._cut:
            raise requests.Timeout("no time left")
        return left

    def cut(self) -> None:
        """End the call from another thread, whatever it waits for; safe at any time."""
        self._cut = True
        line = self._line.sock if self._line is not None else None
        if line is not None:
            try:
                # Not the method of a TLS socket, which would take the reader's state away under its hands.
                socket.socket.shutdown(line, socket.SHUT_RDWR)
            except OSError:
                return  # it is closed already


class BoundedSession(requests.Session):
    """Bodies of at most `max_bytes`, calls that can be cut, no redirects, no environment, no sleeping.

    Each thread says `begin` before it asks.
    """

    def __init__(self, *, user_agent: str, max_bytes: int) -> None:
        super().__init__()
        self.trust_env = False
        self.max_redirects = 0
        self.headers["User-Agent"] = user_agent
        self._adapter = _Adapter(max_bytes)
        self.mount("https://", self._adapter)
        self.mount("http://", self._adapter)

    def begin(self, call: Call) -> None:
        """What this thread asks from now on belongs to that call."""
        _held.call = call


_held = threading.local()  # a connection knows its thread, but nothing of the call it serves


class _HttpLine(HTTPConnection):
    def connect(self) -> None:
        _held.call.hold(self)
        super().connect()

    def request(self, *args: Any, **kwargs: Any) -> None:
        _held.call.hold(self)
        super().request(*args, **kwargs)


class _HttpsLine(HTTPSConnection):
    def connect(self) -> None:
        _held.call.hold(self)
        super().connect()

    def request(self, *args: Any, **kwargs: Any) -> None:
        _held.call.hold(self)
        super().request(*args, **kwargs)


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _HttpLine


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _HttpsLine


class _Adapter(HTTPAdapter):
    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        call: Call = _held.call
        kwargs.update(stream=True, timeout=call.left)
        response = super().send(request, *args, **kwargs)
        response.raw = io.BytesIO(self._read(response, call))
        return response

    def _read(self, response: requests.Response, call: Call) -> bytes:
        body = bytearray()
        try:
            while chunk := response.raw.read1(_CHUNK, decode_content=True):
                body += chunk
                if len(body) > self._max_bytes:
                    raise requests.RequestException(f"more than {self._max_bytes} bytes")
                _ = call.left
        except BaseException:
            response.raw.close()
            raise
        call.hold(None)  # the pool may give it to another call
        response.raw.release_conn()
        return bytes(body)
