"""Commands as people write them: numbers, words between songs, subcommands, mentions, replies."""

import re
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.domain.titles import base_title
from bot.i18n.cluster_names import cluster_name
from bot.i18n.translator import translator_for
from tests.support.reading import BOHEMIAN, embed_of, everything_in, is_sentence, text_of
from tests.support.settings import settings_for
from tests.support.world import World, open_world


def footer(answer: Any) -> str:
    return embed_of(answer).footer.text or ""


@pytest.mark.parametrize(
    ("text", "songs"),
    [
        ("chill 15", 15),
        ("15 chill", 15),
        ("chill 15 songs", 15),
        ("15 songs chill", 15),
        ("Chill, 20 Lieder", 20),
        ("cluster 1 10 songs", 10),
        ("Bohemian Rhapsody 10 songs", 10),
        ("10 songs like Bohemian Rhapsody", 10),
    ],
)
async def test_a_playlist_has_as_many_songs_as_were_asked_for(world: World, text: str, songs: int) -> None:
    assert f"{songs} songs" in footer(await world.say(world.listener, f"!playlist {text}"))


async def test_a_number_of_songs_out_of_range_is_told(world: World) -> None:
    for text in ("chill 100", "100 chill", "chill 2 songs"):
        answer = await world.say(world.listener, f"!playlist {text}")
        assert is_sentence(answer)
        assert "5 to 25" in text_of(answer)


@pytest.mark.parametrize("text", ["1", "cluster 1", "#1", "CLUSTER 1"])
async def test_a_cluster_is_shown_by_its_number(world: World, text: str) -> None:
    assert "no. 1," in text_of(await world.say(world.listener, f"!cluster {text}"))


async def test_a_cluster_is_shown_by_its_name_and_by_words_of_it(world: World) -> None:
    profile = world.services.models.recommender.bundle.profiles[0]
    german = cluster_name(profile.name, translator_for("de"))
    for name in (profile.name.upper(), german):
        assert "no. 0," in text_of(await world.say(world.listener, f"!cluster {name}"))
    answer = await world.say(world.listener, "!cluster 4000")
    assert is_sentence(answer)
    assert "numbered from 0" in text_of(answer)


@pytest.mark.parametrize(
    "text",
    [
        "Bohemian Rhapsody to Counting Stars",
        "from Bohemian Rhapsody to Counting Stars",
        "von Bohemian Rhapsody nach Counting Stars",
        "Bohemian Rhapsody bis Counting Stars",
        "Bohemian Rhapsody zu Counting Stars",
        "Bohemian Rhapsody > Counting Stars",
        "Bohemian Rhapsody → Counting Stars",
        "Bohemian Rhapsody + Counting Stars",
        "Bohemian Rhapsody & Counting Stars",
        "Bohemian Rhapsody, Counting Stars",
        "Bohemian Rhapsody and Counting Stars",
        "Bohemian Rhapsody und Counting Stars",
        "Bohemian Rhapsody to Counting Stars 6",
        "Bohemian Rhapsody to Counting Stars 6 songs",
    ],
)
async def test_a_path_understands_the_separator_of_its_songs(world: World, text: str) -> None:
    words = everything_in(embed_of(await world.say(world.listener, f"!path {text}")))
    assert "Bohemian Rhapsody" in words
    assert "Counting Stars" in words
    assert len(re.findall(r"^`", words, re.MULTILINE)) == (6 if "6" in text else 8)


@pytest.mark.parametrize(
    ("text", "added", "removed"),
    [
        ("Bohemian Rhapsody + Counting Stars", 2, 0),
        ("Bohemian Rhapsody & Counting Stars", 2, 0),
        ("Bohemian Rhapsody and Counting Stars", 2, 0),
        ("Bohemian Rhapsody, Counting Stars und Hotel California", 3, 0),
        ("Bohemian Rhapsody mit Counting Stars", 2, 0),
        ("Bohemian Rhapsody + Counting Stars ohne Hotel California", 2, 1),
    ],
)
async def test_a_mix_understands_the_separators_of_its_songs(
    world: World, text: str, added: int, removed: int
) -> None:
    scope = world.services.scope.nowhere
    found = await world.services.playlists.blend.from_text(text, scope)
    assert (len(found.added), len(found.removed)) == (added, removed)


async def test_a_name_with_a_plus_is_one_name(world: World) -> None:
    scope = world.services.scope.nowhere
    found = await scope.serving.tracks.by_artist(["Dan + Shay"])
    title = base_title(found[0].title)
    for text in (f"{title} by Dan + Shay + Counting Stars", f"Counting Stars + Dan + Shay - {title}"):
        mixed = await world.services.playlists.blend.from_text(text, scope)
        assert {song.artists[0] for song in mixed.added} == {"Dan + Shay", "OneRepublic"}
        assert not mixed.removed


