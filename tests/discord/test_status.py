"""`!status`: the state, and queries without results, which a moderator looks up again or assigns songs to."""

import re
from pathlib import Path
from typing import Any

from bot.domain.unfound import ASKERS_NEEDED
from tests.support.outside import TUNE, in_database, open_outside
from tests.support.reading import (
    components_of,
    embed_of,
    everything_in,
    is_sentence,
    is_unknown,
    menu,
    press,
    seen,
    text_of,
)
from tests.support.stand_ins.faults import Fault
from tests.support.world import World, open_world, run_job

WORDS = "Zzyx Blorptastic"
LISTED = "“zzyx blorptastic”"


async def status(world: World) -> Any:
    return await world.moderator.slash(world.music, "status")


async def until_listed(world: World, words: str = WORDS) -> int:
    """Let people ask until it is listed; a mark may fit two of them, so that one more has to."""
    for number in range(ASKERS_NEEDED + 2):
        person = world.guild.add_member(world.env.create_user(f"asker-{words[:4].lower()}-{number}"))
        assert is_unknown(await world.say(person, f"!recommend {words}"))
        if f"“{words.lower()}”" in text_of(await status(world)):
            assert number >= ASKERS_NEEDED - 1, "too few asked for it"
            return number + 1
    raise AssertionError("never listed")


async def test_a_song_is_listed_from_the_third_asker_on_without_who_asked(world: World, state: Path) -> None:
    for spelling in (WORDS, "zzyx BLORPTASTIC!", f"please play {WORDS}", f"“{WORDS}”"):
        assert is_unknown(await world.say(world.listener, f"!recommend {spelling}"))
    assert LISTED not in text_of(await status(world))
    assert in_database(state, "SELECT words, asked, shown FROM unfound_songs") == [("zzyx blorptastic", 4, 0)]
    [(mark,)] = in_database(state, "SELECT mark FROM unfound_marks")
    assert 0 <= mark < 1024
    asked = await world.listener.slash(world.music, "forgetme")
    await press(world, world.listener, asked, "Delete everything")
    assert in_database(state, "SELECT count(*) FROM unfound_marks") == [(0,)]
    times = 4 + await until_listed(world)
    assert f"{LISTED} · asked for {times} times" in text_of(await status(world))
    assert in_database(state, "SELECT count(*) FROM unfound_marks") == [(0,)], "nobody is told apart any more"


async def test_a_moderator_assigns_a_song_for_the_server(world: World, state: Path) -> None:
    await until_listed(world)
    form = await world.moderator.select(seen(await status(world)), ["1"], custom_id="status:unfound")
    await world.restart()
    asked = await world.moderator.submit_modal(form, {"song": "Hallelujah"})
    assert seen(asked).flags.ephemeral
    if components_of(asked):  # several songs are called so: a menu asks which
        choice = menu(asked).options[0]
        asked = await world.moderator.select(seen(asked), [choice.value])
    assert "from now on" in text_of(asked)
    assert "Hallelujah" in text_of(asked)
    answer = await world.say(world.friend, f"!recommend {WORDS.upper()}")
    assert "Hallelujah" in (embed_of(answer).footer.text or "")
    now = await status(world)
    assert LISTED + " →" in text_of(now)
    assert LISTED + " ·" not in text_of(now)
    assert "meant" in text_of(await world.say(world.moderator, "!settings log"))
    elsewhere = world.env.create_guild("Elsewhere").create_text_channel("music")
    stranger = elsewhere.guild.add_member(world.env.create_user("stranger"))
    await stranger.send(elsewhere, f"!recommend {WORDS}")
    assert is_unknown(elsewhere.last_message), "no server names songs for another"
    taken = await world.moderator.select(seen(now), ["1"], custom_id="status:named")
    assert "no longer means" in text_of(taken)
    assert is_unknown(await world.say(world.friend, f"!recommend {WORDS}"))
    assert is_sentence(await world.moderator.select(seen(now), ["1"], custom_id="status:named"))


async def test_a_song_known_meanwhile_is_found_by_looking_again(state: Path) -> None:
    async with open_outside(state, []) as outside, open_world(outside.settings(spotify=False)) as world:
        outside.charts.fault = outside.reccobeats.fault = Fault.SERVER_ERROR
        await until_listed(world, "Vapour Trail Polka")
        words = text_of(await status(world))
        assert "Deezer: 0% of" in words
        outside.charts.fault = outside.reccobeats.fault = None
        outside.charts.songs.append(TUNE)
        for guard in world.services.guards:
            guard.block._until = None
        found = await press(world, world.moderator, await status(world), "Look them up again")
        assert "Vapour Trail Polka by The Nonexistent Nine" in text_of(found)
        now = await status(world)
        assert "“vapour trail polka”" not in text_of(now)
        assert not [part for part in components_of(now) if getattr(part, "custom_id", "") == "status:again"]


async def test_the_counts_of_a_day_outlive_a_restart(state: Path) -> None:
    async with open_outside(state) as outside:
        async with open_world(outside.settings()) as world:
            await world.say(world.listener, "!recommend Bohemian Rhapsody")
            await world.say(world.listener, "!similar Bohemian Rhapsody")
            await world.say(world.listener, f"!recommend {TUNE.title}")
            await run_job(world.services, "write counts")
        async with open_world(outside.settings()) as world:
            words = everything_in(embed_of(await status(world)))
            assert "the song's own sound: 3" in words
            assert re.search(r"Deezer: \d+% of \d", words)


async def test_only_moderators_see_it(world: World) -> None:
    assert is_sentence(await world.say(world.listener, "!status"))
    assert "Manage Server" in text_of(world.music.last_message)
    await until_listed(world)
    shown = await world.say(world.moderator, "!status")
    for refused in (
        await press(world, world.listener, shown, "Look them up again"),
        await world.listener.select(shown, ["1"], custom_id="status:unfound"),
    ):
        assert "Manage Server" in text_of(refused)
