"""`!path` and `!blend`."""

import re
from pathlib import Path
from typing import Any

from tests.discord.test_checks_and_errors import HOSTILE, check_limits, world_of
from tests.support.reading import embed_of, is_sentence, seen, text_of
from tests.support.world import World

PATH = "!path Bohemian Rhapsody to Counting Stars"


def links(answer: Any) -> list[str]:
    return re.findall(r"open\.spotify\.com/track/(\w+)", embed_of(answer).description or "")


async def test_a_path_leads_from_one_song_to_the_other(world: World) -> None:
    answer = await world.say(world.listener, PATH)
    found = links(answer)
    assert len(set(found)) == len(found) == 8
    tracks = [await world.services.scope.nowhere.serving.tracks.by_id(one) for one in found]
    titles = [track.title for track in tracks if track]
    assert titles[0].startswith("Bohemian Rhapsody")
    assert titles[-1] == "Counting Stars"
    artists = [track.artists[0] for track in tracks if track]
    assert len(set(artists)) == len(artists)
    [attached] = seen(answer).attachments
    assert 10_000 < attached.size < 300_000


async def test_the_two_songs_may_be_separated_in_many_ways(world: World) -> None:
    for asked in (
        "Bohemian Rhapsody -> Counting Stars",
        "Bohemian Rhapsody | Counting Stars",
        "Bohemian Rhapsody → Counting Stars",
        "Bohemian Rhapsody to: Counting Stars",
    ):
        answer = await world.say(world.listener, f"!path {asked} songs: 5")
        assert len(links(answer)) == 5
        assert "Counting Stars" in (embed_of(answer).title or "")


async def test_a_title_with_to_in_it_is_found_on_either_side(world: World) -> None:
    titled = await world.services.scope.nowhere.serving.tracks.with_words(["highway", "to", "hell"])
    assert titled
    for asked in ("Highway to Hell to Counting Stars", "Counting Stars to Highway to Hell"):
        title = embed_of(await world.say(world.listener, f"!path {asked} songs: 3")).title or ""
        assert "Highway to Hell" in title
        assert "Counting Stars" in title


async def test_by_slash_with_suggestions(world: World) -> None:
    options = {"from": "Bohemian Rhapsody", "to": "Counting Stars", "songs": 4}
    answer = await world.listener.slash(world.music, "path", **options)
    assert len(links(answer)) == 4
    for option in ("from", "to"):
        choices = await world.listener.autocomplete(world.music, "path", option, "counting st")
        assert any("Counting Stars" in choice["name"] for choice in choices)


async def test_of_several_songs_the_best_known_is_taken_and_named(world: World) -> None:
    answer = await world.say(world.listener, "!path Without Me to Counting Stars")
    assert "was taken" in (embed_of(answer).footer.text or "")


async def test_an_impossible_path_or_blend_gets_one_sentence(world: World) -> None:
    for asked in (
        "!path Bohemian Rhapsody",
        "!path to",
        "!path",
        "!path Bohemian Rhapsody to Bohemian Rhapsody",
        "!path Bohemian Rhapsody to no such song at all",
        "!path Bohemian Rhapsody to Counting Stars songs: 2",
        "!path Bohemian Rhapsody to Counting Stars songs: many",
        "!blend",
        "!blend Bohemian Rhapsody",
        "!blend + - +",
        "!blend Bohemian Rhapsody + no such song at all",
        "!blend " + " + ".join(["Counting Stars"] * 6),
    ):
        assert is_sentence(await world.say(world.listener, asked)), asked


async def test_a_refusal_by_slash_is_seen_by_the_asker_alone(world: World) -> None:
    options = {"from": "Bohemian Rhapsody", "to": "spotify:track:zzz"}
    refused = await world.listener.slash(world.music, "path", **options)
    assert is_sentence(refused)
    assert seen(refused).flags.ephemeral


async def test_a_blend_leaves_out_what_it_is_made_of(world: World) -> None:
    answer = await world.say(world.listener, "!blend Bohemian Rhapsody + Counting Stars")
    found = links(answer)
    assert len(set(found)) == len(found) == 6
    words = embed_of(answer).description or ""
    assert "Queen" not in words
    assert "OneRepublic" not in words
    assert [line for line in words.splitlines() if line.startswith("-#")] == [
        "-# near Bohemian Rhapsody - Remastered 2011",
        "-# near Counting Stars",
    ] * 3


async def test_a_blend_of_distant_songs_has_songs_near_each(world: World) -> None:
    answer = await world.say(world.listener, "!blend We Will Rock You + Enter Sandman + HUMBLE.")
    serving = world.services.scope.nowhere.serving
    tracks = [await serving.tracks.by_id(one) for one in links(answer)]
    genres = [await serving.labels.genres_of([track.row or 0]) for track in tracks if track]
    of_each = [{name for names in found.values() for name in names} for found in genres]
    assert len(of_each) == 6
    rock, rap = {"rock", "metal"}, {"hip-hop"}
    for queen, metallica, kendrick in (of_each[:3], of_each[3:]):
        assert rock & queen
        assert rock & metallica
        assert rap & kendrick


async def test_a_subtracted_song_changes_the_blend(world: World) -> None:
    plain = await world.say(world.listener, "!mix Counting Stars + Bohemian Rhapsody")
    minus = await world.say(world.listener, "!mix Counting Stars + Bohemian Rhapsody - Highway to Hell")
    without = await world.listener.slash(
        world.music,
        "blend",
        **{"add": "Counting Stars", "and": "Bohemian Rhapsody", "without": "Highway to Hell"},
    )
    assert set(links(minus)) != set(links(plain))
    assert links(minus) == links(without)
    assert "− Highway to Hell" in (embed_of(minus).title or "")


async def test_artist_and_title_with_a_dash_are_one_song(world: World) -> None:
    dashed = await world.say(world.listener, "!blend Queen - Bohemian Rhapsody + Counting Stars")
    title = embed_of(dashed).title or ""
    assert "−" not in title
    assert "Bohemian Rhapsody" in title
    both = await world.say(
        world.listener, "!blend Queen - Bohemian Rhapsody + Counting Stars - Highway to Hell"
    )
    assert "− Highway to Hell" in (embed_of(both).title or "")
    assert "Queen" not in text_of(both).split("\n")[1]


async def test_hostile_titles_are_shown_harmlessly_and_to_the_end(tmp_path: Path) -> None:
    calm = [f"Calm Song {number}" for number in range(10)]
    async with world_of(tmp_path, [*HOSTILE, *calm], artist="@everyone **/** `Co`" + 60 * " name") as world:
        way = await world.say(world.listener, "!path Calm Song 1 to Calm Song 9 songs: 20")
        mix = await world.say(world.listener, "!blend Calm Song 1 + Calm Song 9")
        for answer in (way, mix):
            check_limits(embed_of(answer))
            assert "@everyone" not in (embed_of(answer).description or "")
        lines = (embed_of(way).description or "").strip().split("\n")
        assert "Calm Song 1" in lines[0]
        assert "Calm Song 9" in lines[-1]
        assert len(lines) > 10
