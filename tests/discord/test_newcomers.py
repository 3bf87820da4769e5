"""The greeting, direct messages, missing permissions, rate limit, languages, `!about`."""

import json
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord import interactions

from bot.storage.sqlite import SqliteDatabase
from bot.storage.state.metadata import QUALITY, Metadata
from tests.support.clocks import TurnedClock
from tests.support.reading import button, embed_of, everything_in, press, seen, text_of
from tests.support.settings import settings_for
from tests.support.world import World, open_world


def joined(world: World) -> None:
    """What discord.py tells when the bot is added to a server."""
    guild = world.env.bot.get_guild(world.guild.id)
    world.env.bot.dispatch("guild_join", guild)


async def test_a_new_server_is_greeted_once_in_its_system_channel(world: World) -> None:
    world.env.backend.get_guild(world.guild.id).system_channel_id = world.music.id
    guild = world.env.bot.get_guild(world.guild.id)
    assert guild
    guild._system_channel_id = world.music.id
    joined(world)
    await world.env.settle()
    [greeting] = world.music.history()
    assert "!recommend" in everything_in(greeting.embeds[0])
    await world.restart()
    await world.env.settle()
    assert len(world.music.history()) == 1


async def test_the_greeting_has_things_to_try_that_work_after_a_restart(world: World) -> None:
    guild = world.env.bot.get_guild(world.guild.id)
    assert guild
    guild._system_channel_id = world.music.id
    joined(world)
    await world.env.settle()
    [greeting] = world.music.history()
    assert len(greeting.embeds[0].description.splitlines()) == 3
    await world.restart()
    song = await world.listener.click(greeting, label="A song like Bohemian Rhapsody")
    assert embed_of(song).title
    songs = await world.friend.click(greeting, label="A calm playlist, no vocals")
    assert embed_of(songs).title == "You asked for: calm, no vocals"
    assert seen(await world.friend.click(greeting, label="A map of songs")).attachments


async def test_a_server_without_a_system_channel_is_not_greeted(world: World) -> None:
    joined(world)
    await world.env.settle()
    assert not world.music.history()


async def test_missing_permissions_are_reported_once_and_privately(world: World) -> None:
    silent = world.guild.create_text_channel(
        "silent",
        overwrites={world.env.bot.user: discord.PermissionOverwrite(embed_links=False, send_messages=False)},
    )
    for _ in range(3):
        await world.listener.send(silent, "!recommend Bohemian Rhapsody")
    assert len(silent.history()) == 3
    posts = [
        r for r in world.env.http_requests if r.method == "POST" and r.path.endswith(f"/{silent.id}/messages")
    ]
    assert not posts
    [told] = world.listener.user.dm_channel.history()
    assert "Send Messages" in told.content
    assert "Embed Links" in told.content
    assert "silent" in told.content
    assert (await world.say(world.listener, "!recommend Bohemian Rhapsody")).embeds


@pytest.mark.parametrize(("status", "code"), [(400, 50035), (403, 160002)])
async def test_an_answer_that_is_refused_as_a_reply_arrives_without_the_reference(
    world: World, status: int, code: int
) -> None:
    """The question was deleted meanwhile, or Read Message History is missing."""
    for command in ("!recommend Bohemian Rhapsody", "!cluster Bohemian Rhapsody"):
        world.env.inject_error("POST", "/channels/*/messages", status=status, code=code, times=1)
        answer = await world.say(world.listener, command)
        assert answer.embeds or answer.attachments
        assert answer.reference is None
    if code == 160002:
        [told] = world.listener.user.dm_channel.history()
        assert "Read Message History" in told.content


async def test_without_read_message_history_no_reply_is_tried_and_the_permission_is_named_once(
    world: World,
) -> None:
    blind = world.guild.create_text_channel(
        "blind",
        overwrites={world.env.bot.user: discord.PermissionOverwrite(read_message_history=False)},
    )
    for _ in range(2):
        await world.listener.send(blind, "!recommend Bohemian Rhapsody")
    [*_, answer] = blind.history()
    assert embed_of(answer).url
    assert answer.reference is None
    [told] = world.listener.user.dm_channel.history()
    assert "Read Message History" in told.content
    assert "blind" in told.content
    sent = [r.json for r in world.env.http_requests if r.path.endswith(f"/{blind.id}/messages")]
    assert sent
    assert not any(isinstance(body, dict) and body.get("message_reference") for body in sent)


