"""`!recommend`, as somebody in a server uses it."""

import re
from dataclasses import replace
from pathlib import Path

import discord
import numpy as np
import pytest

from bot.domain.recommendations import Recommendation
from bot.domain.titles import same_song
from bot.wiring import open_services
from ml.serving.draw import FEWEST
from tests.support.model import popularity_of
from tests.support.outside import in_database
from tests.support.reading import (
    BOHEMIAN,
    artists_beside,
    button,
    buttons,
    cluster_of,
    embed_of,
    everything_in,
    is_sentence,
    menu,
    picked,
    picked_id,
    press,
    seen,
    text_of,
)
from tests.support.settings import settings_for
from tests.support.world import World, open_world

SPELLINGS = (
    "Bohemian Rhapsody",
    "BOHEMIAN rhapsody",
    "Bohémian Rhapsödy",
    "Queen - Bohemian Rhapsody",
    "Queen – Bohemian Rhapsody",
    "Bohemian Rhapsody - Queen",
    "bohemian rhapsody queen",
    "queen bohemian rhapsody",
    "Bohemian Rhapsody by Queen",
    "Bohemian Rhapsody - Remastered 2011",
    "Bohemian Rhapsody (Live)",
    "bohemian rapsody",
    "bohemian rapsody queen",
    "songs like bohemian rhapsody",
    "bohemian rhapsody official video",
    "bohemian rhap",
    "  Bohemian \n  Rhapsody ",
    "“Bohemian Rhapsody”",
    "https://open.spotify.com/track/4u7EnebtmKWzUH433cf5Qv",
    "https://open.spotify.com/track/4u7EnebtmKWzUH433cf5Qv?si=0123456789abcdef&utm_source=copy-link",
    "https://open.spotify.com/intl-de/track/4u7EnebtmKWzUH433cf5Qv?si=0123456789abcdef",
    "https://open.spotify.com/intl-pt-BR/track/4u7EnebtmKWzUH433cf5Qv",
    "https://open.spotify.com/embed/track/4u7EnebtmKWzUH433cf5Qv",
    "https://open.spotify.com/track/4u7EnebtmKWzUH433cf5Qv/",
    "open.spotify.com/track/4u7EnebtmKWzUH433cf5Qv",
    "<https://open.spotify.com/track/4u7EnebtmKWzUH433cf5Qv>",
    "this one https://open.spotify.com/track/4u7EnebtmKWzUH433cf5Qv please",
    "spotify:track:4u7EnebtmKWzUH433cf5Qv",
)


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_every_spelling_finds_the_song(world: World, spelling: str) -> None:
    answer = await world.say(world.listener, f"!recommend {spelling}")
    embed = embed_of(answer)
    assert embed.footer.text is not None
    assert "Bohemian Rhapsody" in embed.footer.text
    assert "Queen" in embed.footer.text
    assert embed.title
    assert "Bohemian" not in embed.title
    assert (embed.url or "").startswith("https://open.spotify.com/track/")


async def test_the_answer_names_song_artists_reason_and_where_to_listen(world: World) -> None:
    answer = await world.say(world.listener, "!recommend Bohemian Rhapsody")
    embed = embed_of(answer)
    pick = await picked(world, answer)
    assert embed.title == discord.utils.escape_markdown(pick.title)
    words = everything_in(embed)
    assert all(discord.utils.escape_markdown(artist) in words for artist in pick.artists)
    cluster = await cluster_of(world, BOHEMIAN)
    assert world.services.models.recommender.profile(cluster).name in words
    assert embed.url == f"https://open.spotify.com/track/{pick.id}"
    link = button(answer, "Open in Spotify")
    assert link.style is discord.ButtonStyle.link
    assert link.url == embed.url
    assert button(answer, "Another").custom_id


async def test_the_pick_is_of_the_songs_own_cluster(world: World) -> None:
    cluster = await cluster_of(world, BOHEMIAN)
    beside = await artists_beside(world, BOHEMIAN)
    assert beside > FEWEST
    for _ in range(beside - FEWEST):  # with fewer songs left the draw takes in the nearest cluster's
        answer = await world.say(world.listener, "!recommend Bohemian Rhapsody")
        assert await cluster_of(world, picked_id(answer)) == cluster


async def test_asked_again_it_is_another_song(world: World) -> None:
    picks = {picked_id(await world.say(world.listener, "!recommend Bohemian Rhapsody")) for _ in range(8)}
    assert len(picks) == 8


