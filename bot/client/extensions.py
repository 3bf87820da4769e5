"""The cogs: what people type, press and see."""

from importlib import import_module
from typing import Any

EXTENSIONS = (
    "cogs.recommend",
    "cogs.similar",
    "cogs.song_map",
    "cogs.odd_one_out",
    "cogs.playlists.playlist",
    "cogs.playlists.journeys",
    "cogs.playlists.radio",
    "cogs.playlists.song_list",
    "cogs.moderators.hot_list",
    "cogs.recommendation_buttons",
    "cogs.moderators.settings",
    "cogs.moderators.moderation",
    "cogs.moderators.status",
    "cogs.moderators.daily",
    "cogs.privacy",
    "cogs.context_menus",
    "cogs.conversation",
    "cogs.about",
    "cogs.welcome",
    "cogs.sessions.session",
)


async def add_extensions(bot: Any) -> None:
    """Add all cogs to a bot.

    `Bot.load_extension` would run each module a second time, for the cogs import each other: buttons and
    menus would be other classes than the ones that another cog imports.
    """
    for name in EXTENSIONS:
        await import_module(name).setup(bot)
