"""`/settings`: the panel, what it changes, and who may."""

import discord

from bot.domain.guilds import GuildSettings
from cogs.welcome import Welcome
from tests.support.reading import (
    button,
    components_of,
    embed_of,
    everything_in,
    is_sentence,
    picked_id,
    press,
    seen,
    text_of,
)
from tests.support.world import World

SONG = "!recommend Bohemian Rhapsody"


async def settings(world: World) -> GuildSettings:
    return await world.services.guilds.settings.of(world.guild.id)


async def change(world: World, **changes: object) -> None:
    await world.services.guilds.settings.change(world.guild.id, world.moderator.id, **changes)


def field(answer: object, name: str) -> str:
    [found] = [part for part in embed_of(answer).fields if part.name == name]
    return found.value or ""


def silent(world: World, count: int) -> bool:
    return len([message for message in world.music.history() if message.author.bot]) == count


async def test_the_panel_settles_everything_and_outlives_a_restart(world: World) -> None:
    panel = await world.say(world.moderator, "!settings")
    assert "Waves" in (embed_of(panel).title or "")
    assert field(panel, "Channels where I answer") == "everywhere"
    await world.restart()
    quiet_corner = world.guild.create_text_channel("corner")
    confirmed = await world.moderator.select(
        panel, [world.music, quiet_corner], custom_id="settings:channels"
    )
    assert seen(confirmed).flags.ephemeral
    assert str(quiet_corner.id) in text_of(confirmed)
    assert "everywhere" in text_of(confirmed)
    await world.moderator.select(panel, ["never"], custom_id="settings:explicit")
    role = world.guild.create_role("DJ")
    await world.moderator.select(panel, [role], custom_id="settings:dj")
    await press(world, world.moderator, panel, "Spotify's player: off")
    await press(world, world.moderator, panel, "Quiet mode: off")
    assert await settings(world) == GuildSettings(
        channels=frozenset({world.music.id, quiet_corner.id}),
        explicit="never",
        dj_role=role.id,
        player=True,
        quiet=True,
    )
    words = everything_in(embed_of(world.music.last_message))
    assert f"<#{world.music.id}>" in words
    assert "never" in words
    assert f"<@&{role.id}>" in words
    await world.restart()
    await world.moderator.select(panel, [], custom_id="settings:channels")
    await world.moderator.select(panel, [], custom_id="settings:dj")
    await world.moderator.select(panel, ["default"], custom_id="settings:explicit")
    await press(world, world.moderator, panel, "Quiet mode: on")
    assert await settings(world) == GuildSettings(player=True)


async def test_the_prefix_is_asked_for_in_a_form_and_counts_at_once(world: World) -> None:
    panel = await world.say(world.moderator, "!settings")
    form = await press(world, world.moderator, panel, "Prefix …")
    await world.restart()
    confirmed = await world.moderator.submit_modal(form, {"prefix": " sw? "})
    assert "sw?" in text_of(confirmed)
    assert "`sw?`" in field(world.music.last_message, "Prefix")
    embed_of(await world.say(world.listener, "sw?recommend Bohemian Rhapsody"))
    count = len(list(world.music.history()))
    await world.listener.send(world.music, SONG)
    assert len(list(world.music.history())) == count + 1  # nobody answers to the old one
    me = world.env.bot.user.id
    embed_of(await world.say(world.listener, f"<@{me}> recommend Bohemian Rhapsody"))
    helped = await world.say(world.listener, "sw?help")
    assert "sw?recommend" in text_of(helped)
    form = await press(world, world.moderator, panel, "Prefix …")
    refused = await world.moderator.submit_modal(form, {"prefix": "a b"})
    assert is_sentence(refused)
    assert (await settings(world)).prefix == "sw?"
    form = await press(world, world.moderator, panel, "Prefix …")
    await world.moderator.submit_modal(form, {"prefix": ""})
    assert (await settings(world)).prefix is None


