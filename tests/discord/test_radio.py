"""`!radio`: song after song in a channel, each near the last, none twice."""

import asyncio
from pathlib import Path
from typing import Any

from bot.services.playlists.radio import REMEMBERED
from bot.storage.state.radios import StoredRadio
from tests.discord.test_checks_and_errors import HOSTILE, check_limits, world_of
from tests.support.outside import in_database, make_old
from tests.support.reading import (
    BOHEMIAN,
    button,
    embed_of,
    is_sentence,
    is_unknown,
    menu,
    picked,
    picked_id,
    press,
    seen,
    text_of,
)
from tests.support.world import World, run_job

BEGIN = "!radio Bohemian Rhapsody"


async def vote(who: Any, answer: Any, way: str) -> Any:
    """Press 👍 (`like`) or 👎 (`dislike`)."""
    return await who.click(seen(answer), custom_id=f"{way}:{picked_id(answer)}")


async def test_it_plays_on_and_never_the_same(world: World) -> None:
    answer = await world.say(world.listener, BEGIN)
    assert "Bohemian Rhapsody" in text_of(answer)
    heard = [BOHEMIAN, picked_id(answer)]
    for _ in range(12):
        answer = await press(world, world.friend, answer, "Next song")
        heard.append(picked_id(answer))
    assert len(set(heard)) == len(heard)
    assert "song 13" in text_of(answer)
    assert "song 14" in text_of(await world.say(world.listener, "!radio"))


async def test_it_goes_on_where_it_was_after_a_restart(world: World, state: Path) -> None:
    answer = await world.say(world.listener, BEGIN)
    heard = {picked_id(answer)}
    await world.restart()
    again = await press(world, world.friend, answer, "Next song")
    assert picked_id(again) not in heard
    assert "song 2" in text_of(again)
    assert in_database(state, "SELECT played FROM radios") == [(2,)]


async def test_simultaneous_presses_get_a_song_each(world: World) -> None:
    await world.say(world.listener, BEGIN)
    scope = await world.services.scope(world.music.id, guild=world.guild.id, user=1, age_restricted=False)
    songs = await asyncio.gather(*(world.services.playlists.radio.next(scope) for _ in range(20)))
    assert sorted(song.number for song in songs) == list(range(2, 22))
    assert len({song.track.id for song in songs}) == 20


