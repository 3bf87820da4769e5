"""The bot on PostgreSQL: settings, likes and sessions survive a restart, and are deleted on request."""

from pathlib import Path

from bot.storage.opening import open_database
from bot.storage.state.people import People
from tests.discord.test_privacy import thumb
from tests.support.reading import picked_id, press, text_of
from tests.support.settings import settings_for
from tests.support.world import open_world, run_job


async def test_the_bot_runs_on_postgres(state: Path, postgres_url: str) -> None:
    settings = settings_for(state, database_url=postgres_url)

    async def rows(user: int) -> dict[str, int]:
        database = await open_database(settings.database, postgres_url)
        try:
            return await People(database).rows(user)
        finally:
            await database.close()

    async with open_world(settings) as world:
        me, friend = world.listener, world.friend
        form = await press(world, world.moderator, await world.say(world.moderator, "!settings"), "Prefix …")
        await world.moderator.submit_modal(form, {"prefix": "?"})
        await world.restart()
        answer = await world.say(me, "?recommend Bohemian Rhapsody")
        assert picked_id(answer)
        for who in (me, friend):
            await thumb(world, who, answer, "👎")
        for typed in ("?radio Toxic", "?playlist 5 chill", "?hotlist"):
            assert "went wrong" not in text_of(await world.say(me, typed))
        for who, typed in ((me, "?session start"), (friend, "?session join")):
            await who.send(world.music, typed)
        assert "You do not want to hear (1)" in text_of(await me.slash(world.music, "taste"))
        await run_job(world.services, "write history")
        there = await rows(me.id)
        assert {"feedback", "recommendations", "session_people"} <= {table for table, n in there.items() if n}
        assert (await rows(friend.id))["session_people"] == 1
        question = await me.slash(world.music, "forgetme")
        assert "forgotten" in text_of(await press(world, me, question, "Delete everything"))
        assert not any((await rows(me.id)).values())
        assert (await rows(friend.id))["feedback"] == 1