async def test_different_draws_differ(state: Path) -> None:
    picks = set()
    for seed in range(6):
        async with open_world(settings_for(state), seed=seed) as world:
            channel = world.guild.create_text_channel(f"music-{seed}")
            await world.listener.send(channel, "!recommend Bohemian Rhapsody")
            picks.add(picked_id(channel.last_message))
    assert len(picks) > 1


async def test_another_never_repeats_runs_dry_or_gives_a_version_of_the_song(world: World) -> None:
    answer = await world.say(world.listener, "!recommend Lizzo - About Damn Time")
    seed = ("About Damn Time", ("Lizzo",))
    songs: list[tuple[str, tuple[str, ...]]] = []
    for _ in range(60):
        pick = await picked(world, answer)
        assert not same_song(pick.title, pick.artists, *seed)
        assert not any(same_song(pick.title, pick.artists, *earlier) for earlier in songs)
        songs.append((pick.title, pick.artists))
        answer = await press(world, world.friend, answer, "Another")


async def test_hidden_songs_are_asked_for_by_slash_and_another_stays_with_them(world: World) -> None:
    known: dict[str, list[float]] = {}
    for prefer in ("well known", "hidden"):
        channel = world.guild.create_text_channel(prefer.split()[0])
        asked = await world.listener.slash(channel, "recommend", song="Mr. Brightside", prefer=prefer)
        answer, rows = seen(asked), []
        for _ in range(12):
            row = (await picked(world, answer)).row
            assert row is not None
            rows.append(row)
            answer = seen(await press(world, world.friend, answer, "Another"))
        known[prefer] = popularity_of(world.services.models.recommender, rows)
    assert np.nanmean(known["well known"]) > np.nanmean(known["hidden"]) + 5


async def test_another_works_after_a_restart(world: World) -> None:
    answer = await world.say(world.listener, "!recommend Bohemian Rhapsody")
    await world.restart()
    again = await press(world, world.friend, answer, "Another")
    assert picked_id(again) != picked_id(answer)
    assert "Bohemian Rhapsody" in (embed_of(again).footer.text or "")
    assert await cluster_of(world, picked_id(again)) == await cluster_of(world, BOHEMIAN)
    assert not seen(again).flags.ephemeral
    third = await press(world, world.listener, again, "Another")
    assert picked_id(third) not in (picked_id(again), picked_id(answer))


async def test_when_a_cluster_is_used_up_the_nearest_follows_and_the_reason_says_so(world: World) -> None:
    cluster = await cluster_of(world, BOHEMIAN)
    size = world.services.models.recommender.profile(cluster).size
    answer = await world.say(world.listener, "!recommend Bohemian Rhapsody")
    own_reason = everything_in(embed_of(answer))
    for _ in range(size + 1):
        if await cluster_of(world, picked_id(answer)) != cluster:
            break
        answer = await press(world, world.listener, answer, "Another")
    other = await cluster_of(world, picked_id(answer))
    assert other != cluster
    reason = everything_in(embed_of(answer))
    assert world.services.models.recommender.profile(other).name in reason
    assert "nearest" in reason
    assert "nearest" not in own_reason


async def test_two_channels_do_not_share_what_was_picked(world: World) -> None:
    cluster = await cluster_of(world, BOHEMIAN)
    answer = await world.say(world.listener, "!recommend Bohemian Rhapsody")
    while await cluster_of(world, picked_id(answer)) == cluster:
        answer = await press(world, world.listener, answer, "Another")
    quiet = world.guild.create_text_channel("quiet")
    await world.listener.send(quiet, "!recommend Bohemian Rhapsody")
    assert await cluster_of(world, picked_id(quiet.last_message)) == cluster


async def test_at_most_two_songs_by_one_artist_in_ten(world: World) -> None:
    answer = await world.say(world.listener, "!recommend Bohemian Rhapsody")
    artists: list[str] = []
    for _ in range(45):
        artists.append((await picked(world, answer)).artists[0])
        answer = await press(world, world.listener, answer, "Another")
    for start in range(len(artists) - 9):
        ten = artists[start : start + 10]
        assert max(map(ten.count, ten)) <= 2, ten


async def test_several_songs_of_one_name_give_a_choice(world: World) -> None:
    question = await world.say(world.listener, "!recommend Painkiller")
    choices = menu(question).options
    assert [choice.label for choice in choices[:2]] == ["Painkiller", "Painkiller"]
    first, other = choices[:2]
    assert "Three Days Grace" in (first.description or "")
    answer = await world.listener.select(question, [other.value])
    assert "Judas Priest" in (embed_of(answer).footer.text or "")
    assert await cluster_of(world, picked_id(answer)) == await cluster_of(world, other.value)
    await world.restart()
    answer = await world.listener.select(question, [first.value])
    assert "Three Days Grace" in (embed_of(answer).footer.text or "")
    assert await cluster_of(world, picked_id(answer)) == await cluster_of(world, first.value)
    assert picked_id(await press(world, world.friend, answer, "Another")) != picked_id(answer)