async def test_a_prefix_that_begins_chat_is_taken_with_a_warning(world: World) -> None:
    panel = await world.say(world.moderator, "!settings")
    for prefix, warned in (("s", True), ("hey", True), (">", True), ("sw!", False), ("$", False)):
        form = await press(world, world.moderator, panel, "Prefix …")
        confirmed = text_of(await world.moderator.submit_modal(form, {"prefix": prefix}))
        assert (await settings(world)).prefix == prefix
        assert ("not for me" in confirmed) == warned, prefix


async def test_only_moderators_see_and_change_them(world: World) -> None:
    assert is_sentence(await world.say(world.listener, "!settings"))
    assert "Manage Server" in text_of(world.music.last_message)
    assert "Manage Server" in text_of(await world.say(world.listener, "!settings log"))
    panel = await world.say(world.moderator, "!settings")
    for refused in (
        await press(world, world.listener, panel, "Quiet mode: off"),
        await press(world, world.listener, panel, "Prefix …"),
        await world.listener.select(panel, [world.music], custom_id="settings:channels"),
        await world.listener.select(panel, ["never"], custom_id="settings:explicit"),
    ):
        assert is_sentence(refused)
        assert seen(refused).flags.ephemeral
        assert "Manage Server" in text_of(refused)
    assert await settings(world) == GuildSettings()
    await world.moderator.send_dm("!settings")
    assert is_sentence(world.moderator.user.dm_channel.last_message)


async def test_by_slash_only_the_moderator_sees_the_panel(world: World) -> None:
    panel = await world.moderator.slash(world.music, "settings show")
    assert seen(panel).flags.ephemeral
    assert len(components_of(panel)) == 7
    await press(world, world.moderator, panel, "Quiet mode: off")
    assert (await settings(world)).quiet


async def test_two_servers_have_their_own(world: World) -> None:
    other = world.env.create_guild("Elsewhere")
    channel = other.create_text_channel("talk")
    stranger = other.add_member(world.env.create_user("stranger"))
    await change(world, prefix="?", quiet=True, channels=frozenset({world.music.id}))
    await stranger.send(channel, SONG)
    assert embed_of(channel.last_message).url
    assert await world.services.guilds.settings.of(other.id) == GuildSettings()
    assert (await world.services.guilds.settings.log(other.id, 0)).items == []


async def test_in_other_channels_only_moderators_settings_are_answered(world: World) -> None:
    corner = world.guild.create_text_channel("corner")
    answer = await world.say(world.listener, SONG)
    await change(world, channels=frozenset({corner.id}))
    await world.listener.send(world.music, SONG)
    await world.listener.send(world.music, "!nonsense")
    await world.listener.send(world.music, "!settings")
    await world.listener.send(world.music, "!help")
    assert silent(world, 1)
    refused = await world.listener.slash(world.music, "recommend", song="Bohemian Rhapsody")
    assert is_sentence(refused)
    assert seen(refused).flags.ephemeral
    assert f"<#{corner.id}>" in text_of(refused)
    assert is_sentence(await press(world, world.listener, answer, "Another"))
    await world.listener.send(corner, SONG)
    assert embed_of(corner.last_message).url
    await world.env.bot.get_channel(corner.id).create_thread(
        name="songs", type=discord.ChannelType.public_thread
    )
    [thread] = corner.threads
    await world.listener.send(thread, SONG)
    assert embed_of(thread.last_message).url
    panel = await world.say(world.moderator, "!settings")
    await world.moderator.select(panel, [], custom_id="settings:channels")
    assert embed_of(await world.say(world.listener, SONG)).url


async def test_after_the_chosen_channels_are_deleted_it_answers_everywhere(world: World) -> None:
    corners = [world.guild.create_text_channel(name) for name in ("corner", "other-corner")]
    await change(world, channels=frozenset(corner.id for corner in corners))
    await world.env.bot.get_channel(corners[0].id).delete()
    await world.listener.send(world.music, SONG)
    assert silent(world, 0)
    refused = await world.listener.slash(world.music, "recommend", song="Bohemian Rhapsody")
    assert str(corners[0].id) not in text_of(refused)
    await world.env.bot.get_channel(corners[1].id).delete()
    answer = await world.say(world.listener, SONG)
    assert embed_of(answer).url
    assert embed_of(await press(world, world.listener, answer, "Another")).url
    assert not world.listener.user.dm_channel.history()
    for _ in range(3):
        await world.say(world.moderator, SONG)
    [told] = world.moderator.user.dm_channel.history()
    assert "deleted" in told.content
    assert "/settings" in told.content
    panel = await world.say(world.moderator, "!settings")
    assert field(panel, "Channels where I answer") == "everywhere"


