"""The basis of an answer: the song's own sound, what people play with it, its artist's sound."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.domain.recommendations import SeedSong
from bot.wiring import open_services
from tests.support.outside import Outside, in_database, open_outside
from tests.support.reading import button, embed_of, everything_in, picked, picked_id, press, text_of
from tests.support.stand_ins.deezer import with_impostors
from tests.support.stand_ins.faults import Fault
from tests.support.stand_ins.songs import Song, made_up_song
from tests.support.world import open_world

LANTERN = replace(
    made_up_song(960, "Lantern Weather", "The Nonexistent Nine"), in_reccobeats=True, popularity=800_000
)
ENOUGH = 10.0
READINGS = (
    "The Nonexistent Nine - Lantern Weather",
    "Lantern Weather - The Nonexistent Nine",
    "Lantern Weather by The Nonexistent Nine",
    "lantern weather the nonexistent nine",
    "the nonexistent nine lantern weather",
    "Lantern Weather (The Nonexistent Nine)",
    "The Nonexistent Nine feat. Somebody Else - Lantern Weather",
)


@pytest.fixture
async def outside(state: Path) -> AsyncIterator[Outside]:
    async with open_outside(state, [LANTERN]) as opened:
        yield opened


@pytest.mark.parametrize("query", READINGS)
async def test_every_reading_is_sent_to_the_services(state: Path, query: str) -> None:
    songs = with_impostors(LANTERN, 2_000)
    async with (
        open_outside(state, list(songs)) as outside,
        open_world(outside.settings(spotify=False, outside_seconds=10.0)) as world,
    ):
        answer = await world.say(world.listener, f"!recommend {query}")
        footer = embed_of(answer).footer.text or ""
        assert "Lantern Weather - Remastered 2011" in footer, text_of(answer)
        assert "The Nonexistent Nine" in footer


async def test_a_bare_title_means_a_better_known_song_of_the_services(state: Path) -> None:
    songs = [
        replace(made_up_song(970, "Tulum", "The Nonexistent Nine"), popularity=930_000),
        replace(made_up_song(971, "Drive", "The Nonexistent Nine"), popularity=900_000),
        replace(made_up_song(972, "Superman (Taylor's Version)", "Taylor Nobody"), popularity=700_000),
        replace(made_up_song(973, "Circles", "Some Tribute Band"), popularity=990_000),
    ]
    async with open_outside(state, songs) as outside:
        async with open_world(outside.settings(spotify=False, covers=False, outside_seconds=ENOUGH)) as world:
            answer = await world.say(world.listener, "!recommend Tulum")
            assert "The Nonexistent Nine" in (embed_of(answer).footer.text or ""), text_of(answer)
            question = await world.say(world.listener, "!recommend Drive")
            assert "Which one" in (embed_of(question).title or ""), text_of(question)
            answer = await world.say(world.listener, "!recommend Superman (Taylor's Version)")
            assert "Taylor Nobody" in (embed_of(answer).footer.text or ""), text_of(answer)
            for _ in range(2):
                outside.forget_requests()
                answer = await world.say(world.listener, "!recommend Circles")
                assert "Tribute" not in (embed_of(answer).footer.text or "")
            assert not outside.asked, "nothing came of it a moment ago"
        outside.charts.fault = Fault.SERVER_ERROR
        async with open_world(outside.settings(spotify=False)) as world:
            answer = await world.say(world.listener, "!recommend Drive")
            assert "Incubus" in (embed_of(answer).footer.text or "")


async def test_a_song_that_is_spelt_nearly_like_an_artist_is_looked_for_outside(state: Path) -> None:
    song = made_up_song(964, "Black Sabbat", "The Nonexistent Nine")
    async with open_outside(state, [song]) as outside:
        async with open_world(outside.settings(outside_seconds=10.0)) as world:
            answer = await world.say(world.listener, "!recommend Black Sabbat")
            assert "The Nonexistent Nine" in (embed_of(answer).footer.text or "")
        outside.spotify.fault = outside.reccobeats.fault = outside.charts.fault = Fault.SERVER_ERROR
        async with open_world(outside.settings()) as world:
            question = await world.say(world.listener, "!recommend Black Sabbatt")
            assert embed_of(question).title == "Which song by Black Sabbath?"


async def test_deezer_names_the_song_and_reccobeats_knows_it_by_its_isrc(outside: Outside) -> None:
    outside.reccobeats.fault, outside.reccobeats.fault_path = Fault.SERVER_ERROR, "/v1/track"
    async with open_world(outside.settings(spotify=False, outside_seconds=10.0)) as world:
        answer = await world.say(world.listener, f"!recommend {READINGS[0]}")
        assert "Lantern Weather" in (embed_of(answer).footer.text or "")
        again = await press(world, world.listener, answer, "Another")
        assert await picked(world, again)
    [(id, source, isrc)] = in_database(outside.state, "SELECT id, source, isrc FROM fetched_songs")
    assert id.startswith("local:dz")
    assert (source, isrc) == ("deezer", LANTERN.isrc)


async def test_a_song_is_heard_under_any_of_its_ids(outside: Outside) -> None:
    outside.spotify.songs = [replace(LANTERN, id=made_up_song(961).id, isrc=None)]
    outside.charts.songs = []
    async with open_world(outside.settings(covers=False, outside_seconds=ENOUGH)) as world:
        answer = await world.say(world.listener, f"!recommend {READINGS[0]}")
        assert "Lantern Weather" in (embed_of(answer).footer.text or "")
    [(basis, energy)] = in_database(outside.state, "SELECT basis, energy FROM fetched_songs")
    assert (basis, energy) == ("features", (LANTERN.features or {})["energy"])


@pytest.mark.parametrize("query", ["Queen - Lantern Weather", "Lantern Weather by Queen"])
async def test_a_song_that_nobody_knows_is_answered_by_how_its_artist_sounds(
    outside: Outside, query: str
) -> None:
    outside.spotify.fault = outside.reccobeats.fault = outside.charts.fault = Fault.SERVER_ERROR
    async with open_world(outside.settings()) as world:
        answer = await world.say(world.listener, f"!recommend {query}")
        words = everything_in(embed_of(answer))
        assert "Lantern Weather” sounds; going by" in words, words
        assert "songs by Queen" in words
        pick = await world.services.scope.nowhere.serving.tracks.by_id(picked_id(answer))
        assert pick is not None
        assert "Queen" not in pick.artists
        near = await world.say(world.listener, f"!similar {query}")
        assert "songs by Queen" in everything_in(embed_of(near))
        [more] = [field for field in embed_of(near).fields if field.name == "More by Queen"]
        assert len((more.value or "").splitlines()) == 3


@pytest.mark.parametrize(
    "query",
    [
        "Queen & Nobody At All - Lantern Weather",
        "Nobody At All Featuring Queen - Lantern Weather",
        "Nobody At All Feat. Queen - Lantern Weather",
        "Nobody At All, Queen - Lantern Weather",
    ],
)
async def test_of_several_artists_the_first_known_one_counts(outside: Outside, query: str) -> None:
    outside.spotify.fault = outside.reccobeats.fault = outside.charts.fault = Fault.SERVER_ERROR
    async with open_world(outside.settings()) as world:
        answer = await world.say(world.listener, f"!recommend {query}")
        assert "songs by Queen" in everything_in(embed_of(answer))


async def test_an_artists_songs_as_a_guest_are_no_answers(outside: Outside) -> None:
    async with open_services(outside.settings(), rng=np.random.default_rng(1)) as services:
        await services.models.load()
        scope = services.scope.nowhere
        for artist in ("Drake", "Travis Scott", "Queen"):
            song = SeedSong("Lantern Weather", (artist,))
            for _ in range(20):
                answer = await services.recommend.song.for_song(song, scope)
                assert answer.basis == "artist"
                assert artist not in answer.pick.artists


async def test_an_identity_without_features_is_answered_by_the_artist(state: Path) -> None:
    mute = replace(made_up_song(961, "Lantern Weather"), artists=("Nobody At All", "Queen"), features=None)
    async with open_outside(state, [mute]) as outside, open_world(outside.settings()) as world:
        answer = await world.say(world.listener, "!recommend Lantern Weather")
        assert "songs by Queen" in everything_in(embed_of(answer))


async def test_songs_that_people_play_together_come_before_the_artists_sound(state: Path) -> None:
    mute = replace(made_up_song(962, "Lantern Weather", "Queen"), features=None)
    known = Song("0" * 22, "Paranoid", ("Black Sabbath",))
    async with open_outside(state, [mute]) as outside:
        outside.listenbrainz.together = {mute.id: [(known, 90)]}
        async with open_world(outside.settings(listenbrainz=True, outside_seconds=10.0)) as world:
            answer = await world.say(world.listener, "!recommend Queen - Lantern Weather")
            words = everything_in(embed_of(answer))
            assert "People who play “Lantern Weather” also play this." in words, words
            assert "Paranoid" in (embed_of(answer).title or "")
            assert button(answer, "Another")
            outside.forget_requests()
            assert embed_of(await press(world, world.listener, answer, "Another")).url
            assert not outside.listenbrainz.asked("/similar-recordings/json"), "what was found is stored"
        [(basis, source)] = in_database(state, "SELECT basis, source FROM outside_sounds")
        assert (basis, source) == ("listeners", "ListenBrainz")
        async with open_world(outside.settings(outside_seconds=10.0)) as world:
            outside.forget_requests()
            await world.say(world.listener, "!recommend Queen - Lantern Weather")
            assert not outside.listenbrainz.requests  # off unless switched on


async def test_unreachable_services_are_not_reported_as_an_unknown_song(outside: Outside) -> None:
    outside.spotify.fault = outside.reccobeats.fault = outside.charts.fault = Fault.SERVER_ERROR
    async with open_world(outside.settings()) as world:
        answer = await world.say(world.listener, "!recommend Lantern Weather")
        told = "".join(map(everything_in, answer.embeds)) or text_of(answer)
        assert "could not look further" in told


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.TRUNCATED, Fault.DROPPED])
async def test_listeners_and_covers_that_fail_leave_the_answer_by_the_artist(
    state: Path, fault: Fault
) -> None:
    mute = replace(made_up_song(963, "Lantern Weather", "Queen"), features=None)
    async with open_outside(state, [mute]) as outside:
        outside.listenbrainz.fault = outside.covers.fault = outside.charts.fault = fault
        async with open_world(outside.settings(listenbrainz=True, outside_seconds=10.0)) as world:
            answer = await world.say(world.listener, "!recommend Queen - Lantern Weather")
            assert "songs by Queen" in everything_in(embed_of(answer))
            assert not embed_of(answer).thumbnail.url
    [(basis, energy)] = in_database(state, "SELECT basis, energy FROM fetched_songs")
    assert (basis, energy) == ("artist", None)  # who sings it is certain, how it sounds is not
    assert not in_database(state, "SELECT 1 FROM outside_sounds")


async def test_every_command_with_a_song_falls_back_to_its_artist_and_says_so(outside: Outside) -> None:
    outside.spotify.fault = outside.reccobeats.fault = outside.charts.fault = Fault.SERVER_ERROR
    song, told = "Queen - Lantern Weather", "Lantern Weather” sounds; going by"
    async with open_world(outside.settings()) as world:
        for command in (
            f"path {song} to Counting Stars",
            f"blend {song} + Counting Stars",
            f"playlist {song}",
        ):
            answer = await world.say(world.listener, f"!{command}")
            words = everything_in(embed_of(answer))
            assert told in words, f"{command}: {words}"
            assert "Lantern Weather" in (embed_of(answer).title or "")
            assert "songs by Queen" in words
        radio = await world.say(world.listener, f"!radio {song}")
        assert told in everything_in(embed_of(radio))
        again = await press(world, world.listener, radio, "Next song")
        assert "Radio that began with Lantern Weather by Queen" in everything_in(embed_of(again))
        assert told not in everything_in(embed_of(again))
        await world.say(world.listener, "!session start")
        added = await world.say(world.listener, f"!session add {song}")
        assert told in text_of(added)
        assert "is in the queue" in text_of(added)
        alone = await world.say(world.listener, "!playlist Queen")
        answer = await press(world, world.listener, alone, "Any of them")
        assert "Going by" in everything_in(embed_of(answer))
        nobody = await world.say(world.listener, "!session add Nobody - Lantern Weather")
        assert "could not look further" in everything_in(embed_of(nobody)) + text_of(nobody)
