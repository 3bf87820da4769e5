"""Buttons and menus of version 0.1: all of its `custom_id`s still work."""

from typing import Any

import discord
import pytest

from tests.support.reading import BOHEMIAN, menu, seen, text_of
from tests.support.world import World


async def old_message(world: World, item: discord.ui.Item[Any]) -> discord.Message:
    """A message of the bot with one item that only Discord remembers."""
    view = discord.ui.View(timeout=None)
    view.add_item(item)
    view.stop()
    channel = world.env.bot.get_channel(world.music.id)
    assert isinstance(channel, discord.TextChannel)
    return await channel.send("From before", view=view)


async def pressed(world: World, custom_id: str, who: Any = None) -> str:
    message = await old_message(world, discord.ui.Button(label="Press", custom_id=custom_id))
    answer = await (who or world.listener).click(message, label="Press")
    return text_of(answer) if answer.response or answer.followups else ""


async def chosen(world: World, custom_id: str, value: str, who: Any = None) -> str:
    options = [discord.SelectOption(label="One", value=value)]
    message = await old_message(world, discord.ui.Select(custom_id=custom_id, options=options))
    answer = await (who or world.listener).select(message, [value])
    if not (answer.response or answer.followups):
        return text_of(world.music.last_message)
    return text_of(answer)


@pytest.mark.parametrize(
    ("custom_id", "told"),
    [
        (f"another:{BOHEMIAN}", "For Bohemian Rhapsody"),
        (f"similar:{BOHEMIAN}", "Near Bohemian Rhapsody"),
        ("another:hot:0123456789abcdef", "left the hot list"),
        ("another:local:0123456789abcdef", "do not know that song"),
        (f"like:{BOHEMIAN}", "you like"),
        (f"dislike:{BOHEMIAN}", "will not recommend"),
        ("clusters:1>", "Page 2"),
        ("clusters:0<", "Page 1"),
        ("hotlist:1>", "hot list is still empty"),
        ("radio:next", "no radio"),
        ("playlist:AAAAAAAAAAAA:1>", "no longer have that playlist"),
        ("links:AAAAAAAAAAAA", "no longer have that playlist"),
        ("session-history:0>", "no session"),
        ("session:1:join:0", "No session is open"),
        ("session:1:links", "no longer have that session"),
        ("session:1:there:1", "No session is open"),
        ("forgetme:1", "somebody else's"),
        ("settings:player:on", "Manage Server"),
        ("settings:quiet:off", "Manage Server"),
        ("settings:prefix", "Manage Server"),
        ("settings-log:0>", "Manage Server"),
        ("blocked:0>", "Manage Server"),
    ],
)
async def test_an_old_button_works(world: World, custom_id: str, told: str) -> None:
    assert told in await pressed(world, custom_id)


@pytest.mark.parametrize(
    ("custom_id", "told"),
    [
        ("choose:recommend", "For Bohemian Rhapsody"),
        ("choose:similar", "Near Bohemian Rhapsody"),
        ("choose:cluster", "is in this cluster"),
        ("choose:map", "For Bohemian Rhapsody"),
        ("choose:playlist:15", "15 songs"),
        ("choose:radio", "Bohemian Rhapsody"),
        ("choose:block", "Manage Server"),
        ("choose:pin", "Manage Server"),
        ("session:1:choose", "No session is open"),
        ("settings:explicit", "Manage Server"),
    ],
)
async def test_an_old_menu_works(world: World, custom_id: str, told: str) -> None:
    assert told in await chosen(world, custom_id, BOHEMIAN)


async def test_an_old_menu_without_an_owner_is_for_everybody(world: World) -> None:
    """Menus of version 0.1 do not say who asked."""
    assert "never recommended" in await chosen(world, "choose:block", BOHEMIAN, world.moderator)
    assert "always hot here" in await chosen(world, "choose:pin", BOHEMIAN, world.moderator)


async def test_old_buttons_of_a_playlist_work(world: World) -> None:
    made = await world.say(world.listener, "!playlist Bohemian Rhapsody songs: 25")
    [links] = [part for part in _custom_ids(made) if part.startswith("links:")]
    playlist_id = links.removeprefix("links:")
    assert "Page 2" in await pressed(world, f"playlist:{playlist_id}:1>")
    assert "open.spotify.com" in await pressed(world, links)


async def test_old_items_of_a_session_work(world: World) -> None:
    await world.say(world.listener, "!session start")
    [number] = {part.split(":")[1] for part in _custom_ids(world.music.last_message) if "session:" in part}
    assert "You are in" in await pressed(world, f"session:{number}:join:0", world.friend)
    added = await chosen(world, f"session:{number}:choose", BOHEMIAN, world.friend)
    assert "in the queue" in added
    await pressed(world, f"session:{number}:next:0")
    assert "You like" in await pressed(world, f"session:{number}:like:1")
    assert "👍 1" in await pressed(world, "session-history:0>")
    assert "left the session" in await pressed(world, f"session:{number}:leave", world.friend)


async def test_a_menu_belongs_to_its_asker(world: World) -> None:
    question = await world.say(world.listener, "!recommend Without Me")
    value = menu(question).options[0].value
    await world.restart()
    refused = await world.friend.select(question, [value])
    assert "somebody else" in text_of(refused)
    assert seen(refused).flags.ephemeral
    assert "For Without Me" in text_of(await world.listener.select(question, [value]))


async def test_the_menu_of_a_session_is_for_everybody(world: World) -> None:
    await world.say(world.listener, "!session start")
    await world.listener.send(world.music, "!session add Painkiller")
    question = world.music.last_message
    await world.friend.select(question, [menu(question).options[0].value])
    panel = [message for message in world.music.history() if message.embeds and message.components]
    assert any("Painkiller" in text_of(message) for message in [*panel, world.music.last_message])


def _custom_ids(message: Any) -> list[str]:
    return [part.custom_id for row in message.components for part in row.children if part.custom_id]