async def test_a_radio_goes_on_and_stops_by_word(world: World) -> None:
    await world.say(world.listener, "!radio Bohemian Rhapsody")
    assert "song 2" in text_of(await world.say(world.listener, "!radio next"))
    assert "song 3" in text_of(await world.say(world.listener, "!radio"))
    assert "off" in text_of(await world.say(world.listener, "!radio STOP"))
    assert "no radio" in text_of(await world.say(world.listener, "!radio next"))
    assert "no radio" in text_of(await world.say(world.listener, "!radio stop"))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("!session strat", "mean `!session start`"),
        ("!session strat blend", "`!session start blend`"),
        ("!hotlist refrsh", "mean `!hotlist refresh`"),
        ("!hotlist nonsense", "hotlist source"),
        ("!block Queen", "`!block artist Queen`"),
        ("!block Hotel California", "`!block song Hotel California`"),
        ("!unblock Queen", "`!unblock artist Queen`"),
        ("!settings lgo", "`!settings log`"),
        ("!session help", "`!help session`"),
        ("!recomend Bohemian Rhapsody", "`!recommend Bohemian Rhapsody`"),
        ("!reccomend Bohemian_Rhapsody", "`!recommend Bohemian_Rhapsody`"),
        ("!playlits chill", "`!playlist chill`"),
    ],
)
async def test_similar_commands_are_suggested(world: World, text: str, meant: str) -> None:
    answer = await world.say(world.moderator, text)
    assert is_sentence(answer)
    assert meant in text_of(answer)


async def test_subcommands_are_taken_in_any_case(world: World) -> None:
    await world.moderator.send(world.music, "!Session START")
    assert await world.services.sessions.listen.open_in(world.music.id) is not None
    assert "Never recommended here" in text_of(await world.say(world.moderator, "!Block LIST"))


async def test_hints_have_the_servers_prefix_and_real_backticks(world: World) -> None:
    await world.services.guilds.settings.change(world.guild.id, 1, prefix="?")
    assert "`?session start`" in text_of(await world.say(world.listener, "?session"))
    assert "`?hotlist refresh`" in text_of(await world.say(world.listener, "?hotlist"))
    assert "`?recommend Bohemian Rhapsody`" in text_of(await world.say(world.listener, "?recommend"))
    assert "`?recommend x`" in text_of(await world.say(world.listener, "?recomend x"))


@pytest.mark.parametrize("command", ["similar", "map", "blend", "cluster", "path"])
async def test_a_command_that_lacks_its_song_shows_an_example(world: World, command: str) -> None:
    answer = await world.say(world.listener, f"!{command}")
    assert is_sentence(answer)
    assert f"`!{command} " in text_of(answer)


async def test_a_mention_is_answered(world: World) -> None:
    me = world.env.bot.user
    assert me is not None
    for text in (
        "Bohemian Rhapsody",
        ", Bohemian Rhapsody",
        ", recommend Bohemian Rhapsody",
        " recommend Bohemian Rhapsody",
    ):
        answer = await world.say(world.listener, f"<@{me.id}>{' ' if text[0] not in ' ,' else ''}{text}")
        assert "Bohemian Rhapsody" in footer(answer)
    assert "recommend" in text_of(await world.say(world.listener, f"<@{me.id}>"))
    assert len([message for message in world.music.history() if message.author.bot]) == 5


async def test_a_direct_message_is_answered(world: World) -> None:
    for text, told in {
        "Bohemian Rhapsody": "Bohemian Rhapsody",
        f"https://open.spotify.com/track/{BOHEMIAN}": "Bohemian Rhapsody",
        "similar Bohemian Rhapsody": "Near",
        "help": "recommend",
        "!recommend Bohemian Rhapsody": "Bohemian Rhapsody",
    }.items():
        await world.listener.send_dm(text)
        [*_, last] = world.listener.user.dm_channel.history()
        assert last.author.bot
        assert told in text_of(last)


async def test_a_reply_recommends_from_what_it_replies_to(world: World) -> None:
    named = await world.friend.send(world.music, "Bohemian Rhapsody")
    await world.listener.send(world.music, "!recommend", reply_to=named)
    assert "Bohemian Rhapsody" in footer(world.music.last_message)
    me = world.env.bot.user
    assert me is not None
    await world.listener.send(world.music, f"<@{me.id}>", reply_to=named)
    assert "Bohemian Rhapsody" in footer(world.music.last_message)


@pytest.mark.parametrize(
    ("content", "embed"),
    [
        (
            "",
            discord.Embed(title="Now Playing", description="[Queen - Bohemian Rhapsody](https://youtu.be/x)"),
        ),
        ("", discord.Embed(title="Bohemian Rhapsody", description="3:55").set_author(name="Now playing")),
        ("**Now playing:** Bohemian Rhapsody", None),
        ("Now playing 🎶\n**Queen - Bohemian Rhapsody** `5:55`", None),
        ("1. Queen - Bohemian Rhapsody\n2. Eagles - Hotel California", None),
    ],
)
async def test_a_song_is_taken_from_what_other_bots_post(
    world: World, content: str, embed: discord.Embed | None
) -> None:
    channel = world.env.bot.get_channel(world.music.id)
    assert isinstance(channel, discord.TextChannel)
    posted = await channel.send(content or None, embed=embed)
    answer = await world.listener.context_menu(world.music, "Recommend from this", posted)
    assert "Bohemian Rhapsody" in footer(answer)


async def test_a_song_is_taken_from_a_forwarded_message(world: World) -> None:
    named = await world.friend.send(world.music, "Bohemian Rhapsody")
    forwarded = await world.friend.forward(named, world.music)
    answer = await world.listener.context_menu(world.music, "Recommend from this", forwarded)
    assert "Bohemian Rhapsody" in footer(answer)


async def test_without_the_message_content_intent_mentions_are_answered(state: Path) -> None:
    async with open_world(settings_for(state), message_content=False) as world:
        me = world.env.bot.user
        assert me is not None
        answer = await world.say(world.listener, f"<@{me.id}> Bohemian Rhapsody")
        assert "Bohemian Rhapsody" in footer(answer)