async def test_the_artist_settles_which_song_is_meant(world: World) -> None:
    answer = await world.say(world.listener, "!recommend Eminem - Without Me")
    assert "Eminem" in (embed_of(answer).footer.text or "")


async def test_the_best_known_song_of_a_name_is_meant_and_the_others_are_one_press_away(world: World) -> None:
    answer = await world.say(world.listener, "!recommend Without Me")
    assert "Eminem" in (embed_of(answer).footer.text or "")
    others = menu(answer)
    assert others.placeholder == "Not this one? ▾"
    assert [option.label for option in others.options] == ["Without Me (feat. Danni Carra)"]
    answer = await world.listener.select(answer, [others.options[0].value])
    assert "MitiS" in (embed_of(answer).footer.text or "")


async def test_an_unknown_song_gives_buttons_of_similar_titles(world: World) -> None:
    question = await world.say(world.listener, "!recommend Bohemian Raspberry Jam")
    assert embed_of(question).title == "Did you mean …?"
    assert "Bohemian Raspberry Jam" in (embed_of(question).description or "")
    [near, *_] = buttons(question)
    assert "Bohemian Rhapsody" in (near.label or "")
    answer = await press(world, world.listener, question, near.label or "")
    assert "Bohemian Rhapsody" in (embed_of(answer).footer.text or "")


async def test_a_misspelling_that_may_be_another_song_is_a_question(world: World) -> None:
    question = await world.say(world.listener, "!recommend love yourself")
    assert embed_of(question).title == "Did you mean …?"
    assert any("Lose Yourself" in (button.label or "") for button in buttons(question))
    told = await press(world, world.friend, question, buttons(question)[0].label or "")
    assert "somebody else" in text_of(told)


async def test_an_artist_alone_is_asked_for_a_song_or_answered_by_the_sound(world: World) -> None:
    question = await world.say(world.listener, "!recommend Queen")
    assert embed_of(question).title == "Which song by Queen?"
    assert all("Queen" in (option.description or "") for option in menu(question).options)
    answer = await press(world, world.listener, question, "Any of them")
    assert re.search(r"Going by \d+ songs by Queen\.", embed_of(answer).description or "")
    assert "For Queen" in (embed_of(answer).footer.text or "")
    assert "Queen" not in str(embed_of(answer).title)
    again = await press(world, world.listener, answer, "Another")
    assert picked_id(again) != picked_id(answer)


async def test_a_named_artist_is_never_dropped(world: World) -> None:
    answer = await world.say(world.listener, "!recommend The Beatles - In My Life - Remastered 2009")
    said = embed_of(answer)
    assert re.search(r"going by \d+ other songs by The Beatles", said.description or "")
    assert "by The Beatles" in (said.footer.text or "")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("!recommend", "recommend Bohemian Rhapsody"),
        ("!recommend    ", "recommend Bohemian Rhapsody"),
        ("!recommend qqqqzzzzxxxx wwwwvvvv", "spelling"),
        ("!recommend " + "la " * 90, "too long"),
        ("!recommend " + "x" * 1_900, "too long"),
        ("!recommend https://open.spotify.com/album/1GbtB4zTqAsyfZEsm1RZfx", "album"),
        ("!recommend https://open.spotify.com/intl-fr/playlist/37i9dQZEVXbMDoHDwVN2tF", "playlist"),
        ("!recommend spotify:artist:1dfeR4HaWDbWqFHLkxsg1d", "artist"),
        ("!recommend https://spotify.link/AbCdEfGhIj", "short link"),
        ("!recommend https://open.spotify.com/track/4u7Eneb", "not complete"),
        ("!recommend https://open.spotify.com/track/", "link"),
        ("!recommend https://open.spotify.com/", "link"),
        ("!recommend spotify:track:zzz", "not complete"),
    ],
)
async def test_what_cannot_be_a_song_gets_one_friendly_sentence(world: World, asked: str, says: str) -> None:
    answer = await world.say(world.listener, asked)
    assert is_sentence(answer), answer.content
    assert says in answer.content
    assert answer.reference is not None


@pytest.mark.parametrize(
    "signs", ["!!!", "?", "÷", "()", "-", " - ", "\u200b", "*", '"', "a", "🎵", "' OR 1=1"]
)
async def test_signs_and_single_letters_get_an_answer_too(world: World, signs: str) -> None:
    answer = await world.say(world.listener, f"!recommend {signs}")
    assert answer.embeds or is_sentence(answer), answer.content


