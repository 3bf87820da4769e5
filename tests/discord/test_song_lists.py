"""`!expand`: playlists that people bring along."""

from tests.discord.test_playlist import songs_of
from tests.support.reading import embed_of, is_sentence, press, text_of
from tests.support.world import World

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


async def test_our_own_export_can_be_imported(world: World) -> None:
    made = await world.say(world.listener, "!playlist chill 8")
    songs = await songs_of(world, made)
    [file] = [one for one in made.attachments if one.filename.endswith(".xspf")]
    data = await file.read()
    await world.listener.send(world.music, "!playlist", attachments=[("mine.xspf", data)])
    assert f"{len(songs)} of {len(songs)} songs known" in embed_of(world.music.last_message).description


async def test_what_is_no_list_is_a_sentence(world: World) -> None:
    assert is_sentence(await world.say(world.listener, "!expand"))
    link = await world.say(world.listener, "!expand https://open.spotify.com/playlist/37i9dQZF1DXcBWIGoYBM5M")
    assert is_sentence(link)
    assert "CSV" in text_of(link)
    assert is_sentence(await world.say(world.listener, "!expand qzxv wrtk\nzzzyx vvvq"))
