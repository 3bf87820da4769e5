"""Display names of people in sessions, in memory only."""

from contextlib import suppress

import discord
from cachetools import LRUCache

from bot.client.bot import Samewave
from bot.domain.sessions import Session
from bot.presentation import sessions

_MOST = 10_000


class PeopleNames:
    """The names of the newest people, by server."""

    def __init__(self, bot: Samewave) -> None:
        self._bot = bot
        self._names: LRUCache[tuple[int, int], str] = LRUCache(_MOST)

    def remember(self, person: discord.User | discord.Member) -> None:
        """Store a member's display name."""
        if isinstance(person, discord.Member):
            self._names[person.guild.id, person.id] = sessions.called(person.display_name)

    def forget(self, user: int | None) -> None:
        """Drop a person's names, or all."""
        for key in [key for key in self._names if user in (None, key[1])]:
            del self._names[key]

    async def of(self, session: Session) -> sessions.Who:
        """The people in a session; unknown ones are fetched once."""
        guild = self._bot.get_guild(session.guild)
        people = {person.user for person in session.people}
        people |= {played.pick.user for played in session.songs if played.pick.user is not None}
        for user in people if guild else ():
            if guild is not None and (guild.id, user) not in self._names:
                self._names[guild.id, user] = sessions.mention(user)
                with suppress(discord.HTTPException):
                    self.remember(guild.get_member(user) or await guild.fetch_member(user))
        names = {user: self._names.get((session.guild, user)) for user in people}
        return lambda user: names.get(user) or sessions.mention(user)
