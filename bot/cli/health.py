"""`samewave health`: whether the bot on this state folder is connected and its jobs succeed; for Docker."""

import json
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from bot.cli.console import load_settings
from bot.domain.shards import UNSHARDED, Shards, shards_of
from bot.services.background import Job

BEAT_SECONDS = 5.0
LATE_SECONDS = 90.0


class Heartbeat:
    """The file that tells other processes whether the bot is connected and its jobs succeed."""

    def __init__(self, state_dir: Path, shards: Shards = UNSHARDED) -> None:
        self._path = heartbeat_in(state_dir, shards)
        self._removed = False
        self._turn = threading.Lock()  # a thread that is still writing must not create the file again

    def write(self, jobs: Iterable[Job]) -> None:
        """Write that the bot is connected now."""
        beat = {
            "at": time.time(),
            "jobs": [
                {
                    "name": job.name,
                    "last_success": job.last_success or job.started,
                    "late_after": job.late_after,
                    "needs_outside": job.needs_outside,
                    "error": job.error,
                }
                for job in jobs
            ],
        }
        part = self._path.with_suffix(".part")
        with self._turn:
            if not self._removed:
                part.write_text(json.dumps(beat), "utf-8")
                part.replace(self._path)

    def remove(self) -> None:
        """Delete the file when the bot ends."""
        with self._turn:
            self._removed = True
            self._path.unlink(missing_ok=True)


def heartbeat_in(state_dir: Path, shards: Shards = UNSHARDED) -> Path:
    """The path of the file: processes on one folder have one each."""
    return state_dir / ("heartbeat" if shards == UNSHARDED else f"heartbeat-{shards.ids[0]}")


@click.command()
def health() -> None:
    """Exit with 0 when the bot on this state folder is connected and its jobs succeed, else with 1.

    Of several processes it is the one with the same shards (SAMEWAVE_SHARD_IDS or SAMEWAVE_PROCESS).
    """
    settings = load_settings()
    shards = shards_of(**settings.sharding)
    try:
        beat = json.loads(heartbeat_in(settings.state_dir, shards).read_text("utf-8"))
        at, jobs = float(beat["at"]), list(beat["jobs"])
    except FileNotFoundError:
        raise click.ClickException("The bot is not connected.") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise click.ClickException(f"The heartbeat file cannot be read ({type(error).__name__}).") from error
    now = time.time()
    if now - at > LATE_SECONDS:
        raise click.ClickException(f"The bot was last connected {now - at:.0f} s ago.")
    if at - now > LATE_SECONDS:
        raise click.ClickException(
            f"The bot's last sign is dated {at - now:.0f} s in the future: is the clock right?"
        )
    late = [job for job in jobs if now - job["last_success"] > job["late_after"]]
    if vital := [_described(job, now) for job in late if not job["needs_outside"]]:
        raise click.ClickException(f"The bot is connected, but {'; '.join(vital)}.")
    click.echo("The bot is connected." if shards == UNSHARDED else f"The shards {shards} are connected.")
    for job in late:
        click.echo(f"Not vital: {_described(job, now)}.")


def _described(job: dict[str, Any], now: float) -> str:
    reason = f" ({job['error']})" if job["error"] else ""
    return f"the job “{job['name']}” has not succeeded for {now - job['last_success']:.0f} s{reason}"
