"""The connection to Discord, made when this process has its shards, or before, to stand by.

Temporary failures are retried, permanent ones end with a sentence.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from time import monotonic

import aiohttp
import click
import discord
from discord.ext import commands

from bot.cli.health import BEAT_SECONDS, Heartbeat
from bot.client.bot import Samewave
from bot.domain.errors import SamewaveError
from bot.services.background import Job, in_background
from bot.services.use_cases import Services
from bot.settings import Settings

log = logging.getLogger("bot")

Watch = Callable[[Samewave], None]
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 300.0
"""Seconds before the bot is started again; each pause is twice the one before. Discord allows a thousand
starts a day."""
STEADY_SECONDS = 600.0
"""After so long without a failure, the pauses start again with the first one."""
FINISH_SECONDS = 5.0
_ANSWERING = (
    "discord.py: on_message",
    "discord.py: on_raw_message_edit",
    "CommandTree-invoker",
    "discord-ui-",
    "discord.py: on_interaction",
)
"""discord.py's names of the tasks that answer a message, an edited one, a slash command, a press, a form."""
_INTENTS = (
    (
        True,
        True,
        "the presence and server members intents are not both switched on in Discord's developer portal: "
        "nobody's listening is seen",
    ),
    (
        True,
        False,
        "the message content intent is switched off in Discord's developer portal: "
        "only slash commands and mentions are answered",
    ),
    (False, False, "Discord refuses the connection although no privileged intent is asked for"),
)
"""Combinations of message content and presences to request, most first; what to log when Discord refuses."""
_TOKEN_CODE = 4004
_CODES_FOR_GOOD = range(4010, 4015)
"""Discord's codes for wrong shards, version or intents."""
_TOO_MANY, _SERVER_ERRORS = 429, 500
_PASSING = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)


class Connection:
    """Runs the bot in a task of its own."""

    def __init__(self, services: Services, settings: Settings, watch: Watch) -> None:
        """Args: watch: called with the bot, and with each that replaces it, before it starts."""
        self._services = services
        self._settings = settings
        self._watch = watch
        self._bot: Samewave | None = None
        self._task: asyncio.Task[None] | None = None

    def stand_by(self) -> None:
        """Connect while another process has the shards: what arrives is kept."""
        if self._settings.discord_token is not None:
            self._services.handover.waiting = True
            self._begin()

    def take_over(self) -> None:
        """Act from now on."""
        if self._bot is not None:
            self._bot.begin()

    async def stay(self) -> None:
        """Connect, unless that is done, and wait; when this is cancelled, the connection lasts until `end`.

        Raises:
            ClickException: Discord refuses it for good.
        """
        await asyncio.shield(self._begin())

    async def end(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _begin(self) -> asyncio.Task[None]:
        if self._task is None:
            self._task = asyncio.create_task(stay_connected(self._services, self._settings, self._made))
        return self._task

    def _made(self, bot: Samewave) -> None:
        self._bot = bot
        self._watch(bot)


async def stay_connected(
    services: Services,
    settings: Settings,
    watch: Watch,
    *,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> None:
    """Run the bot on Discord until the task is cancelled.

    Args:
        watch: called with each bot before it starts.

    Raises:
        ClickException: Discord refuses it for good.
    """
    assert settings.discord_token is not None  # noqa: S101  # for the type checker
    token = settings.discord_token.get_secret_value()
    intents = list(_INTENTS[0 if settings.presences else 1 :])
    faults = 0
    shards = services.processes.shards
    while True:
        content, presences, refused = intents[0]
        bot = Samewave(
            services,
            prefix=settings.prefix,
            message_content=content,
            presences=presences,
            shard_ids=None if shards.all else list(shards.ids),
            shard_count=settings.shard_count if shards.all else shards.count,
        )
        watch(bot)
        began = monotonic()
        try:
            await _connect(bot, token, services, settings)
            fault: Exception = ConnectionError("the connection ended")
        except discord.PrivilegedIntentsRequired as error:
            if len(intents) == 1:
                raise click.ClickException(f"{refused}.") from error
            log.warning("%s", refused)
            del intents[0]
            continue
        except (commands.ExtensionError, SamewaveError):
            raise
        except Exception as error:
            if sentence := _refused_for_good(error):
                raise click.ClickException(sentence) from error
            fault = error
        faults = 0 if monotonic() - began >= STEADY_SECONDS else faults
        pause = min(FIRST_PAUSE * 2.0**faults, LONGEST_PAUSE)
        faults += 1
        if isinstance(fault, _PASSING):
            log.warning("Discord cannot be reached (%s); trying again in %g s", _reason(fault), pause)
        else:
            log.error("the connection met a fault and is begun anew in %g s", pause, exc_info=fault)
        await sleep(pause)


def _refused_for_good(error: Exception) -> str | None:
    """The sentence for a permanent failure."""
    code = error.code if isinstance(error, discord.ConnectionClosed) else None
    if isinstance(error, discord.LoginFailure) or code == _TOKEN_CODE:
        return (
            "Discord does not take this token. Copy a new one from the developer portal "
            "(Bot → Reset Token) into DISCORD_TOKEN."
        )
    if code in _CODES_FOR_GOOD:
        return f"Discord refuses the connection (code {code}); is this Samewave up to date?"
    if (
        isinstance(error, discord.HTTPException)
        and error.status < _SERVER_ERRORS
        and error.status != _TOO_MANY
    ):
        return (
            f"Discord refuses the start ({_reason(error)}). Look at the bot in the developer portal, and "
            "start again."
        )
    return None


def _reason(error: Exception) -> str:
    if isinstance(error, discord.HTTPException):  # its text may be a whole page
        return f"HTTP {error.status}, code {error.code}"
    return " ".join(str(error).split())[:200] or type(error).__name__


async def _connect(bot: Samewave, token: str, services: Services, settings: Settings) -> None:
    heartbeat = Heartbeat(settings.state_dir, services.processes.shards)

    async def beat() -> None:
        if is_connected(bot):
            jobs = [] if services.handover.waiting else services.jobs
            await asyncio.to_thread(heartbeat.write, jobs)

    try:
        async with in_background([Job("write heartbeat", BEAT_SECONDS, beat)]), bot:
            try:
                await bot.start(token)
            except asyncio.CancelledError:
                await finish_answers(bot)
                raise
    finally:
        if not services.handover.waiting:
            heartbeat.remove()


def is_connected(bot: discord.AutoShardedClient) -> bool:
    """Whether all shards are connected; a client stays "ready" after its connections are lost."""
    return bot.is_ready() and not any(shard.is_closed() for shard in bot.shards.values())


async def finish_answers(bot: Samewave, seconds: float = FINISH_SECONDS) -> None:
    """Accept no new commands, and wait some seconds for running answers."""
    leaving = [asyncio.create_task(shard.disconnect()) for shard in bot.shards.values()]
    answering = {task for task in asyncio.all_tasks() if task.get_name().startswith(_ANSWERING)}
    if answering:
        log.info("finishing %d answers under way", len(answering))
    if everything := answering | set(leaving):
        _, late = await asyncio.wait(everything, timeout=seconds)
        if late & answering:
            log.warning("%d answers were not finished in %g s", len(late & answering), seconds)