async def test_the_slash_command_answers_the_same(world: World) -> None:
    answer = await world.listener.slash(world.music, "recommend", song="bohemian rapsody")
    assert not answer.ephemeral
    assert "Bohemian Rhapsody" in (embed_of(answer).footer.text or "")
    assert await cluster_of(world, picked_id(answer)) == await cluster_of(world, BOHEMIAN)
    again = await press(world, world.listener, answer, "Another")
    assert picked_id(again) != picked_id(answer)


@pytest.mark.parametrize(
    "song", ["spotify:track:zzz", "https://open.spotify.com/album/1GbtB4zTqAsyfZEsm1RZfx", "x" * 1_000]
)
async def test_what_goes_wrong_with_a_slash_command_is_seen_by_the_asker_alone(
    world: World, song: str
) -> None:
    answer = await world.listener.slash(world.music, "recommend", song=song)
    assert is_sentence(answer)
    assert seen(answer).flags.ephemeral


async def test_an_unknown_song_in_a_slash_command_gets_its_sentence_too(world: World) -> None:
    answer = await world.listener.slash(world.music, "recommend", song="qqqqzzzzxxxx wwwwvvvv")
    assert is_sentence(answer)
    assert "spelling" in text_of(answer)


async def test_a_mention_works_as_a_prefix(world: World) -> None:
    bot = world.env.bot.user
    assert bot is not None
    answer = await world.say(world.listener, f"<@{bot.id}> recommend Bohemian Rhapsody")
    assert "Bohemian Rhapsody" in (embed_of(answer).footer.text or "")


@pytest.mark.parametrize("command", ["!r", "!rec", "!RECOMMEND", "! recommend"])
async def test_short_names_and_other_cases_work(world: World, command: str) -> None:
    answer = await world.say(world.listener, f"{command} Bohemian Rhapsody")
    assert "Bohemian Rhapsody" in (embed_of(answer).footer.text or "")


async def test_a_direct_message_is_answered(world: World) -> None:
    await world.listener.send_dm("!recommend Bohemian Rhapsody")
    answer = world.listener.user.dm_channel.last_message
    assert "Bohemian Rhapsody" in (embed_of(answer).footer.text or "")


async def test_without_message_content_slash_commands_and_mentions_still_work(state: Path) -> None:
    async with open_world(settings_for(state), message_content=False) as world:
        await world.listener.send(world.music, "!recommend Bohemian Rhapsody")
        assert not world.music.last_message.author.bot
        assert world.env.bot.user is not None
        mention = f"<@{world.env.bot.user.id}> recommend Bohemian Rhapsody"
        assert embed_of(await world.say(world.listener, mention)).url
        assert embed_of(await world.listener.slash(world.music, "recommend", song="Bohemian Rhapsody")).url


async def test_explicit_songs_stay_out_where_they_are_not_wanted(state: Path) -> None:
    async with open_world(settings_for(state, explicit="never")) as world:
        answer = await world.say(world.friend, "!recommend Eminem - Without Me")
        for _ in range(15):
            assert not (await picked(world, answer)).explicit
            answer = await press(world, world.listener, answer, "Another")
    async with open_world(settings_for(state, explicit="always")) as world:
        answer = await world.say(world.listener, "!recommend Eminem - Without Me")
        explicit = []
        for _ in range(15):
            explicit.append((await picked(world, answer)).explicit)
            answer = await press(world, world.listener, answer, "Another")
        assert any(explicit)


async def test_a_command_that_does_not_exist_is_left_unanswered(world: World) -> None:
    await world.listener.send(world.music, "!play Bohemian Rhapsody")
    await world.listener.send(world.music, "!r 2d6")
    await world.listener.send(world.music, "!r d20 + 4")
    await world.listener.send(world.music, "just talking about Bohemian Rhapsody")
    assert not any(message.author.bot for message in world.music.history())


async def test_no_answer_shows_internal_words(world: World) -> None:
    words = text_of(await world.say(world.listener, "!recommend Bohemian Rhapsody"))
    assert not re.search(r"None|nan|np\.|cluster \d|<.*object", words)


async def test_recent_picks_survive_a_restart(state: Path) -> None:
    settings = settings_for(state)
    async with open_services(settings, rng=np.random.default_rng(5)) as services:
        await services.models.load()
        first = await services.recommend.song(
            "Bohemian Rhapsody", replace(services.scope.nowhere, channel=42)
        )
        assert isinstance(first, Recommendation)
    remembered = in_database(state, "SELECT track_id FROM recommendations WHERE channel = 42")
    assert remembered == [(first.pick.id,)]
