"""`!map`: the song and its recommendation on a picture of all songs."""

from tests.support.reading import (
    BOHEMIAN,
    cluster_of,
    embed_of,
    is_sentence,
    menu,
    picked_id,
    press,
    seen,
    text_of,
)
from tests.support.world import World


async def test_a_recommendation_comes_with_its_map(world: World) -> None:
    answer = await world.say(world.listener, "!map Bohemian Rhapsody")
    [attached] = seen(answer).attachments
    assert attached.filename == "map.png"
    assert 10_000 < attached.size < 300_000
    assert (embed_of(answer).image.url or "").endswith("map.png")
    assert await cluster_of(world, picked_id(answer)) == await cluster_of(world, BOHEMIAN)
    again = await press(world, world.friend, answer, "Another")
    assert picked_id(again) != picked_id(answer)


async def test_a_shared_title_asks_first_even_after_a_restart(world: World) -> None:
    asked = await world.say(world.listener, "!map Rockstar")
    await world.restart()
    chosen = menu(asked).options[1]
    answer = await world.listener.select(asked, values=[chosen.value])
    assert chosen.label[:20] in text_of(answer)
    assert seen(answer).attachments


async def test_by_slash_an_unknown_song_is_told_to_the_asker_alone(world: World) -> None:
    answer = await world.listener.slash(world.music, "map", song="spotify:track:zzz")
    assert is_sentence(answer)
    assert seen(answer).flags.ephemeral
    assert seen(await world.listener.slash(world.music, "map", song="Bohemian Rhapsody")).attachments
