"""A circuit breaker: after several failures in a row, a service is blocked for a while.

Written here because the kept libraries do not fit: purgatory lets every waiting call through when it closes
again and reads the wall clock itself; pybreaker has no asyncio; neither knows Retry-After or longer pauses.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

LONGEST_PAUSE = timedelta(minutes=15)


class CircuitBreaker:
    """Counts failures in a row; the caller keeps the pauses.

    Closed until `failures` in a row, then open for `pause`, then half-open: one request is let through as a
    probe. Its success closes the breaker, its failure opens it for twice as long, at most `LONGEST_PAUSE`.
    """

    def __init__(self, *, failures: int, pause: timedelta) -> None:
        self._threshold = failures
        self._first_pause = pause
        self._failures = 0
        self._openings = 0
        self._probing = False

    @property
    def probing(self) -> bool:
        """Whether a probe is under way; nothing else may be asked meanwhile."""
        return self._probing

    @contextmanager
    def request(self) -> Iterator[None]:
        """Mark the request made inside as the probe, if the breaker is half-open."""
        probe = self._failures >= self._threshold
        self._probing = self._probing or probe
        try:
            yield
        finally:
            if probe:
                self._probing = False

    def succeeded(self) -> None:
        self._failures = self._openings = 0

    def failed(self) -> timedelta | None:
        """Count a failure; return how long to pause if it opens the breaker."""
        self._failures += 1
        if self._failures < self._threshold:
            return None
        pause: timedelta = min(self._first_pause * 2 ** min(self._openings, 16), LONGEST_PAUSE)
        self._openings += 1
        return pause
