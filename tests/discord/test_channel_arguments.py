"""Commands that name a channel: channels that the user cannot see or join are not shown."""

from collections.abc import Iterator
from typing import Any

import discord
import pytest
from discord.ext import commands

from bot.domain.errors import NoSession
from bot.domain.sessions import At
from tests.support.reading import text_of
from tests.support.world import World

KINDS = (discord.abc.GuildChannel, discord.Thread, discord.abc.Messageable)
COMMANDS = {("session start", "voice"): "session start fair no {channel}"}
"""How each command that takes a channel is written."""


def channel_parameters(bot: commands.Bot) -> Iterator[tuple[str, str]]:
    for command in bot.walk_commands():
        converters = {name: parameter.converter for name, parameter in command.params.items()}
        for converter in command.params.values():
            flags = getattr(converter.converter, "__commands_flags__", {})
            converters.update({name: flag.annotation for name, flag in flags.items()})
        for name, converter in converters.items():
            kinds = getattr(converter, "__args__", (converter,))
            if any(isinstance(kind, type) and issubclass(kind, KINDS) for kind in kinds):
                yield command.qualified_name, name


async def voice_channel(world: World, name: str, **rights: bool) -> Any:
    """A voice channel in which somebody sits, with these rights for everybody else."""
    channel = world.guild.create_voice_channel(name)
    await world.friend.join_voice(channel)
    known = world.env.bot.get_channel(channel.id)
    await known.set_permissions(known.guild.default_role, **rights)
    await world.env.settle()
    return channel


def test_each_command_that_takes_a_channel_is_tried_here(world: World) -> None:
    assert set(channel_parameters(world.env.bot)) == {*COMMANDS, ("daily on", "channel")}


async def test_a_moderator_cannot_name_a_hidden_text_channel(world: World) -> None:
    hidden = world.guild.create_text_channel("backstage")
    known = world.env.bot.get_channel(hidden.id)
    await known.set_permissions(known.guild.default_role, view_channel=False)
    await world.env.settle()
    told = (await world.say(world.moderator, f"!daily on song <#{hidden.id}>")).content
    assert told == "I know no such channel here."


@pytest.mark.parametrize(("command", "name"), COMMANDS)
@pytest.mark.parametrize("by", ["name", "id", "mention"])
async def test_a_hidden_channel_is_answered_like_one_that_is_not_there(
    world: World, command: str, name: str, by: str
) -> None:
    hidden = await voice_channel(world, "backstage", view_channel=False)
    ways = {
        "name": ("backstage", "nowhere"),
        "id": (str(hidden.id), "1"),
        "mention": (f"<#{hidden.id}>", "<#1>"),
    }
    typed = "!" + COMMANDS[command, name]
    told, unknown = [(await world.say(world.listener, typed.format(channel=way))).content for way in ways[by]]
    assert told == unknown == "I know no such channel here."
    assert "backstage" not in told
    assert str(hidden.id) not in told
    with pytest.raises(NoSession):
        await world.services.sessions.listen.show(At(world.music.id))


@pytest.mark.parametrize(("command", "name"), COMMANDS)
async def test_a_channel_that_is_closed_to_the_asker_is_refused(
    world: World, command: str, name: str
) -> None:
    closed = await voice_channel(world, "full-house", connect=False)
    typed = COMMANDS[command, name].format(channel=closed.id)
    assert "You cannot join" in (await world.say(world.listener, "!" + typed)).content
    assert "You cannot join" in text_of(await world.listener.slash(world.music, command, **{name: closed}))


@pytest.mark.parametrize(("command", "name"), COMMANDS)
async def test_a_channel_that_is_open_to_the_asker_is_taken(world: World, command: str, name: str) -> None:
    channel = await voice_channel(world, "lounge", connect=True)
    await world.listener.slash(world.music, command, **{name: channel})
    session = await world.services.sessions.listen.show(At(world.music.id))
    assert world.friend.id in [person.user for person in session.people]
