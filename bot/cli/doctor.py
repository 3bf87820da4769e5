"""`samewave doctor`: checks everything the bot needs and says what to do."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

import aiohttp
import click
import numpy as np

from bot.cli.console import day_of, load_settings, run_async
from bot.cli.progress import out
from bot.domain.errors import ClockMoved, ModelUnavailable, StorageFailed
from bot.domain.sharing import SharingFailed
from bot.domain.unfound import Status
from bot.services.catalogue.pull import PullCatalogue
from bot.services.jobs import STORAGE_CHECKS
from bot.services.use_cases import Services
from bot.settings import Settings, env_files
from bot.wiring import open_services

LEAST_FREE = 200 * 2**20
"""Bytes: enough for a model and a journal of the embedded catalogue."""
ASK_SECONDS = 4.0
_GOOD_SHARE = 0.5
_NAMED = 5
DISCORD_API = "https://discord.com/api/v10"
_MESSAGE_CONTENT_FLAGS = (1 << 18) | (1 << 19)
_MARKS = {"good": "[green]✓[/green]", "note": "[yellow]![/yellow]", "bad": "[red]✗[/red]"}


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a check."""

    grade: Literal["good", "note", "bad"]
    what: str
    sentence: str


@click.command()
@click.option("--trust-clock", is_flag=True, help="The clock is right, although it moved by days: tidy on.")
def doctor(trust_clock: bool) -> None:
    """Check token, intents, database, model, shared place, hot list, sources, disk, and say what to do."""
    findings = run_async(_look(load_settings(), trust_clock=trust_clock))
    for finding in findings:
        out().print(f"{_MARKS[finding.grade]} [bold]{finding.what}[/bold]: ", end="", highlight=False)
        out().print(finding.sentence, markup=False, highlight=False, soft_wrap=True)
    if any(finding.grade == "bad" for finding in findings):
        raise click.exceptions.Exit(1)


async def _look(settings: Settings, *, trust_clock: bool) -> list[Finding]:
    findings = [await _token(settings), *_secrets(), _disk(settings)]
    try:
        async with open_services(settings, rng=np.random.default_rng()) as services:
            findings += [await _files(services), await _clock(services, trust_clock)]
            findings += [finding async for finding in _inside(services)]
    except StorageFailed as error:
        findings.append(Finding("bad", "Database", str(error)))
    findings += await asyncio.gather(
        *(_reach(name, url) for name, url in _outside_addresses(settings).items())
    )
    return findings


async def _token(settings: Settings) -> Finding:
    if settings.discord_token is None:
        return Finding("note", "Token", "DISCORD_TOKEN is not set, so `samewave run` opens the local page.")
    headers = {"Authorization": f"Bot {settings.discord_token.get_secret_value()}"}
    timeout = aiohttp.ClientTimeout(total=ASK_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
            session.get(f"{DISCORD_API}/applications/@me", headers=headers) as reply,
        ):
            if reply.status == 401:
                return Finding(
                    "bad", "Token", "Discord does not take it; copy a new one from the developer portal."
                )
            flags = int((await reply.json()).get("flags", 0))
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        return Finding("note", "Token", f"is set, but Discord cannot be asked ({type(error).__name__}).")
    if flags & _MESSAGE_CONTENT_FLAGS:
        return Finding(
            "good", "Token and intents", "Discord takes the token; message content is switched on."
        )
    return Finding(
        "note",
        "Token and intents",
        "Discord takes the token, but the message content intent is off: switch it on in the developer "
        "portal (Bot → Privileged Gateway Intents), or use slash commands only.",
    )


def _disk(settings: Settings) -> Finding:
    try:
        settings.state_dir.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(settings.state_dir).free
    except OSError as error:
        sentence = (
            f"{settings.state_dir} cannot be used ({error.strerror}); set SAMEWAVE_STATE_DIR to another."
        )
        return Finding("bad", "Disk", sentence)
    summary = f"{free / 2**30:.1f} GiB are free in {settings.state_dir}."
    if free < LEAST_FREE:
        return Finding("bad", "Disk", f"{summary} Free some, or point SAMEWAVE_STATE_DIR to a larger disk.")
    return Finding("good", "Disk", summary)


def _secrets() -> list[Finding]:
    """Whether others on this machine can read the files with the token."""
    findings = []
    for file in env_files():
        if os.name == "posix" and file.exists() and file.stat().st_mode & 0o077:
            sentence = f"{file} can be read by others on this machine: run `chmod 600 {file}`."
            findings.append(Finding("note", "Secrets", sentence))
    return findings


