"""`!expand`: playlists that people bring along."""

from pathlib import Path

import pytest

from bot.domain.sessions import MOST_QUEUED
from tests.discord.test_playlist import songs_of
from tests.support.outside import open_outside
from tests.support.party import party
from tests.support.reading import embed_of, is_sentence, press, text_of
from tests.support.stand_ins.songs import Song, made_up_id, made_up_song
from tests.support.world import World, open_world

LINES = """Queen - Bohemian Rhapsody
Radiohead - Creep
Nobody At All - Qzxv Wrtk
Aerosmith - Dream On
Eagles - Hotel California
Nirvana - Come As You Are"""


async def test_pasted_lines_are_known_expanded_and_judged(world: World) -> None:
    answer = await world.say(world.listener, f"!expand {LINES}")
    about = embed_of(answer).description
    assert "5 of 6 songs known" in about
    assert "Qzxv Wrtk" in about

    more = await songs_of(world, await press(world, world.friend, answer, "More like it"))
    assert len(more) >= 5
    listed = {"bohemian rhapsody", "creep", "dream on", "hotel california", "come as you are"}
    assert not listed & {song.title.casefold() for song in more}

    await world.restart()
    smooth = await songs_of(world, await press(world, world.listener, answer, "In a smooth order"))
    assert len(smooth) == 5
    odd = await press(world, world.listener, answer, "What does not fit?")
    assert len(embed_of(odd).description.splitlines()) == 3


async def test_a_line_longer_than_a_song_is_unknown(world: World) -> None:
    """Looking it up would hold the bot for seconds."""
    long = "Aerosmith - Dream On" + " (Remastered 2012)" * 11
    about = embed_of(await world.say(world.listener, f"!expand {LINES}\n{long}")).description
    assert "5 of 7 songs known" in about


async def test_the_only_song_of_a_list_is_named_where_nobody_knows_it(world: World) -> None:
    answer = await world.say(world.listener, "!expand Nobody At All - Qzxv Wrtk")
    assert is_sentence(answer)
    assert "Qzxv Wrtk" in text_of(answer)


async def test_our_own_export_can_be_imported(world: World) -> None:
    made = await world.say(world.listener, "!playlist chill 8")
    songs = await songs_of(world, made)
    [file] = [one for one in made.attachments if one.filename.endswith(".xspf")]
    data = await file.read()
    await world.listener.send(world.music, "!playlist", attachments=[("mine.xspf", data)])
    assert f"{len(songs)} of {len(songs)} songs known" in embed_of(world.music.last_message).description


async def test_a_radio_of_a_list_plays_near_its_songs_in_turn(world: World) -> None:
    answer = await world.say(world.listener, f"!radio {LINES}")
    assert "5 of 6 songs known" in text_of(answer)
    assert "Qzxv Wrtk" in text_of(answer)
    near = []
    for _ in range(5):
        near.append((embed_of(answer).footer.text or "").rpartition(" near ")[2])
        answer = await press(world, world.friend, answer, "Next song")
    assert [name.split(" by ")[-1] for name in near] == [
        "Queen",
        "Radiohead",
        "Aerosmith",
        "Eagles",
        "Nirvana",
    ]
    await world.restart()
    again = await press(world, world.friend, answer, "Next song")
    assert "song 7" in text_of(again)


async def test_a_blend_of_a_list_answers_near_many_of_its_songs(world: World) -> None:
    answer = await world.say(world.listener, f"!blend {LINES}")
    assert "5 of 6 songs known" in text_of(answer)
    near = [line for line in embed_of(answer).description.splitlines() if line.startswith("-# near")]
    assert len(near) == 12
    assert len(set(near)) == 5


async def test_a_list_is_added_to_a_session_as_far_as_there_is_room(state: Path) -> None:
    async with party(state) as found:
        _, guest, _ = found.people
        asked = await found.say(guest, f"!session add {LINES}")
        assert "5 songs are in the queue" in text_of(asked)
        assert "Qzxv Wrtk" in text_of(asked)
        songs = await found.world.services.scope.nowhere.serving.tracks.popular(80)
        links = " ".join(track.url for track in songs)
        await found.world.env.settle()
        file = [("mine.txt", links.encode())]
        await guest.send(found.world.music, "!session add", attachments=file)
        text = text_of(found.world.music.last_message)
        assert "20 songs are in the queue" in text
        assert "found no room: 25 songs of yours" in text
        session = await found.session()
        assert sum(queued.user == guest.id for queued in session.queue) == MOST_QUEUED
        again = await found.add(guest, LINES)
        assert is_sentence(again)


async def test_several_links_are_a_list(world: World) -> None:
    serving = world.services.scope.nowhere.serving
    links = " ".join(track.url for track in await serving.tracks.popular(3))
    for command in ("playlist", "expand", "radio", "blend"):
        assert "3 of 3 songs known" in text_of(await world.say(world.listener, f"!{command} {links}"))


async def test_a_file_comes_by_slash_too(world: World) -> None:
    file = ("mine.txt", LINES.encode())
    for command in ("playlist", "radio"):
        answer = await world.listener.slash(world.music, command, file=file)
        assert "5 of 6 songs known" in text_of(answer)


@pytest.mark.parametrize("allowed", [True, False])
async def test_a_playlists_link_is_read_where_spotify_allows_it(state: Path, allowed: bool) -> None:
    road = made_up_id(500)
    async with (
        open_outside(state, []) as outside,
        open_world(outside.settings(covers=False, outside_seconds=10.0)) as world,
    ):
        popular = await world.services.scope.nowhere.serving.tracks.popular(5)
        songs = [Song(track.id, track.title, track.artists) for track in popular]
        outside.spotify.playlists[road] = [*songs, made_up_song(7, "Qzxv Wrtk")]
        outside.spotify.playlists_open = allowed
        for command in ("radio", "blend", "playlist"):
            link = f"https://open.spotify.com/playlist/{road}?si=abc"
            answer = await world.say(world.listener, f"!{command} {link}")
            if allowed:
                assert "5 of 6 songs known" in text_of(answer)
                assert "Qzxv Wrtk" in text_of(answer)
            else:
                assert is_sentence(answer)
                assert "Exportify" in text_of(answer)


async def test_what_is_no_list_is_a_sentence(world: World) -> None:
    assert is_sentence(await world.say(world.listener, "!expand"))
    link = await world.say(world.listener, "!expand https://open.spotify.com/playlist/37i9dQZF1DXcBWIGoYBM5M")
    assert is_sentence(link)
    assert "CSV" in text_of(link)
    assert is_sentence(await world.say(world.listener, "!expand qzxv wrtk\nzzzyx vvvq"))
