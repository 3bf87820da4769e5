"""Invalidates caches of servers, people and blocks that other processes changed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.services.elsewhere import Elsewhere
from bot.services.guilds.feedback import Feedback
from bot.services.guilds.moderation import Moderation
from bot.services.guilds.privacy import Privacy
from bot.services.guilds.settings import GuildSettingsService
from bot.sources.guard import Guards
from bot.storage.database import Database
from bot.storage.state.forget_marks import ForgetMarks
from bot.storage.topics import Topic


@asynccontextmanager
async def listening(
    database: Database,
    settings: GuildSettingsService,
    moderation: Moderation,
    feedback: Feedback,
    privacy: Privacy,
    guards: Guards,
) -> AsyncIterator[Elsewhere]:
    """Listen to other processes while the context is open.

    Raises:
        StorageFailed: the database does not answer.
    """

    def forgotten(key: str) -> None:
        user, number = map(int, key.split())
        database.know_forgetting(number)
        privacy.heard(user)

    elsewhere = Elsewhere(
        database,
        {
            Topic.SETTINGS: (lambda guild: settings.drop(int(guild)), settings.keep),
            Topic.LISTS: (lambda guild: moderation.drop(int(guild)), moderation.keep),
            Topic.OPINIONS: (lambda key: feedback.drop(*map(int, key.split())), feedback.keep),
            Topic.FORGOTTEN: (forgotten, lambda kept: privacy.drop(None)),
            Topic.BLOCKS: (guards.read_again, lambda kept: guards.read_again()),
        },
    )
    await elsewhere.listen()
    try:
        await ForgetMarks(database).read()
        yield elsewhere
    finally:
        await elsewhere.close()
