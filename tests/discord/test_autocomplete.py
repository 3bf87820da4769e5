"""Autocomplete of songs."""

import pytest

from bot.services.search.autocomplete import MOST
from tests.support.reading import BOHEMIAN, embed_of, text_of
from tests.support.world import World


async def offered(world: World, typed: str, command: str = "recommend") -> list[dict[str, str]]:
    choices: list[dict[str, str]] = await world.listener.autocomplete(world.music, command, "song", typed)
    assert len(choices) <= MOST
    assert len({choice["value"] for choice in choices}) == len(choices)
    for choice in choices:
        assert 1 <= len(choice["name"]) <= 100
        assert 1 <= len(choice["value"]) <= 100
    return choices


@pytest.mark.parametrize("command", ["recommend", "similar", "cluster"])
async def test_a_prefix_offers_the_song_and_its_id(world: World, command: str) -> None:
    first, *_ = await offered(world, "bohemian rh", command)
    assert first["name"] == "Bohemian Rhapsody - Remastered 2011 by Queen"
    assert first["value"] == f"spotify:track:{BOHEMIAN}"
    answer = await world.listener.slash(world.music, command, song=first["value"])
    assert "Bohemian Rhapsody" in text_of(answer)
    assert embed_of(answer)


@pytest.mark.parametrize("typed", ["a", "lo", "the", "b", "be", "ne"])
async def test_short_prefixes_fill_the_list_most_popular_first(world: World, typed: str) -> None:
    choices = await offered(world, typed)
    assert len(choices) == MOST
    tracks = [
        await world.services.scope.nowhere.serving.tracks.by_id(choice["value"].rpartition(":")[2])
        for choice in choices
    ]
    popularity = [track.popularity or 0 for track in tracks if track]
    assert len(popularity) == MOST
    assert popularity == sorted(popularity, reverse=True)
    assert all(track and track.title.casefold().lstrip("('¿\"").startswith(typed) for track in tracks)


@pytest.mark.parametrize("typed", ["bohemian rapsody", "bohemain rhap", "smels like teen", "mr brightsde"])
async def test_a_typo_is_forgiven(world: World, typed: str) -> None:
    names = " ".join(choice["name"] for choice in await offered(world, typed))
    assert any(title in names for title in ("Bohemian Rhapsody", "Smells Like Teen Spirit", "Mr. Brightside"))


async def test_the_artist_may_be_typed_along(world: World) -> None:
    names = [choice["name"] for choice in await offered(world, "queen bohem")]
    assert "Bohemian Rhapsody - Remastered 2011 by Queen" in names


async def test_with_nothing_typed_there_are_well_known_songs(world: World) -> None:
    assert len(await offered(world, "")) == MOST


@pytest.mark.parametrize(
    "typed",
    ["zzzzqqqqxx", '"', "'; DROP TABLE tracks; --", "*", "AND", "title:", "\u202e\u0000", "ÿ" * 100, "NEAR("],
)
async def test_whatever_is_typed_nothing_breaks(world: World, typed: str) -> None:
    await offered(world, typed)


async def test_a_pasted_link_offers_its_song(world: World) -> None:
    [choice] = await offered(world, f"https://open.spotify.com/track/{BOHEMIAN}?si=x")
    assert "Bohemian Rhapsody" in choice["name"]
