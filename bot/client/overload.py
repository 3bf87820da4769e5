"""Refuses commands that arrive too late, or more than can be answered in time.

An overloaded bot says so once a minute per channel.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import Any

import discord
from discord.ext import commands

from bot.client.checks import in_allowed_channel
from bot.client.concurrency import CommandSlots, QueueFull
from bot.client.deduplication import SeenIds
from bot.client.interactions import best_effort, defer_if_slow, is_thinking, respond, think
from bot.client.permissions import missing_permissions
from bot.i18n.translator import Translator, translator_of

INTERACTION_SECONDS = 2.5
"""Of the three seconds in which Discord accepts the first response to an interaction."""
TEXT_SECONDS = 30.0
"""After so many seconds nobody waits for the answer to a message."""
LONGEST_WAIT_SECONDS = 15.0
"""The longest wait of a text command; the rest of the time is for its work and for Discord."""
DEFER_AFTER_SECONDS = 1.0
"""An interaction that has waited so long is deferred before it gets a slot."""
MOST_IN_CHANNEL = 20
"""Text commands of one channel at once: Discord accepts five messages in five seconds there."""
NOTICE_SECONDS = 60.0
_MAX_NOTIFIED = 10_000
_DRIFT = 1e-4
"""Seconds a second by which two clocks may drift apart."""
_COMPARABLE_SECONDS = 24 * 3600.0


class EventAges:
    """The age of Discord's events, from the timestamps in their ids.

    Ages are relative to the fastest delivery so far, on a monotonic clock, so that a wrong system time does
    not matter.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        """Args: clock: monotonic, in seconds."""
        self._clock = clock
        self._least: float | None = None
        self._seen = 0.0

    def of(self, made: datetime) -> float:
        """The age in seconds; 0 if the system clock and Discord's differ by a day."""
        if abs((datetime.now(UTC) - made).total_seconds()) > _COMPARABLE_SECONDS:
            return 0.0
        now = self._clock()
        late = now - made.timestamp()
        least = late if self._least is None else self._least + _DRIFT * (now - self._seen)
        self._least, self._seen = min(late, least), now
        return late - self._least


class Overload:
    """Decides which commands and presses are processed.

    Attributes:
        dropped: how many were not.
    """

    def __init__(self, ages: EventAges | None = None, slots: CommandSlots | None = None) -> None:
        self._ages = ages or EventAges()
        self._slots = slots or CommandSlots()
        self._notified = SeenIds(_MAX_NOTIFIED, NOTICE_SECONDS)
        self._answering: Counter[int] = Counter()
        self.dropped = 0

    def arrived(self, made: datetime) -> None:
        """An event arrived that is taken later; it tells how quick deliveries are."""
        self._ages.of(made)

    async def takes_message(self, context: commands.Context[Any]) -> bool:
        """Wait for a text command's slot; returns whether to answer it."""
        made = context.message.edited_at or context.message.created_at
        age = self._ages.of(made)
        if age > TEXT_SECONDS:
            self.dropped += 1
            return False
        channel = context.channel.id
        try:
            if self._answering[channel] >= MOST_IN_CHANNEL:
                raise QueueFull
            self._count(channel)
            slot = await self._slots.acquire(urgent=False)
        except QueueFull:
            self.dropped += 1
            await self._say_busy(context)
            return False
        slot.hold()
        if self._ages.of(made) > min(age + LONGEST_WAIT_SECONDS, TEXT_SECONDS):
            self.dropped += 1
            slot.release()
            return False
        return True

    def _count(self, channel: int) -> None:
        """Count a command until the current task ends."""
        if (task := asyncio.current_task()) is not None:
            self._answering[channel] += 1
            task.add_done_callback(lambda _: self._end(channel))

    def _end(self, channel: int) -> None:
        self._answering[channel] -= 1
        if not self._answering[channel]:
            del self._answering[channel]

    async def takes_interaction(self, interaction: discord.Interaction[Any]) -> bool:
        """Wait for an interaction's slot; returns whether to answer it."""
        age = self._ages.of(interaction.created_at)
        if age > INTERACTION_SECONDS:
            self.dropped += 1
            return False
        taking = self._slots.acquire(urgent=True)
        try:
            if interaction.type is discord.InteractionType.application_command:
                # The answer may be private.
                defer = partial(think, interaction, ephemeral=True)
                slot = await defer_if_slow(taking, defer, after=max(0.0, DEFER_AFTER_SECONDS - age))
            else:
                slot = await taking
        except QueueFull:
            self.dropped += 1
            if interaction.type is not discord.InteractionType.autocomplete:
                await self._respond_busy(interaction)
            return False
        if not is_thinking(interaction) and self._ages.of(interaction.created_at) > INTERACTION_SECONDS:
            self.dropped += 1
            slot.release()
            return False
        slot.hold()
        return True

    async def _say_busy(self, context: commands.Context[Any]) -> None:
        if missing_permissions(context) or not self._notified.first_time(context.channel.id):
            return
        with suppress(commands.CheckFailure, commands.CommandInvokeError):
            await in_allowed_channel(context)
            await best_effort(context.reply(_busy(translator_of(context))))

    async def _respond_busy(self, interaction: discord.Interaction[Any]) -> None:
        if interaction.channel_id is None or self._notified.first_time(interaction.channel_id):
            message = {"content": _busy(translator_of(interaction)), "ephemeral": True}
            await best_effort(respond(interaction, message))


def _busy(translate: Translator) -> str:
    return translate("I am asked more than I can answer at the moment; try again in a minute.")