async def _files(services: Services) -> Finding:
    """Whether the database and the catalogue are intact."""
    for job in services.jobs:
        if job.name in STORAGE_CHECKS and not await job.attempt():
            return Finding("bad", "Database", job.error)
    return Finding("good", "Database", "every page is sound, and the catalogue is as it was imported.")


async def _clock(services: Services, trust: bool) -> Finding:
    if trust:
        await services.clock_guard.trust()
        return Finding("good", "Clock", "is taken for right; old rows are removed again.")
    try:
        await services.clock_guard.compare()
    except ClockMoved as error:
        return Finding("bad", "Clock", str(error))
    return Finding("good", "Clock", "is near the time of the last tidying.")


async def _inside(services: Services) -> AsyncIterator[Finding]:
    count = await services.about.tracks()
    if count == 0:
        yield Finding("note", "Catalogue", "is empty; `samewave run` fills it with the embedded one.")
    else:
        yield Finding("good", "Catalogue", f"holds {count:,} tracks.")
        for table, licence in services.about.tables():
            yield Finding("good", "Licence", f"{table}: {licence or 'your own table'}.")
    try:
        await services.models.load()
        bundle = services.models.recommender.bundle
        summary = f"{bundle.name}, {len(bundle.profiles)} clusters, trained {day_of(bundle.created)}"
        if await services.models.is_current():
            yield Finding("good", "Model", f"{summary}, up to date with the catalogue.")
        else:
            advice = "the catalogue has changed since: run `samewave train`."
            yield Finding("note", "Model", f"{summary}; {advice}")
    except ModelUnavailable as error:
        yield Finding("note", "Model", str(error))
    for finding in _doing(await services.status()):
        yield finding
    if services.pull is not None:
        yield await _shared(services.pull)
    for source, until, reason in await services.blocks.all():
        yield Finding("note", source, f"is left alone until {day_of(until)} {until:%H:%M} UTC ({reason}).")


async def _shared(pull: PullCatalogue) -> Finding:
    """Whether the place where machines share a catalogue can be reached, and what is published there."""
    try:
        published = await pull.published()
    except SharingFailed as error:
        return Finding("bad", "Shared catalogue", str(error))
    if published is None:
        return Finding("note", "Shared catalogue", "nothing is published yet: run `samewave catalogue push`.")
    pair = f"the catalogue {published.catalogue:.12} with the model {published.model}"
    return Finding("good", "Shared catalogue", f"{pair} is published.")


def _doing(status: Status) -> Iterator[Finding]:
    """The hot list's week and age, and what the last day was like."""
    if status.chart is None:
        yield Finding(
            "note", "Hot list", "is empty; a running bot fills it, or run `samewave hotlist refresh`."
        )
    else:
        chart = status.chart.chart
        old = " It is over a week old." if status.stale else ""
        hours = max(0, round(status.chart_age / 3600))
        sentence = f"{chart.title}, week of {day_of(chart.week)}, fetched {hours} h ago.{old}"
        yield Finding("note" if old else "good", "Hot list", sentence)
    for source in status.sources:
        if source.good is not None:
            sentence = f"{source.good:.0%} of {source.asked:,} answers were good in the last 24 hours."
            yield Finding("good" if source.good >= _GOOD_SHARE else "note", source.name, sentence)
    if status.answers:
        by = ", ".join(f"{number:,} by {basis}" for basis, number in sorted(status.answers.items()))
        yield Finding("good", "Answers", f"in the last 24 hours: {by}.")
    if status.unfound:
        songs = ", ".join(f"“{song.words}” ({song.asked} ×)" for song in status.unfound[:_NAMED])
        sentence = f"{songs}. `samewave unfound` lists them, looks again, or takes the song that was meant."
        yield Finding("note", "Songs nobody could find", sentence)


def _outside_addresses(settings: Settings) -> dict[str, str]:
    addresses = {name.capitalize(): getattr(settings, f"{name}_url") for name in settings.hotlist_sources}
    if settings.reccobeats:
        addresses["ReccoBeats"] = settings.reccobeats_url
    if settings.spotify_client_id and settings.spotify_client_secret:
        addresses["Spotify"] = settings.spotify_api_url
    return addresses


async def _reach(name: str, url: str) -> Finding:
    """Whether the host can be reached, without a request to the service."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        async with asyncio.timeout(ASK_SECONDS):
            _, writer = await asyncio.open_connection(parts.hostname, port)
            writer.close()
    except (OSError, TimeoutError):
        return Finding("note", name, f"{parts.hostname} cannot be reached; the bot goes on without it.")
    return Finding("good", name, f"{parts.hostname} can be reached.")
