"""`!oddone`: three songs, votes, the answer."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.support.command_line import Run
from tests.support.outside import open_outside
from tests.support.reading import buttons, embed_of, everything_in, press, text_of
from tests.support.world import World, open_world


def titles(answer: Any) -> set[str]:
    return {button.label for button in buttons(answer) if button.label and button.label[1:3] == " ·"}


async def test_a_round_is_voted_on_shown_and_kept_without_names(world: World) -> None:
    answer = await world.say(world.listener, "!oddone")
    a, b, _ = sorted(titles(answer))
    await press(world, world.listener, answer, a)
    await press(world, world.friend, answer, b)
    await world.restart()
    changed = await press(world, world.listener, answer, b)
    assert "2 people have voted" in text_of(changed)
    shown = await press(world, world.moderator, answer, "Show the answer")
    about = embed_of(shown).description
    assert f"<@{world.listener.id}>" in about
    assert f"<@{world.friend.id}>" in about
    assert "I would say" in about
    assert not titles(shown)
    path = world.settings.database
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM odd_votes").fetchone() == (0,)
        assert database.execute("SELECT votes FROM odd_triplets").fetchone() == ("[0, 2, 0]",)


async def test_no_song_comes_twice_a_day_and_one_person_may_play_alone(world: World) -> None:
    seen: set[str] = set()
    for _ in range(4):
        answer = await world.say(world.listener, "!oddone")
        songs = {label[4:] for label in titles(answer)}
        assert len(songs) == 3
        assert not songs & seen
        seen |= songs
    await press(world, world.listener, answer, min(titles(answer)))
    shown = embed_of(await press(world, world.listener, answer, "Show the answer")).description
    own = shown.partition("I would say ")[2][0]
    assert (f"<@{world.listener.id}>" in shown) == (own == "A")


async def test_each_song_can_be_heard_where_somebody_has_it(state: Path) -> None:
    async with open_outside(state, []) as outside, open_world(outside.settings()) as world:
        assert not heard(await world.say(world.listener, "!oddone"))
        outside.charts.everything = True
        answer = await world.say(world.listener, "!oddone")
        assert heard(answer) == ["▶ A · 30 s", "▶ B · 30 s", "▶ C · 30 s"]
        [song] = [one.label[4:] for one in buttons(answer) if (one.label or "").startswith("B ·")]
        preview = await press(world, world.friend, answer, "▶ B · 30 s")
        assert "dzcdn.net" in everything_in(embed_of(preview))
        assert song.rstrip("…")[:20] in everything_in(embed_of(preview))


def heard(answer: Any) -> list[str]:
    return [button.label for button in buttons(answer) if button.label and "30 s" in button.label]


def test_nobody_has_judged_yet(here: Run, state: Any) -> None:
    done = here("evaluate", "--triplets", state=state)
    assert done.returncode == 0, done.stderr
    assert "Nobody has judged" in done.stdout
