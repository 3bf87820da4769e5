"""Builds the scope of a request."""

from collections.abc import Callable
from datetime import UTC, datetime
from time import time

from bot.domain.charts import ChartEntry
from bot.domain.guilds import Explicit, Familiarity
from bot.domain.kinds import NO_KIND, Kind
from bot.domain.taste import NOTHING_UNWANTED
from bot.services.guilds.feedback import Feedback
from bot.services.guilds.moderation import Moderation
from bot.services.guilds.settings import GuildSettingsService
from bot.services.model_store import ServingStore
from bot.services.scope import Scope, ShowWaiting, show_nothing

_DECEMBER = 12


class Scopes:
    """Collects a server's settings, pins and blocks and the user's dislikes from caches.

    Attributes:
        explicit: where explicit songs may be recommended, unless a server settles it.
    """

    def __init__(
        self,
        serving: ServingStore,
        settings: GuildSettingsService,
        moderation: Moderation,
        feedback: Feedback,
        explicit: Explicit,
        *,
        unrated_is_clean: bool,
        forgettings: Callable[[], int],
        clock: Callable[[], float] = time,
    ) -> None:
        self._serving = serving
        self._settings = settings
        self._moderation = moderation
        self._feedback = feedback
        self.explicit = explicit
        self._unrated_is_clean = unrated_is_clean
        self._forgettings = forgettings
        self._clock = clock

    @property
    def _kinds(self) -> Kind:
        """The kinds of songs that answer any song today."""
        return Kind.SEASON if datetime.fromtimestamp(self._clock(), UTC).month == _DECEMBER else NO_KIND

    @property
    def nowhere(self) -> Scope:
        """The scope outside Discord: no history, no server, no dislikes, not age-restricted."""
        return Scope(
            self._serving.current(),
            explicit=self.explicit == "always",
            unrated_is_clean=self._unrated_is_clean,
            kinds=self._kinds,
        )

    async def __call__(
        self,
        channel: int | None,
        *,
        guild: int | None,
        user: int | None,
        age_restricted: bool,
        show_waiting: ShowWaiting = show_nothing,
    ) -> Scope:
        """Build the scope of a request in Discord, once per request.

        Args:
            guild: None in direct messages. user: None for a request without a user, such as a session's.
            age_restricted: whether the channel is.
            show_waiting: called before a request to an outside service.
        """
        began = self._forgettings()
        explicit = self.explicit
        pinned: tuple[ChartEntry, ...] = ()
        familiarity: Familiarity | None = None
        unwanted = NOTHING_UNWANTED if user is None else await self._feedback.unwanted_by(user)
        if guild is not None:
            settings = await self._settings.of(guild)
            explicit, familiarity = settings.explicit or explicit, settings.familiarity
            unwanted |= await self._moderation.unwanted_in(guild)
            pinned = await self._moderation.pins(guild)
        allowed = explicit == "always" or (explicit == "age-restricted" and age_restricted)
        return Scope(
            self._serving.current(),
            channel,
            guild,
            user,
            explicit=allowed,
            unrated_is_clean=self._unrated_is_clean,
            show_waiting=show_waiting,
            unwanted=unwanted,
            pinned=pinned,
            kinds=self._kinds,
            familiarity=familiarity,
            began=began,
        )