async def test_within_two_hundred_songs_none_comes_again_whatever_begins(world: World, state: Path) -> None:
    scope = await world.services.scope(world.music.id, guild=world.guild.id, user=1, age_restricted=False)
    await world.services.playlists.radio.begin("Bohemian Rhapsody", scope)
    songs = [await world.services.playlists.radio.next(scope) for _ in range(REMEMBERED // 2)]
    songs.append(await world.services.playlists.radio.begin("Counting Stars", scope))  # type: ignore[arg-type]
    songs += [await world.services.playlists.radio.next(scope) for _ in range(REMEMBERED // 2 - 2)]
    tracks = [song.track for song in songs]
    assert not any(one.is_version_of(other) for at, one in enumerate(tracks) for other in tracks[:at])
    artists = [track.artists[0] for track in tracks]
    assert all(artist not in artists[max(0, at - 10) : at] for at, artist in enumerate(artists))
    assert in_database(state, "SELECT count(*) FROM radio_songs") == [(REMEMBERED,)]
    for _ in range(3):
        await world.services.playlists.radio.next(scope)
    assert in_database(state, "SELECT count(*) FROM radio_songs") == [(REMEMBERED,)]


async def test_two_servers_and_two_channels_have_radios_of_their_own(world: World) -> None:
    other = world.env.create_guild("Elsewhere")
    channel = other.create_text_channel("music")
    stranger = other.add_member(world.env.create_user("stranger"))
    await world.say(world.listener, BEGIN)
    await stranger.send(channel, "!radio")
    assert is_sentence(channel.last_message)
    await stranger.send(channel, "!radio Counting Stars")
    assert "Counting Stars" in text_of(channel.last_message)
    assert "song 1" in text_of(channel.last_message)
    corner = world.guild.create_text_channel("corner")
    await world.listener.send(corner, "!radio")
    assert is_sentence(corner.last_message)
    mine = await world.say(world.listener, "!radio")
    assert "Bohemian Rhapsody" in text_of(mine)
    assert "song 2" in text_of(mine)


async def radio_of(world: World, guild: int, user: int) -> StoredRadio:
    radio = await world.services.playlists.radio._radios.of(world.music.id, guild=guild, user=user)
    assert radio is not None
    return radio


async def test_opinions_of_the_server_steer_the_radio(world: World) -> None:
    first = await world.say(world.listener, BEGIN)
    second = await press(world, world.listener, first, "Next song")
    await vote(world.listener, first, "like")
    await vote(world.listener, second, "dislike")
    liked, disliked = picked_id(first), picked_id(second)
    radio = await radio_of(world, world.guild.id, world.listener.id)
    assert (radio.liked, radio.disliked) == ((liked,), (disliked,))
    elsewhere = await radio_of(world, world.guild.id + 1, world.listener.id)
    assert (elsewhere.liked, elsewhere.disliked) == ((), ())
    await vote(world.friend, first, "dislike")
    await world.services.guilds.privacy.forget(world.listener.id)
    radio = await radio_of(world, world.guild.id, world.listener.id)
    assert (radio.liked, radio.disliked) == ((), (liked,))
    await world.say(world.listener, "!radio Counting Stars")
    radio = await radio_of(world, world.guild.id, world.listener.id)
    assert (radio.liked, radio.disliked) == ((), ())


async def test_in_direct_messages_the_users_own_opinions_count(world: World) -> None:
    user = world.listener.user
    await user.send_dm(BEGIN)
    answer = user.dm_channel.last_message
    await vote(user, answer, "dislike")
    radio = await world.services.playlists.radio._radios.of(user.dm_channel.id, guild=None, user=user.id)
    assert radio is not None
    assert radio.disliked == (picked_id(answer),)
    stranger = await world.services.playlists.radio._radios.of(user.dm_channel.id, guild=None, user=1)
    assert stranger is not None
    assert stranger.disliked == ()


async def test_after_a_dislike_it_goes_on_elsewhere(world: World) -> None:
    recommender = world.services.models.recommender
    answer = await world.say(world.listener, BEGIN)
    for _ in range(3):
        await vote(world.friend, answer, "dislike")
        disliked = await picked(world, answer)
        answer = await press(world, world.listener, answer, "Next song")
        places = recommender.points_of([disliked.row or 0, (await picked(world, answer)).row or 0])
        assert ((places[0] - places[1]) ** 2).sum() ** 0.5 > 0.05 * recommender.usual_distance


async def test_an_unused_radio_is_deleted_with_its_history(world: World, state: Path) -> None:
    answer = await world.say(world.listener, BEGIN)
    make_old(state, "radios", "used_at")
    await run_job(world.services, "expire radios")
    for table in ("radios", "radio_songs"):
        assert in_database(state, f"SELECT count(*) FROM {table}") == [(0,)]
    assert is_sentence(await press(world, world.listener, answer, "Next song"))


async def test_a_shared_title_asks_first(world: World) -> None:
    asked = await world.say(world.listener, "!radio Rockstar")
    await world.restart()
    answer = await world.listener.select(asked, values=[menu(asked).options[1].value])
    assert button(answer, "Next song")
    assert menu(asked).options[1].label[:20] in text_of(answer)


async def test_without_a_radio_or_a_known_song_there_is_one_sentence(world: World, state: Path) -> None:
    for asked in ("!radio", "!radio no such song at all"):
        assert is_unknown(await world.say(world.listener, asked))
    assert in_database(state, "SELECT count(*) FROM radios") == [(0,)]


async def test_in_a_small_catalogue_it_ends_with_a_sentence_and_shows_titles_harmlessly(
    tmp_path: Path,
) -> None:
    calm = [f"Calm Song {number}" for number in range(10)]
    async with world_of(tmp_path, [*HOSTILE, *calm], artist="@everyone **&**") as world:
        answer = await world.say(world.listener, "!radio Calm Song 1")
        for _ in range(40):
            if is_sentence(answer):
                break
            embed = embed_of(answer)
            check_limits(embed)
            assert "@everyone" not in (embed.description or "")
            answer = await press(world, world.listener, answer, "Next song")
        assert is_sentence(answer)
        assert not seen(answer).mention_everyone
