"""`/taste`, `/forgetme`, `/privacy` and the thumbs under a recommendation, as people use them."""

from pathlib import Path
from typing import Any

import discord
from hypothesis import given, settings
from hypothesis import strategies as st
from simcord import interactions
from simcord.backend import serializers

from bot.domain.privacy import PERSONAL
from bot.domain.taste import KnownSong, Taste
from bot.i18n.translator import ENGLISH
from bot.presentation import moderation, privacy
from tests.support.outside import in_database
from tests.support.reading import (
    components_of,
    embed_of,
    everything_in,
    is_sentence,
    picked,
    press,
    seen,
    text_of,
)
from tests.support.world import World, run_job

SONG = "!recommend Bohemian Rhapsody"


async def thumb(world: World, who: Any, answer: Any, emoji: str) -> Any:
    [found] = [part for part in components_of(answer) if str(getattr(part, "emoji", "")) == emoji]
    return await who.click(seen(answer), custom_id=found.custom_id)


async def test_a_thumb_is_stored_switched_and_withdrawn(world: World) -> None:
    answer = await world.say(world.listener, SONG)
    title = discord.utils.escape_markdown((await picked(world, answer)).title)
    for emoji, expected in (("👍", "you like"), ("👎", "not recommend"), ("👎", "Taken back")):
        said = await thumb(world, world.friend, answer, emoji)
        assert seen(said).flags.ephemeral
        assert expected in text_of(said)
        assert title in text_of(said)
        await world.restart()
    taste = await world.friend.slash(world.music, "taste")
    assert "Nothing" in text_of(taste)


async def test_twenty_people_pressing_at_once_lose_nothing(world: World) -> None:
    answer = await world.say(world.listener, SONG)
    people = [world.guild.add_member(world.env.create_user(f"fan-{number}")) for number in range(20)]
    [like] = [part for part in components_of(answer) if str(getattr(part, "emoji", "")) == "👍"]
    backend = world.env.backend
    data = {"custom_id": like.custom_id, "component_type": 2}
    place = {"channel_id": world.music.id, "guild_id": world.guild.id}
    for fan in people:
        _, payload = interactions.base_payload(backend, type=3, user_id=fan.id, data=data, **place)
        message = serializers.message_payload(backend, backend.get_message(world.music.id, answer.id))
        backend.emit("INTERACTION_CREATE", {**payload, "message": dict(message)})
    await world.env.settle()
    state = world.settings.state_dir
    assert in_database(state, "SELECT count(*) FROM feedback WHERE liked = 1") == [(20,)]


async def test_what_i_dislike_is_not_recommended_to_me_again(world: World) -> None:
    answer = await world.say(world.listener, SONG)
    disliked = set()
    for _ in range(10):
        disliked.add((await picked(world, answer)).title)
        await thumb(world, world.listener, answer, "👎")
        answer = seen(await press(world, world.listener, answer, "Another"))
    channel = world.guild.create_text_channel("another")
    for _ in range(20):
        await world.listener.send(channel, SONG)
        assert (await picked(world, channel.last_message)).title not in disliked


async def test_taste_is_shown_to_the_user_only(world: World) -> None:
    answer = await world.say(world.listener, SONG)
    pick = discord.utils.escape_markdown((await picked(world, answer)).title)
    await thumb(world, world.listener, answer, "👍")
    by_slash = await world.listener.slash(world.music, "taste")
    assert seen(by_slash).flags.ephemeral
    words = text_of(by_slash)
    assert words.count(pick) == 2  # liked, and recommended lately
    await world.listener.send(world.music, "!taste")
    assert world.music.last_message.author.id == world.listener.id
    assert [str(reaction.emoji) for reaction in world.music.last_message.reactions] == ["📨"]
    assert everything_in(embed_of(world.listener.user.dm_channel.last_message)) == everything_in(
        embed_of(by_slash)
    )
    assert "Nothing" in text_of(await world.friend.slash(world.music, "taste"))


async def test_in_direct_messages_it_works_as_well(world: World) -> None:
    await world.listener.send_dm("!recommend Bohemian Rhapsody")
    channel = world.listener.user.dm_channel
    await thumb(world, world.listener.user, channel.last_message, "👎")
    assert in_database(world.settings.state_dir, "SELECT guild, liked FROM feedback") == [(None, 0)]
    await world.listener.send_dm("!taste")
    assert "You do not want to hear (1)" in text_of(channel.last_message)


