"""Settings per server: read on every command, changed by moderators."""

from bot.domain.errors import BadSetting
from bot.domain.guilds import LONGEST_PREFIX, MOST_CHANNELS, Change, GuildSettings
from bot.domain.pagination import Page, in_range, page_count
from bot.services.cache import ReadThroughCache
from bot.storage.state.guilds import Guilds

LOG_PAGE = 10
_TAKEN = "/@#<"
"""Prefixes that Discord takes for a command, a mention or a channel."""
_DEFAULTS = GuildSettings()


class GuildSettingsService:
    """Caches the settings of servers; a change is stored and logged before it takes effect."""

    def __init__(self, guilds: Guilds) -> None:
        self._guilds = guilds
        self._cache = ReadThroughCache(guilds.settings)

    async def of(self, guild: int | None) -> GuildSettings:
        """The settings of a server; the defaults in direct messages."""
        return _DEFAULTS if guild is None else await self._cache.get(guild)

    async def change(
        self, guild: int, moderator: int, **changes: object
    ) -> tuple[GuildSettings, GuildSettings]:
        """Change settings by their names in `GuildSettings`.

        Returns:
            the settings before and after; equal if nothing changed.

        Raises:
            BadSetting: a value is not allowed.
            StorageFailed: nothing was changed.
        """
        if (prefix := changes.get("prefix")) is not None:
            changes["prefix"] = checked_prefix(str(prefix))
        channels = changes.get("channels")
        if isinstance(channels, frozenset) and len(channels) > MOST_CHANNELS:
            raise BadSetting("Choose at most {most} channels, or none for all of them.", most=MOST_CHANNELS)
        try:
            return await self._guilds.change(guild, moderator, changes)
        finally:
            self._cache.drop(guild)

    async def log(self, guild: int, number: int) -> Page[Change]:
        """One page of the change log, newest first; beyond the last page, the last one."""
        changes, total = await self._guilds.log(guild, limit=LOG_PAGE, skip=number * LOG_PAGE)
        last = in_range(number, total, LOG_PAGE)
        if last != number:
            changes, _ = await self._guilds.log(guild, limit=LOG_PAGE, skip=last * LOG_PAGE)
        return Page(changes, last, page_count(total, LOG_PAGE), total, last * LOG_PAGE)

    async def forget(self, guild: int) -> None:
        """Delete the settings of a server that the bot left.

        Raises:
            StorageFailed: nothing was removed.
        """
        await self._guilds.forget(guild)
        self._cache.drop(guild)

    def drop(self, guild: int) -> None:
        """Invalidate the settings of a server after a change in another process."""
        self._cache.drop(guild)

    def keep(self, kept: bool) -> None:
        """Invalidate all settings, and switch the cache on or off."""
        self._cache.keep(kept)


def checked_prefix(text: str) -> str:
    """Validate a prefix for text commands.

    Raises:
        BadSetting: it is empty, long, has spaces, or begins with a character that Discord reserves.
    """
    prefix = text.strip()
    if (
        not 1 <= len(prefix) <= LONGEST_PREFIX
        or prefix[0] in _TAKEN
        or not prefix.isprintable()
        or any(character.isspace() or character == "`" for character in prefix)
    ):
        raise BadSetting(
            "A prefix has 1 to {most} characters without spaces and does not begin with {taken}; "
            "for example ! or sw!.",
            most=LONGEST_PREFIX,
            taken=" ".join(_TAKEN),
        )
    return prefix
