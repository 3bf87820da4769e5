"""`/daily`: the plans of daily posts, and the poster."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.bot import Samewave
from bot.client.deduplication import NOT_SENT, send_with_retries
from bot.client.permissions import is_timed_out
from bot.domain.daily import DailyPlan, zone_called, zone_of_locale, zones
from bot.domain.errors import BadSetting, HotListEmpty, SamewaveError, SongGone
from bot.domain.recommendations import Recommendation
from bot.domain.taste import Unwanted
from bot.i18n.translator import Translator, translator_for, translator_of
from bot.presentation import daily, embeds
from bot.presentation.texts import shown
from bot.services.guilds.daily import Posted
from bot.services.scope import Scope
from cogs.misspelt_commands import check_subcommand
from cogs.moderators.checks import SETTINGS, moderators_only
from cogs.playlists.playlist import playlist_page
from cogs.recommendation_buttons import under
from cogs.replies import Context
from cogs.sessions.channel_rights import writable

log = logging.getLogger(__name__)

Weekday = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_WEEKDAYS: Sequence[str] = Weekday.__args__  # type: ignore[attr-defined]
_USUAL_HOUR, _KNOWN, _SEEDS, _MIXED, _TRIES, _CHOICES = 8, 200, 8, 15, 5, 25
"""Eight in the morning; the best known songs; liked songs that a mix goes by, and its songs; songs tried
until one gives a pick; the choices that Discord shows."""
_Message = tuple[dict[str, Any], tuple[str, ...]]


class Poster(commands.Cog, command_attrs={"hidden": True}):
    """Writes daily posts into Discord's channels."""

    def __init__(self, bot: Samewave) -> None:
        self._bot = bot

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Start posting."""
        self._bot.services.guilds.daily.poster = self

    def serves(self, guild: int) -> bool:
        """Whether this process is connected to the server."""
        there = self._bot.get_guild(guild)
        return there is not None and not there.unavailable

    async def post(self, plan: DailyPlan, day: date, before: frozenset[str], last: float | None) -> Posted:
        """Write a post; a failure is part of the result."""
        guild = self._bot.get_guild(plan.guild)
        channel = guild.get_channel_or_thread(plan.channel) if guild else None
        if guild is None or not isinstance(channel, discord.abc.Messageable):
            return Posted(fault="gone")
        if is_timed_out(guild) or not writable(channel):
            return Posted(fault="forbidden")
        services = self._bot.services
        translate = translator_for(guild.preferred_locale.value)
        message: _Message | None
        try:
            scope = await services.scope(
                plan.channel,
                guild=plan.guild,
                user=None,
                age_restricted=bool(getattr(channel, "nsfw", False)),
            )
            match plan.kind:
                case "song":
                    message = await self._song(scope, before, translate)
                case "mix":
                    message = await self._mix(scope, before, translate)
                case "hotlist":
                    message = await self._hot_list(last, translate)
        except SamewaveError as error:
            log.warning("no daily %s in server %s: %s", plan.kind, plan.guild, error)
            return Posted(fault="failed", again=True)
        if message is None:
            return Posted(fault="no likes" if plan.kind == "mix" else None)
        parts, songs = message
        nonce = f"{plan.kind}{plan.guild % 10**9}{day:%y%m%d}"
        try:
            await send_with_retries(partial(channel.send, **parts, nonce=nonce), parts)
        except discord.Forbidden:
            return Posted(fault="forbidden")
        except discord.NotFound:
            return Posted(fault="gone")
        except NOT_SENT as error:
            log.warning("daily %s in server %s: %s", plan.kind, plan.guild, error)
            return Posted(fault="failed")
        return Posted(songs)

    async def _song(self, scope: Scope, before: frozenset[str], translate: Translator) -> _Message:
        services = self._bot.services
        liked = [song.song_ref for song in await services.guilds.daily.liked_in(scope.guild or 0)]
        known = [track.id for track in await scope.serving.tracks.popular(_KNOWN)]
        refs = [*liked[:_TRIES], *services.guilds.daily.some_of(known, _TRIES)]
        failure: SamewaveError = SongGone("I know no song to begin with.")
        scope = replace(scope, unwanted=scope.unwanted | Unwanted(tracks=before))
        for song_ref in refs:
            try:
                found = await services.recommend.song(song_ref, scope)
            except SamewaveError as error:
                failure = error
                continue
            if isinstance(found, Recommendation):
                embed = daily.song(found, translate, liked=song_ref in liked)
                return {"embed": embed, "view": under(found, translate)}, (found.pick.id,)
        raise failure

    async def _mix(self, scope: Scope, before: frozenset[str], translate: Translator) -> _Message | None:
        services = self._bot.services
        liked = [song.song_ref for song in await services.guilds.daily.liked_in(scope.guild or 0)]
        seeds = scope.serving.tracks.rows_of(liked)[:_SEEDS]
        if not seeds:
            return None
        without = [*seeds, *scope.serving.tracks.rows_of(before)]
        name = translate(daily.KINDS["mix"])
        made = await services.playlists.lists.mix(seeds, without, name, _MIXED, scope)
        parts = playlist_page(made, 0, translate)
        parts["embed"] = daily.mix(made, len(seeds), translate)
        return parts, tuple(song.id for song in made.songs)

    async def _hot_list(self, last: float | None, translate: Translator) -> _Message | None:
        try:
            week_ago = self._bot.services.guilds.daily.now - timedelta(days=7)
            since = week_ago.timestamp() if last is None else last
            changes = await self._bot.services.hot_list.changes_since(since)
        except HotListEmpty:
            return None
        if changes.nothing:
            return None
        return {"embed": daily.hot_list(changes, translate)}, ()


async def suggest_zones(
    interaction: discord.Interaction[Samewave], typed: str
) -> list[app_commands.Choice[str]]:
    """Autocomplete time zones."""
    words = typed.casefold().replace("_", " ").split()
    names = sorted(set((await asyncio.to_thread(zones)).values()))
    found = [name for name in names if all(word in name.casefold().replace("_", " ") for word in words)]
    return [app_commands.Choice(name=name, value=name) for name in found[:_CHOICES]]


class DailyCommands(commands.Cog, name="Every day"):
    """Posts by themselves."""

    @commands.hybrid_group(case_insensitive=True, fallback="show", usage="show", extras=SETTINGS)  # type: ignore[arg-type]
    @moderators_only
    async def daily(self, context: Context) -> None:
        """Shows what I post by myself in this server, and when (moderators only)."""
        check_subcommand(context)
        assert context.guild is not None  # noqa: S101
        service = context.bot.services.guilds.daily
        found = await service.of(context.guild.id)
        await context.reply(
            embed=daily.plans(found, service.now, context.clean_prefix, translator_of(context))
        )

    @daily.command(usage="song #music 8 Europe/Berlin", extras=SETTINGS)  # type: ignore[arg-type]
    @app_commands.describe(
        what="A song of the day, a mix of the week from what was liked here, or the hot list's changes",
        channel="Where; here if you choose none",
        hour="The hour, 0 to 23",
        zone="The time zone, such as Europe/Berlin",
        weekday="Of the mix; Monday if you choose none",
    )
    @app_commands.autocomplete(zone=suggest_zones)
    @moderators_only
    async def on(
        self,
        context: Context,
        what: Literal["song", "mix", "hotlist"],
        channel: discord.TextChannel | None = None,
        hour: commands.Range[int, 0, 23] = _USUAL_HOUR,
        zone: str | None = None,
        weekday: Weekday | None = None,
    ) -> None:
        """Posts a song of the day, a mix of the week or the hot list's changes (moderators only).

        Name the channel, the hour from 0 to 23 and the time zone, and for the mix a weekday. The mix is
        based on what people of this server pressed 👍 for.
        """
        guild = context.guild
        assert guild is not None  # noqa: S101
        there = channel or context.channel
        if is_timed_out(guild) or not writable(there):
            raise BadSetting(
                "I may not write or embed links in {channel}; give me the permissions there first.",
                channel=shown(f"#{there}", 120),
            )
        name = (
            zone_of_locale(guild.preferred_locale.value)
            if zone is None
            else await asyncio.to_thread(zone_called, zone)
        )
        if name is None:
            raise BadSetting(
                "I know no time zone “{zone}”; name a city, for example Europe/Berlin.", zone=zone or ""
            )
        day = _WEEKDAYS.index(weekday or "Monday") if what == "mix" else None
        plan = DailyPlan(guild.id, what, there.id, hour, name, day)
        service, translate = context.bot.services.guilds.daily, translator_of(context)
        first = await service.begin(plan, context.author.id)
        line = daily.begun(plan, first, translate)
        await context.reply(
            embed=embeds.note(
                "✅ " + translate("{name}: {value}", name=translate(daily.KINDS[plan.kind]), value=line)
            )
        )

    @daily.command(usage="song", extras=SETTINGS)  # type: ignore[arg-type]
    @app_commands.describe(what="What is to end; everything if you choose nothing")
    @moderators_only
    async def off(self, context: Context, what: Literal["song", "mix", "hotlist"] | None = None) -> None:
        """Ends a daily post, or all of them (moderators only)."""
        assert context.guild is not None  # noqa: S101
        service, translate = context.bot.services.guilds.daily, translator_of(context)
        kinds = [what] if what else list(daily.KINDS)
        ended = [kind for kind in kinds if await service.end(context.guild.id, kind, context.author.id)]
        if not ended:
            raise BadSetting("There is no such post to end; `{prefix}daily` shows what there is.")
        names = translate.listing([translate(daily.KINDS[kind]) for kind in ended])
        await context.reply(embed=embeds.note(translate("Off: {names}.", names=names)))


async def setup(bot: Samewave) -> None:
    """Add the commands and what posts."""
    await bot.add_cog(Poster(bot))
    await bot.add_cog(DailyCommands())