async def test_forgetting_asks_first_and_then_leaves_nothing(world: World) -> None:
    answer = await world.say(world.listener, SONG)
    for who in (world.listener, world.friend):
        await thumb(world, who, answer, "👎")
    question = await world.listener.slash(world.music, "forgetme")
    assert seen(question).flags.ephemeral
    assert in_database(world.settings.state_dir, "SELECT count(*) FROM feedback") == [(2,)]
    await world.restart()
    done = await press(world, world.listener, question, "Delete everything")
    assert "forgotten" in text_of(done)
    assert not components_of(done)
    assert "Nothing" in text_of(await world.listener.slash(world.music, "taste"))
    for personal in PERSONAL:
        sql = f"SELECT count(*) FROM {personal.table} WHERE {personal.column} = ?"
        assert in_database(world.settings.state_dir, sql, world.listener.id) == [(0,)]
    assert in_database(world.settings.state_dir, "SELECT user FROM feedback") == [(world.friend.id,)]


async def test_nobody_can_have_another_person_forgotten(world: World) -> None:
    answer = await world.say(world.listener, SONG)
    await thumb(world, world.listener, answer, "👍")
    await world.listener.send(world.music, "!forgetme")
    question = world.listener.user.dm_channel.last_message
    [delete] = components_of(question)
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="x", custom_id=delete.custom_id))
    planted = await world.env.bot.get_channel(world.music.id).send("look", view=view)
    refused = await world.friend.click(planted, label="x")
    assert is_sentence(refused)
    assert in_database(world.settings.state_dir, "SELECT count(*) FROM feedback") == [(1,)]
    await world.listener.user.click(question, label="Delete everything")
    assert in_database(world.settings.state_dir, "SELECT count(*) FROM feedback") == [(0,)]


async def test_the_policy_names_every_table_and_its_time(world: World) -> None:
    words = text_of(await world.say(world.listener, "!privacy"))
    for days in {personal.days for personal in PERSONAL}:
        assert f"{days} days" in words
    assert {table for *_, tables in privacy.STORED for table in tables} == {p.table for p in PERSONAL}
    assert "/forgetme" in words
    assert seen(await world.listener.slash(world.music, "privacy")).flags.ephemeral


async def test_no_table_but_the_named_ones_holds_a_persons_id(world: World, state: Path) -> None:
    """Everything a person can do, then a look into every column of every table."""
    answer = await world.say(world.moderator, SONG)
    await thumb(world, world.moderator, answer, "👍")
    for text in (
        "!hotlist pin Queen - Bohemian Rhapsody",
        "!block song Hotel California - Eagles",
        "!block artist Queen",
    ):
        await world.say(world.moderator, text)
    panel = await world.say(world.moderator, "!settings")
    await press(world, world.moderator, panel, "Quiet mode: off")
    await run_job(world.services, "write history")
    found = set()
    indexes = "name LIKE 'track_words%' OR name LIKE 'title_trigrams%'"
    tables = f"SELECT name FROM sqlite_master WHERE type = 'table' AND NOT ({indexes})"
    for (table,) in in_database(state, tables):
        for column in in_database(state, f"PRAGMA table_info('{table}')"):
            sql = f'SELECT count(*) FROM "{table}" WHERE "{column[1]}" LIKE ?'
            if in_database(state, sql, f"%{world.moderator.id}%") != [(0,)]:
                found.add((table, column[1]))
    assert found == {("feedback", "user"), ("recommendations", "user"), ("guild_log", "moderator")}


_songs = st.lists(
    st.builds(
        KnownSong,
        st.just("a"),
        st.text(max_size=2_000),
        st.lists(st.text(max_size=300), min_size=1, max_size=30).map(tuple),
    ),
    max_size=30,
).map(tuple)


@given(likes=_songs, dislikes=_songs, recent=_songs)
@settings(max_examples=40)
def test_any_title_fits_discords_limits(
    likes: tuple[KnownSong, ...], dislikes: tuple[KnownSong, ...], recent: tuple[KnownSong, ...]
) -> None:
    embed = privacy.taste(Taste(likes, dislikes, (None, *recent), 1, 0), ENGLISH)
    assert len(embed) <= 6_000
    assert all(0 < len(field.name or "") <= 256 for field in embed.fields)
    assert all(0 < len(field.value or "") <= 1_024 for field in embed.fields)
    for song in (*likes, *dislikes):
        line = moderation.song_line(song, ENGLISH)
        assert len(line) < 300
        assert "@everyone" not in line
