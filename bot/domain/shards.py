"""Shards of a bot in many servers, divided among processes."""

import re
from dataclasses import dataclass

_RANGE = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
_PLACE = re.compile(r"(\d{1,5})/(\d{1,5})")


@dataclass(frozen=True, slots=True)
class Shards:
    """The shards that a process runs.

    Attributes:
        ids: in ascending order.
        count: of all processes together.
    """

    ids: tuple[int, ...]
    count: int

    @property
    def all(self) -> bool:
        """Whether these are all shards."""
        return len(self.ids) == self.count

    def owns(self, guild: int | None) -> bool:
        """Whether a server is served here; direct messages (None) are shard 0's."""
        return ((guild or 0) >> 22) % self.count in self.ids

    def __str__(self) -> str:
        """Such as `0-3,7/16`."""
        ranges: list[list[int]] = []
        for shard in self.ids:
            if ranges and ranges[-1][-1] == shard - 1:
                ranges[-1][1:] = [shard]
            else:
                ranges.append([shard])
        return f"{','.join('-'.join(map(str, one)) for one in ranges)}/{self.count}"


UNSHARDED = Shards((0,), 1)
"""One process for everything; how many shards it runs is left to Discord."""


def shards_of(ids: str | None, count: int | None, process: str | None, *, shared: bool) -> Shards:
    """The shards that the settings name.

    Args:
        ids: such as `0-3` or `0,2,5-7`.
        process: a place in a set of processes, such as `2/4`.
        shared: whether several processes can share the state.

    Raises:
        ValueError: the settings contradict each other.
    """
    if ids is not None and process is not None:
        raise ValueError(
            "SAMEWAVE_SHARD_IDS and SAMEWAVE_PROCESS both say which shards to run: set one of them."
        )
    if ids is None and process is None:
        return UNSHARDED if count is None else Shards(tuple(range(count)), count)
    shards = _place(process, count) if process is not None else _listed(ids or "", count)
    if not shards.all and not shared:
        raise ValueError(
            "Several processes need a PostgreSQL for their state: set SAMEWAVE_DATABASE_URL, or unset "
            "SAMEWAVE_SHARD_IDS and SAMEWAVE_PROCESS."
        )
    return shards


def _listed(ids: str, count: int | None) -> Shards:
    if count is None:
        raise ValueError(
            "SAMEWAVE_SHARD_IDS is set: say with SAMEWAVE_SHARD_COUNT how many shards there are in all."
        )
    found: set[int] = set()
    for part in ids.split(","):
        match = _RANGE.fullmatch(part.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if first > last:
            raise ValueError("SAMEWAVE_SHARD_IDS lists shards such as `0-3` or `0,2,5-7`.")
        if last >= count:
            raise ValueError(
                f"SAMEWAVE_SHARD_IDS names shard {last}, and of {count} shards the last one is {count - 1}."
            )
        found.update(range(first, last + 1))
    return Shards(tuple(sorted(found)), count)


def _place(process: str, count: int | None) -> Shards:
    match = _PLACE.fullmatch(process.strip())
    place, places = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= place <= places:
        raise ValueError("SAMEWAVE_PROCESS is a place in a set, such as `2/4`: the second of four processes.")
    count = places if count is None else count
    if count < places:
        raise ValueError(
            f"SAMEWAVE_SHARD_COUNT is {count}: too few for {places} processes: each runs one at least."
        )
    return Shards(tuple(range((place - 1) * count // places, place * count // places)), count)
