"""Covers, added after the answer by one edit, and the button for 30 s of a song."""

from pathlib import Path
from typing import Any

from tests.support.outside import TUNE, open_outside
from tests.support.reading import buttons, embed_of, everything_in, is_sentence, press, text_of
from tests.support.stand_ins.faults import Fault
from tests.support.stand_ins.songs import Song
from tests.support.world import World, open_world

KNOWN = Song("0" * 22, "Bohemian Rhapsody", ("Queen",), popularity=900_000)


def edits(world: World) -> int:
    return sum(request.method == "PATCH" for request in world.env.http_requests)


async def test_the_cover_is_added_by_one_edit_after_the_answer(state: Path) -> None:
    async with open_outside(state, [TUNE, KNOWN]) as outside, open_world(outside.settings()) as world:
        answer = await world.say(world.listener, "!similar Queen - Bohemian Rhapsody")
        embed = embed_of(answer)
        assert (embed.thumbnail.url or "").startswith("https://cdn-images.dzcdn.net/")
        assert "Cover: Deezer" in (embed.footer.text or "")
        assert "https://www.deezer.com/track/" in (embed.description or "")
        assert edits(world) == 1
        asked = len(outside.charts.requests)
        again = await world.say(world.friend, "!similar Queen - Bohemian Rhapsody")
        assert len(outside.charts.requests) == asked  # the address is kept for a while
        assert embed_of(again).thumbnail.url == embed.thumbnail.url
        assert edits(world) == 1, "what is known is in the answer itself"


async def test_without_a_cover_the_answer_stays_as_it_is(state: Path) -> None:
    async with open_outside(state, [KNOWN]) as outside:
        outside.charts.fault = outside.covers.fault = Fault.SERVER_ERROR
        async with open_world(outside.settings()) as world:
            answer = await world.say(world.listener, "!recommend Queen - Bohemian Rhapsody")
            assert embed_of(answer).title
            assert not embed_of(answer).thumbnail.url
            assert edits(world) == 0
            assert [len(row.children) for row in answer.components] == [5, 1], "no button for 30 s"


async def test_covers_can_be_switched_off(state: Path) -> None:
    async with open_outside(state, [KNOWN]) as outside, open_world(outside.settings(covers=False)) as world:
        answer = await world.say(world.listener, "!recommend Queen - Bohemian Rhapsody")
        assert not any("30 s" in (one.label or "") for one in buttons(answer))
        assert outside.asked == 0


async def test_the_button_brings_a_fresh_link_to_the_presser_alone(state: Path) -> None:
    async with open_outside(state, []) as outside, open_world(outside.settings()) as world:
        outside.charts.everything = True
        answer = await world.say(world.listener, "!recommend Queen - Bohemian Rhapsody")
        assert edits(world) == 1, "cover and button come together"
        assert [[_label(one) for one in row.children] for row in answer.components] == [
            ["Another", "Similar", "👍", "👎", "Steer ▾"],
            ["▶ 30 s", "Open in Spotify"],
        ]
        first = await press(world, world.friend, answer, "▶ 30 s")
        second = await press(world, world.friend, answer, "▶ 30 s")
        links = [everything_in(embed_of(one)) for one in (first, second)]
        assert all("dzcdn.net" in link for link in links)
        assert links[0] != links[1]
        outside.charts.everything = False
        gone = await press(world, world.friend, answer, "▶ 30 s")
        assert is_sentence(gone)
        assert "30 s" in text_of(gone)


def _label(button: Any) -> str:
    return button.label or str(button.emoji)
