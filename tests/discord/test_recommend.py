"""`!recommend`, as somebody in a server uses it."""

import pytest

from tests.conftest import World

SPELLINGS = (
    "Bohemian Rhapsody",
    "BOHEMIAN rhapsody",
    "Bohémian Rhapsödy",
    "Queen - Bohemian Rhapsody",
    "Bohemian Rhapsody - Queen",
    "bohemian rhapsody queen",
    "queen bohemian rhapsody",
    "Bohemian Rhapsody by Queen",
    "Bohemian Rhapsody - Remastered 2011",
    "bohemian rapsody",
    "bohemian rhap",
    "https://open.spotify.com/track/4u7EnebtmKWzUH433cf5Qv",
    "https://open.spotify.com/intl-de/track/4u7EnebtmKWzUH433cf5Qv?si=0123456789abcdef",
    "<https://open.spotify.com/track/4u7EnebtmKWzUH433cf5Qv>",
    "spotify:track:4u7EnebtmKWzUH433cf5Qv",
)


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_every_spelling_finds_the_song(world: World, spelling: str) -> None:
    answer = await world.say(world.listener, f"!recommend {spelling}")
    [embed] = answer.embeds
    assert embed.footer.text is not None
    assert "Bohemian Rhapsody" in embed.footer.text
    assert "Queen" in embed.footer.text
    assert embed.title
    assert "Bohemian" not in embed.title
    assert (embed.url or "").startswith("https://open.spotify.com/track/")
