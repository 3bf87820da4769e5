"""The processes that share the state: this one tells that it lives, and knows how many do."""

from collections.abc import Callable
from secrets import token_hex
from time import time

from bot.domain.shards import Shards
from bot.storage.state.processes import Processes

BEAT_SECONDS = 5.0


class LiveProcesses:
    """This process among the others.

    Attributes:
        shards: those of this process.
        alive: how many processes of bots there are, as last looked; 1 at least.
    """

    def __init__(self, processes: Processes, shards: Shards, *, clock: Callable[[], float] = time) -> None:
        self.shards = shards
        self.alive = 1
        self._processes = processes
        self._clock = clock
        self._name = token_hex(8)
        self._entered = False

    async def enter(self) -> int:
        """Count this process as a bot, unless others run another number of shards; returns that of all.

        Raises:
            StorageFailed: it could not be written.
        """
        count = await self._processes.enter(self._name, self.shards, self._clock())
        self._entered = count == self.shards.count
        return count

    async def has_predecessor(self) -> bool:
        """Whether another process runs exactly these shards.

        Raises:
            StorageFailed: it cannot be read.
        """
        return self.shards in await self._processes.alive(self._clock())

    async def leave(self) -> None:
        """Count this process no longer.

        Raises:
            StorageFailed: it could not be written.
        """
        self._entered = False
        await self._processes.leave(self._name)

    async def look(self) -> None:
        """Count the processes; who looks on, such as the page, is not counted.

        Raises:
            StorageFailed: the database does not answer.
        """
        if self._entered:
            self.alive = await self._processes.seen(self._name, self.shards, self._clock())
        else:
            self.alive = max(len(await self._processes.alive(self._clock())), 1)
