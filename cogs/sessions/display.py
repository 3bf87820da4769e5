"""Displays sessions in their channels: panel, songs, polls."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from math import inf
from typing import Any
from weakref import WeakValueDictionary

import discord
from discord.ext import commands

from bot.client.bot import Samewave
from bot.domain.errors import NoSession
from bot.domain.sessions import Played, PollResult, Session
from bot.i18n.translator import Translator, translator_for
from bot.presentation import session_polls, session_summary, sessions
from bot.services.sessions.display import Reach, SessionDisplay
from cogs.components import view_of
from cogs.sessions.channel_rights import allowed, may_pin, writable
from cogs.sessions.names import PeopleNames
from cogs.sessions.panel import SessionLinks, StillThere, controls
from cogs.sessions.panel_places import PROGRESS_SECONDS, PanelPlaces
from cogs.spotify_presence import spotify_link

log = logging.getLogger(__name__)

_REPOSTS = (3, 60.0)
"""How often a deleted panel is reposted within so many seconds: another bot may delete every message."""
_SHORTEST_POLL = timedelta(hours=1)
"""Discord's minimum; a session's poll is ended after a minute."""


class DiscordDisplay(SessionDisplay):
    """Displays sessions in Discord. Errors of Discord are logged and ignored; the next change tries again.

    Attributes:
        places: of the panels. names: of people.
    """

    def __init__(self, bot: Samewave) -> None:
        self._bot = bot
        self.places = PanelPlaces()
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._waiting: set[int] = set()
        self._deleted = commands.CooldownMapping[int].from_cooldown(*_REPOSTS, lambda channel: channel)
        self._left_alone: set[int] = set()
        self.names = PeopleNames(bot)

    def reach(self, session: Session) -> Reach:
        """Whether the channel exists and can be written to."""
        bot = self._bot
        # A closed bot is still ready; the next one is made after a pause.
        if bot.is_closed() or not bot.is_ready() or not bot.services.processes.shards.owns(session.guild):
            return "away"
        guild = bot.get_guild(session.guild)
        if guild is None:
            return "gone"
        if guild.unavailable:
            return "away"
        channel = guild.get_channel_or_thread(session.channel)
        if channel is None:
            return "gone"
        return "open" if writable(channel) else "mute"

    def listening(self, session: Session) -> Mapping[int, str]:
        """Ids of the tracks that people are listening to; empty without the presence intent."""
        guild = self._bot.get_guild(session.guild) if self._bot.intents.presences else None
        people = [person.user for person in session.people]
        members = [member for user in people if guild and (member := guild.get_member(user))]
        links = {member.id: spotify_link(member) for member in members}
        return {user: link.rpartition("/")[2] for user, link in links.items() if link}

    async def refresh(self, channel: int) -> None:
        """Show the newest state; concurrent calls are merged."""
        if channel in self._waiting:
            return
        self._waiting.add(channel)
        lock = self._locks.setdefault(channel, asyncio.Lock())
        async with lock:
            self._waiting.discard(channel)
            session = await self._bot.services.sessions.listen.newest_in(channel)
            if session is not None and self.reach(session) == "open":
                try:
                    await self._show(session)
                except discord.HTTPException as error:
                    log.info("no panel in %d: %s", channel, error)

    async def song_began(self, session: Session, played: Played) -> None:
        """Post the plain link, for which Discord shows its player."""
        await self._send(
            session, sessions.song_post(played, await self.names.of(session), self._translate(session))
        )

    async def ask_whether_there(self, session: Session, user: int) -> None:
        """Ask in the channel, mentioning only that person."""
        translate = self._translate(session)
        await self._send(
            session,
            sessions.still_there(user, translate),
            view=view_of(StillThere(translate, session.session, user)),
            allowed_mentions=discord.AllowedMentions(users=[discord.Object(user)]),
        )

    async def open_poll(self, session: Session) -> int | None:
        channel = self._channel(session)
        if session.poll is None or channel is None or not allowed(channel).send_polls:
            return None
        poll = discord.Poll(session_polls.question(self._translate(session)), duration=_SHORTEST_POLL)
        for song in session.poll.songs:
            poll.add_answer(text=session_polls.answer(song))
        message = await self._send(
            session, session_polls.note(session.poll, self._translate(session)), poll=poll
        )
        return message.id if message else None

    async def votes(self, session: Session) -> Sequence[int]:
        """Close the poll and read the votes from the message."""
        channel = self._channel(session)
        if session.poll is None or session.poll.message is None or channel is None:
            return ()
        try:
            message = await channel.fetch_message(session.poll.message)
            if message.poll is not None and not message.poll.is_finalised():
                message = await message.end_poll()
            answers = message.poll.answers if message.poll is not None else []
        except (discord.HTTPException, discord.ClientException) as error:
            log.info("the poll of session %d cannot be read: %s", session.session, error)
            return ()
        return [answer.vote_count for answer in answers]

    async def poll_ended(self, session: Session, result: PollResult) -> None:
        """Post who won."""
        await self._send(session, session_polls.result(result, self._translate(session)))

    async def sum_up(self, session: Session) -> None:
        """Post the summary with its files and the map; the panel is no longer pinned."""
        channel = self._channel(session)
        if channel is None:
            return
        self.places.forget(session.channel)
        if session.panel is not None and may_pin(channel):
            with suppress(discord.HTTPException):
                await channel.get_partial_message(session.panel).unpin()
        if not session.songs:
            return
        services = self._bot.services
        scope = await services.scope(
            session.channel, guild=session.guild, user=None, age_restricted=session.age_restricted
        )
        found = await services.sessions.summary(session, scope)
        translate = self._translate(session)
        attaches = allowed(channel).attach_files
        if not attaches:
            found = replace(found, picture=None)
        await self._send(
            session,
            embed=session_summary.summary(found, await self.names.of(session), translate),
            files=session_summary.files(found, translate) if attaches else [],
            view=view_of(SessionLinks(translate, session.session)),
        )

    async def tend(self) -> None:
        """Move panels that are out of sight, and bring the progress of songs up to date."""
        for channel in self.places.due(now := self._now):
            await self.refresh(channel)
            self.places.put_off(channel, now)

    async def post_anew(self, session: Session) -> None:
        """Repost the panel at the end of the channel."""
        self.places.move(session.channel)
        await self.refresh(session.channel)

    async def restore_panel(self, channel: int, message: int) -> None:
        """Repost the panel if that message was the panel."""
        session = await self._bot.services.sessions.listen.open_in(channel)
        if session is not None and session.panel == message and await self._may_repost(session):
            await self.post_anew(session)

    async def _may_repost(self, session: Session) -> bool:
        """Count a deletion of the panel; after too many, say so once, and post it on request only."""
        channel = session.channel
        if not self._deleted.update_rate_limit(channel, self._now):
            self._left_alone.discard(channel)
            return True
        if channel not in self._left_alone:
            self._left_alone.add(channel)
            translate = self._translate(session)
            await self._send(
                session,
                translate(
                    "The panel of this session is deleted again and again, so I leave it. The session goes "
                    "on, and `session show` brings the panel back."
                ),
            )
        return False

    async def _show(self, session: Session) -> None:
        channel = self._channel(session)
        if channel is None:
            return
        translate = self._translate(session)
        place = self.places.of(session.channel)
        place.due_at = inf  # whatever happens, the next second does not try again
        embed = sessions.panel(session, await self.names.of(session), translate, self._now)
        view = controls(session, translate)
        moves = place.may_move(self._now) and session.ended_at is None
        if session.panel is not None and not moves:
            try:
                await channel.get_partial_message(session.panel).edit(embed=embed, view=view)
            except discord.NotFound:
                log.info("the panel of session %d was deleted", session.session)
                if not await self._may_repost(session):
                    return
            else:
                place.due_at = self._due_at(session)
                return
        if session.ended_at is None:
            await self._post(session, channel, embed, view)
            self.places.of(session.channel).due_at = self._due_at(session)

    def _due_at(self, session: Session) -> float:
        """When the progress on the panel is no longer true (Unix seconds)."""
        song = session.now
        if song is None or session.ended_at is not None or self._now >= song.ends_at:
            return inf
        return min(self._now + PROGRESS_SECONDS, song.ends_at)

    @property
    def _now(self) -> float:
        return self._bot.services.sessions.listen.clock()

    async def _post(
        self, session: Session, channel: Any, embed: discord.Embed, view: discord.ui.View
    ) -> None:
        message = await channel.send(embed=embed, view=view, silent=True)
        self.places.posted(session.channel, message.id, self._now)
        with suppress(NoSession):
            await self._bot.services.sessions.listen.note_panel(session, message.id)
        with suppress(discord.HTTPException):
            if session.panel is not None:
                await channel.get_partial_message(session.panel).delete()
        with suppress(discord.HTTPException):
            if may_pin(channel):
                await message.pin()

    async def _send(
        self, session: Session, content: str | None = None, **message: Any
    ) -> discord.Message | None:
        channel = self._channel(session)
        if channel is None:
            return None
        try:
            sent: discord.Message = await channel.send(content, **message)
        except discord.HTTPException as error:
            log.info("session %d could not be shown: %s", session.session, error)
            return None
        return sent

    def _channel(self, session: Session) -> Any:
        """The channel if it can be written to, or None."""
        if self.reach(session) != "open":
            return None
        guild = self._bot.get_guild(session.guild)
        return guild.get_channel_or_thread(session.channel) if guild else None

    def _translate(self, session: Session) -> Translator:
        """The translator of the server's language, since everyone sees the panel."""
        guild = self._bot.get_guild(session.guild)
        return translator_for(guild.preferred_locale.value if guild else None)
