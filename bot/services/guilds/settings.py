"""The settings of each server: read on every command, changed by its moderators."""

from bot.domain.errors import BadSetting
from bot.domain.guilds import LONGEST_PREFIX, MOST_CHANNELS, Change, GuildSettings
from bot.domain.pages import Page, in_range, page_count
from bot.services.cache import ReadThroughCache
from bot.storage.state.guilds import Guilds

LOG_PAGE = 10
_TAKEN = "/@#<"
"""What Discord takes for a command, a mention, a channel."""
_DEFAULTS = GuildSettings()


class SettingsKeeper:
    """Keeps the settings of many servers in memory; a change is written and logged before it is true."""

    def __init__(self, guilds: Guilds) -> None:
        self._guilds = guilds
        self._kept = ReadThroughCache(guilds.settings)

    async def of(self, guild: int | None) -> GuildSettings:
        """The settings in force; the defaults in direct messages."""
        return _DEFAULTS if guild is None else await self._kept.get(guild)

    async def change(
        self, guild: int, moderator: int, **changes: object
    ) -> tuple[GuildSettings, GuildSettings]:
        """Change settings by their names in `GuildSettings`.

        Returns:
            the settings before and after; equal when nothing was to change.

        Raises:
            BadSetting: a value that cannot be.
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
            self._kept.drop(guild)

    async def log(self, guild: int, number: int) -> Page[Change]:
        """One page of what moderators changed, newest first; beyond the last page it is the last."""
        changes, total = await self._guilds.log(guild, limit=LOG_PAGE, skip=number * LOG_PAGE)
        last = in_range(number, total, LOG_PAGE)
        if last != number:
            changes, _ = await self._guilds.log(guild, limit=LOG_PAGE, skip=last * LOG_PAGE)
        return Page(changes, last, page_count(total, LOG_PAGE), total, last * LOG_PAGE)

    async def forget(self, guild: int) -> None:
        """Remove what was settled in a server that the bot left.

        Raises:
            StorageFailed: nothing was removed.
        """
        await self._guilds.forget(guild)
        self._kept.drop(guild)

    async def forget_changes(self, before: float) -> None:
        """Remove lines of the logs that are older than then (Unix seconds)."""
        await self._guilds.expire_log(before)


def checked_prefix(text: str) -> str:
    """A prefix that Discord leaves to us.

    Raises:
        BadSetting: it is empty, long, has spaces, or begins with what Discord takes for itself.
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
