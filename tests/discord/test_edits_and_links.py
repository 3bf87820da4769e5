"""Commands that are edited, and links in what people type."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord

from tests.support.outside import open_outside
from tests.support.reading import components_of, embed_of, text_of
from tests.support.stand_ins.discord_service.service import until
from tests.support.world import World, open_world

LINK = "https://example.com/a-picture.png"


def own(world: World) -> list[discord.Message]:
    return [message for message in world.music.history() if message.author.bot]


def newest_of(world: World, who: Any) -> discord.Message:
    return [message for message in world.music.history() if message.author.id == who.id][-1]


async def edit(world: World, who: Any, text: str) -> None:
    await who.edit(newest_of(world, who), text)
    await world.env.settle()


async def test_an_edited_command_is_answered_in_place_of_the_answer_before(world: World) -> None:
    await world.say(world.listener, "!recommend zzzzqqqq")
    await edit(world, world.listener, "!recommend Bohemian Rhapsody")
    [answer] = own(world)
    assert "Bohemian Rhapsody" in (embed_of(answer).footer.text or "")
    assert answer.content == ""
    await edit(world, world.listener, "!playlist chill 5")
    [answer] = own(world)
    assert answer.attachments
    await edit(world, world.listener, "!recommend zzzzqqqq")
    [answer] = own(world)
    assert answer.content
    assert not answer.embeds
    assert not answer.attachments
    assert not components_of(answer)


async def test_a_message_edited_into_a_command_is_answered(world: World) -> None:
    await world.listener.send(world.music, "recommend Bohemian Rhapsody")
    assert not own(world)
    await edit(world, world.listener, "!recommend Bohemian Rhapsody")
    [answer] = own(world)
    assert embed_of(answer).url


async def test_an_answer_that_was_deleted_meanwhile_is_sent_anew(world: World) -> None:
    answer = await world.say(world.listener, "!recommend zzzzqqqq")
    await world.env.bot.get_channel(world.music.id).get_partial_message(answer.id).delete()
    await edit(world, world.listener, "!recommend Bohemian Rhapsody")
    [answer] = own(world)
    assert embed_of(answer).url


async def test_what_was_sent_long_ago_is_not_answered_again(world: World) -> None:
    answer = await world.say(world.listener, "!recommend zzzzqqqq")
    command = newest_of(world, world.listener)
    stored = world.env.backend.get_message(world.music.id, command.id)
    later = command.created_at + timedelta(minutes=2)
    payload = {
        "id": str(command.id),
        "channel_id": str(world.music.id),
        "guild_id": str(world.guild.id),
        "content": "!recommend Bohemian Rhapsody",
        "edited_timestamp": later.isoformat(),
    }
    assert stored is not None
    world.env.bot._connection.parse_message_update({**_raw(command), **payload})
    await world.env.settle()
    assert [message.content for message in own(world)] == [answer.content]


async def test_a_late_cover_does_not_undo_the_answer_to_an_edited_command(state: Path) -> None:
    async with open_outside(state, []) as outside, open_world(outside.settings()) as world:
        outside.charts.everything = True
        await world.say(world.friend, "!similar Mr. Brightside")  # its cover is known from now on
        outside.charts.delay = 0.5
        asking = asyncio.create_task(world.listener.send(world.music, "!similar Bohemian Rhapsody"))
        await until(lambda: "Near Bohemian Rhapsody" in text_of(world.music.last_message))
        command = newest_of(world, world.listener)
        payload = {
            "id": str(command.id),
            "channel_id": str(world.music.id),
            "guild_id": str(world.guild.id),
            "content": "!similar Mr. Brightside",
            "edited_timestamp": (command.created_at + timedelta(seconds=1)).isoformat(),
        }
        world.env.bot._connection.parse_message_update({**_raw(command), **payload})
        await asking
        await world.env.settle()
        assert embed_of(own(world)[-1]).title == "Near Mr. Brightside"


def _raw(message: discord.Message) -> dict[str, Any]:
    return {
        "author": {
            "id": str(message.author.id),
            "username": "listener",
            "discriminator": "0",
            "avatar": None,
        },
        "timestamp": message.created_at.isoformat(),
        "type": 0,
        "tts": False,
        "pinned": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
    }


async def test_links_in_what_was_typed_or_misspelt_show_no_preview(world: World) -> None:
    for typed in (LINK, f"zzzz qqqq {LINK}", f"“zzzz”{LINK}"):
        for command in ("recommend", "playlist", "similar"):
            answer = await world.say(world.listener, f"!{command} {typed}")
            assert answer.embeds or answer.flags.suppress_embeds, typed
        waited = text_of(await world.listener.slash(world.music, "recommend", song=typed))
        assert not re.search(r"(?<!<)https?://", waited), typed


async def test_spotifys_player_is_still_shown(world: World) -> None:
    await world.services.guilds.settings.change(world.guild.id, world.moderator.id, player=True)
    answer = await world.say(world.listener, "!recommend Bohemian Rhapsody")
    assert answer.content.startswith("https://open.spotify.com/track/")
    assert not answer.flags.suppress_embeds