async def test_direct_messages_are_answered(world: World) -> None:
    await world.listener.user.send_dm("!recommend Bohemian Rhapsody")
    answer = world.listener.user.dm_channel.last_message
    assert "Bohemian Rhapsody" in (embed_of(answer).footer.text or "")
    slashed = await world.listener.user.slash("recommend", song="Bohemian Rhapsody")
    assert "Bohemian Rhapsody" in (embed_of(slashed).footer.text or "")
    assert await world.listener.user.autocomplete("recommend", "song", "bohem")


async def test_every_command_can_be_installed_by_a_person_unless_it_is_about_a_server(world: World) -> None:
    for command in world.env.bot.tree.get_commands():
        told = command.to_dict(world.env.bot.tree)
        assert told["integration_types"], told["name"]
        assert told["contexts"], told["name"]
    recommend = world.env.bot.tree.get_command("recommend").to_dict(world.env.bot.tree)
    assert set(recommend["integration_types"]) == {0, 1}
    assert set(recommend["contexts"]) == {0, 1, 2}


async def test_of_twenty_commands_at_once_some_are_answered_and_one_is_told(state: Path) -> None:
    async with open_world(settings_for(state), pace=(6, 10.0), pace_clock=TurnedClock()) as world:
        for _ in range(20):
            await world.listener.send(world.music, "!recommend Bohemian Rhapsody")
        answers = [m for m in world.music.history() if m.author.bot]
        assert len([m for m in answers if m.embeds]) == 6
        assert len([m for m in answers if not m.embeds]) == 1
        assert (await world.say(world.friend, "!recommend Bohemian Rhapsody")).embeds


async def test_a_german_server_is_answered_in_german(world: World) -> None:
    guild = world.env.bot.get_guild(world.guild.id)
    assert guild
    guild.preferred_locale = discord.Locale.german
    answer = await world.say(world.listener, "!recommend Bohemian Rhapsody")
    assert "Cluster" in text_of(answer)
    assert "beide" in text_of(answer).casefold()
    assert button(answer, "Auf Spotify öffnen")
    assert "kein Lied" in (await world.say(world.listener, "!recommend zzzzqqqqxx")).content


async def test_a_german_user_is_answered_in_german_and_another_is_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Both are" in text_of(await world.friend.slash(world.music, "recommend", song="Bohemian Rhapsody"))
    english = interactions.base_payload

    def german(*arguments: Any, **named: Any) -> Any:
        """simcord's people all speak English."""
        record, payload = english(*arguments, **named)
        return record, payload | {"locale": "de"}

    monkeypatch.setattr(interactions, "base_payload", german)
    answer = await world.listener.slash(world.music, "recommend", song="Bohemian Rhapsody")
    assert "beide" in text_of(answer).casefold()
    refused = await world.listener.slash(world.music, "recommend", song="zzzzqqqqxx")
    assert "kein Lied" in seen(refused).content
    pressed = await press(world, world.listener, answer, "Noch eins")
    assert "beide" in text_of(pressed).casefold()


async def test_discord_is_told_of_german_descriptions_and_english_names(world: World) -> None:
    tree = world.env.bot.tree
    recommend = await tree.get_command("recommend").get_translated_payload(tree, tree.translator)
    assert "Lied" in recommend["description_localizations"]["de"]
    assert "Lied" in recommend["options"][1]["description_localizations"]["de"] or "Lied" in str(recommend)
    assert not recommend.get("name_localizations")


async def test_about_tells_what_there_is(world: World) -> None:
    words = text_of(await world.say(world.listener, "!about"))
    assert "5,849 tracks" in words
    assert "clusters" in words
    assert "share the song's genre (a random song: 18.5%)" in words
    assert "ships with me" not in words  # they were measured on this catalogue
    database = await SqliteDatabase.open(world.settings.database)
    metadata, catalogue = Metadata(database), world.services.scope.nowhere.serving.tracks.catalogue.digest
    means = {"samewave_served": {"genre@5": 0.718}, "random": {"genre@5": 0.181}}
    unseen = {"samewave_served": {"playlist@5": 0.123}, "random": {"playlist@5": 0.004}}
    measured = {"catalogue": catalogue, "seed": 1, "methods": means, "unseen": unseen}
    await metadata.set(QUALITY, json.dumps(measured))
    words = text_of(await world.say(world.listener, "!about"))
    assert "71.8%" in words
    assert "18.1%" in words
    assert "12.3% on playlists that I never saw" in words
    await metadata.set(QUALITY, json.dumps({"catalogue": "another", "seed": 1, "methods": means}))
    await database.close()
    assert "18.1%" not in text_of(await world.say(world.listener, "!about"))
