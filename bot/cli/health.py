"""`samewave health`: whether the bot beside it is alive; for Docker."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import click
import discord

from bot.cli.console import load_settings

BEAT_SECONDS = 20.0
LATE_SECONDS = 90.0


def _heartbeat(state_dir: Path) -> Path:
    return state_dir / "heartbeat"


def is_connected(bot: discord.AutoShardedClient) -> bool:
    """Whether every line to Discord is open; a client stays "ready" when they are lost."""
    return bot.is_ready() and not any(shard.is_closed() for shard in bot.shards.values())


async def beat(state_dir: Path, alive: Callable[[], bool]) -> None:
    """Touch the heartbeat file as long as the bot says it is alive, for ever."""
    while True:
        if there := alive():
            await asyncio.to_thread(_heartbeat(state_dir).touch)
        await asyncio.sleep(BEAT_SECONDS if there else 1.0)


@click.command()
def health() -> None:
    """Exit with 0 when the bot on this state folder is connected, else with 1 and a sentence."""
    try:
        age = time.time() - _heartbeat(load_settings().state_dir).stat().st_mtime
    except FileNotFoundError:
        raise click.ClickException("The bot has not been connected yet.") from None
    if age > LATE_SECONDS:
        raise click.ClickException(f"The bot was last connected {age:.0f} s ago.")
    click.echo("The bot is connected.")
