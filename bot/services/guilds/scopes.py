"""What holds in the place somebody asks from."""

from bot.domain.charts import ChartEntry
from bot.domain.guilds import Explicit
from bot.domain.taste import NOTHING_UNWANTED
from bot.services.guilds.feedback import Feedback
from bot.services.guilds.moderation import Moderation
from bot.services.guilds.settings import SettingsKeeper
from bot.services.scope import Scope
from bot.services.search.external_lookup import Wait


class Scopes:
    """Gathers a server's settings, pins and blocks and the asker's dislikes; all of it is in memory."""

    def __init__(
        self, settings: SettingsKeeper, moderation: Moderation, feedback: Feedback, explicit: Explicit
    ) -> None:
        self._settings = settings
        self._moderation = moderation
        self._feedback = feedback
        self._explicit = explicit
        self.nowhere = Scope(explicit=explicit == "always")
        """Outside Discord: no history, no server, nobody whose dislikes are known, not age-restricted."""

    async def __call__(
        self, channel: int | None, *, guild: int | None, user: int | None, age_restricted: bool, wait: Wait
    ) -> Scope:
        """Where an answer goes, and what may be recommended there.

        Args:
            guild: None in direct messages. user: None outside Discord.
            age_restricted: whether the channel is.
            wait: called before an outside service is asked.
        """
        explicit = self._explicit
        pinned: tuple[ChartEntry, ...] = ()
        unwanted = NOTHING_UNWANTED if user is None else await self._feedback.unwanted_by(user)
        if guild is not None:
            explicit = (await self._settings.of(guild)).explicit or explicit
            unwanted |= await self._moderation.unwanted_in(guild)
            pinned = await self._moderation.pins(guild)
        allowed = explicit == "always" or (explicit == "age-restricted" and age_restricted)
        return Scope(channel, guild, user, allowed, wait, unwanted, pinned)
