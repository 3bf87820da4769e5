"""How often the bot may identify: once per bucket in so many seconds, and so many times a day."""

from dataclasses import dataclass, field
from time import monotonic

from tests.support.stand_ins.discord_service.payloads import Json


@dataclass(frozen=True)
class Identified:
    """An IDENTIFY that arrived.

    Attributes:
        at: when (monotonic). bucket: the shard's id modulo `max_concurrency`.
        taken: whether a session was begun; if not, it came too soon.
    """

    at: float
    shard: int
    bucket: int
    taken: bool


@dataclass
class SessionStarts:
    """Discord's rule, and what came in.

    Attributes:
        seconds: the shortest time between two of a bucket; 0, no rule.
        max_concurrency: the number of buckets.
        total: how many a day; the next one resets the token.
        arrived: all of them, in order.
    """

    seconds: float = 0.0
    max_concurrency: int = 1
    total: int = 1000
    arrived: list[Identified] = field(default_factory=list)

    @property
    def remaining(self) -> int:
        return self.total - sum(one.taken for one in self.arrived)

    @property
    def breaches(self) -> list[Identified]:
        """What came too soon."""
        return [one for one in self.arrived if not one.taken]

    def take(self, shard: int) -> bool:
        """Note one that arrives now; whether a session may begin."""
        now, bucket = monotonic(), shard % self.max_concurrency
        before = [one.at for one in self.arrived if one.bucket == bucket and one.taken]
        taken = not before or now - before[-1] >= self.seconds
        self.arrived.append(Identified(now, shard, bucket, taken))
        return taken

    def told(self) -> Json:
        """`session_start_limit` of `GET /gateway/bot`."""
        return {
            "total": self.total,
            "remaining": self.remaining,
            "reset_after": 14_400_000,
            "max_concurrency": self.max_concurrency,
        }