async def test_a_deleted_dj_role_keeps_nobody_from_a_session(world: World) -> None:
    role = world.guild.create_role("DJ")
    await change(world, dj_role=role.id)
    assert "DJs" in (await world.say(world.listener, "!session start")).content
    await world.env.bot.get_guild(world.guild.id).get_role(role.id).delete()
    await world.listener.send(world.music, "!session start")
    assert (await world.services.sessions.listen.open_in(world.music.id)) is not None
    told = await world.moderator.slash(world.music, "recommend", song="Bohemian Rhapsody")
    assert "The DJ role is deleted" in "".join(str(part.message.content) for part in told.followups)


async def test_in_quiet_mode_only_the_asker_sees_the_answer(world: World) -> None:
    loud = await world.say(world.listener, SONG)
    await change(world, quiet=True)
    await world.listener.send(world.music, SONG)
    assert silent(world, 1)
    asked = world.music.last_message
    assert [str(reaction.emoji) for reaction in asked.reactions] == ["📨"]
    whispered = world.listener.user.dm_channel.last_message
    assert embed_of(whispered).url
    assert button(whispered, "Another")
    await world.listener.send(world.music, "!recommend")
    assert is_sentence(world.listener.user.dm_channel.last_message)
    by_slash = await world.listener.slash(world.music, "recommend", song="Bohemian Rhapsody")
    assert seen(by_slash).flags.ephemeral
    assert seen(await press(world, world.friend, loud, "Another")).flags.ephemeral
    assert seen(await press(world, world.friend, loud, "Similar")).flags.ephemeral
    assert silent(world, 1)
    embed_of(await world.say(world.moderator, "!settings"))  # needs the server around it


async def test_spotifys_player_needs_the_plain_link(world: World) -> None:
    assert not (await world.say(world.listener, SONG)).content
    await change(world, player=True)
    answer = await world.say(world.listener, SONG)
    assert answer.content == embed_of(answer).url
    again = await press(world, world.friend, answer, "Another")
    assert seen(again).content == f"https://open.spotify.com/track/{picked_id(again)}"


async def test_explicit_songs_as_the_server_wants(world: World) -> None:
    await change(world, explicit="never")
    answer = await world.say(world.listener, "!recommend Lizzo - About Damn Time")
    for _ in range(15):
        track = await world.services.scope.nowhere.serving.tracks.by_id(picked_id(answer))
        assert track is not None
        assert not track.explicit
        answer = await press(world, world.listener, answer, "Another")


async def test_the_log_tells_who_changed_what_page_by_page(world: World) -> None:
    for number in range(12):
        await change(world, prefix=f"p{number}")
    page = await world.say(world.moderator, "p11settings log")
    words = everything_in(embed_of(page))
    assert f"<@{world.moderator.id}>" in words
    assert "`p10` → `p11`" in words
    assert "Page 1 of 2" in words
    await world.restart()
    assert "Manage Server" in text_of(await press(world, world.listener, page, "Next ▶"))
    await press(world, world.moderator, page, "Next ▶")
    assert "→ `p0`" in everything_in(embed_of(world.music.last_message))


async def test_a_server_that_was_left_is_forgotten(world: World) -> None:
    await change(world, prefix="?")
    guild = world.env.bot.get_guild(world.guild.id)
    assert guild is not None
    await Welcome(world.env.bot).on_guild_remove(guild)
    assert await settings(world) == GuildSettings()
    assert (await world.services.guilds.settings.log(world.guild.id, 0)).items == []


async def test_a_user_with_closed_direct_messages_is_told_in_the_channel(world: World) -> None:
    await change(world, quiet=True)
    world.env.inject_error(
        "POST", f"/channels/{world.listener.user.dm_channel.id}/messages", status=403, code=50007
    )
    answer = await world.say(world.listener, SONG)
    assert is_sentence(answer)
    assert "slash command" in text_of(answer)
