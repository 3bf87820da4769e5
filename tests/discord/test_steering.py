"""Steering under a recommendation: calmer, less famous, another language; what was steered is taken back."""

from typing import Any

import numpy as np

from bot.domain.titles import artist_keys
from bot.domain.tracks import Track
from tests.support.reading import (
    BOHEMIAN,
    button,
    buttons,
    components_of,
    embed_of,
    is_sentence,
    picked,
    press,
    text_of,
)
from tests.support.world import World

SOUND = ["calmer", "more energy", "happier", "sadder"]


async def opened(world: World, song: str) -> Any:
    return await press(world, world.friend, await world.say(world.listener, f"!recommend {song}"), "Steer ▾")


def last(world: World) -> Any:
    """The newest message of the channel, as it is now."""
    return world.music.last_message


async def bohemian(world: World) -> Track:
    track = await world.services.scope.nowhere.serving.tracks.by_id(BOHEMIAN)
    assert track is not None
    return track


async def test_one_message_is_steered_edited_and_taken_back_also_after_a_restart(world: World) -> None:
    seed = await bohemian(world)
    assert seed.features
    await opened(world, "Bohemian Rhapsody")
    messages = len(world.music.history())
    labels = [one.label for one in buttons(last(world))]
    assert [label for label in labels if label in SOUND] == SOUND
    # the embedded catalogue knows no years and no genre of a region
    assert not {"older", "newer", "other language"} & set(labels)

    before = await picked(world, last(world))
    await press(world, world.friend, last(world), "happier")
    happier = await picked(world, last(world))
    assert happier.features
    assert before.features
    assert happier.features.valence > max(seed.features.valence, before.features.valence)
    assert "Steered: happier" in text_of(last(world))

    await world.restart()
    await press(world, world.listener, last(world), "calmer")
    both = await picked(world, last(world))
    assert both.features
    assert both.features.energy < seed.features.energy
    assert both.features.valence > seed.features.valence
    assert "Steered: happier, calmer" in text_of(last(world))
    assert artist_keys(both.artists).isdisjoint(artist_keys(seed.artists))
    assert len({seed.id, before.id, happier.id, both.id}) == 4

    await press(world, world.listener, last(world), "sadder")  # in place of happier
    sadder = await picked(world, last(world))
    assert sadder.features
    assert sadder.features.valence < seed.features.valence
    assert "Steered: calmer, sadder" in text_of(last(world))

    await press(world, world.listener, last(world), "✕ sadder")
    await press(world, world.listener, last(world), "✕ calmer")
    assert "Steered" not in text_of(last(world))
    assert [one.label for one in buttons(last(world)) if one.label in SOUND] == SOUND
    assert len(world.music.history()) == messages
    assert all(len(part.custom_id or "") <= 100 for part in components_of(last(world)))

    await press(world, world.listener, last(world), "Steer ▾")
    assert not set(SOUND) & {one.label for one in buttons(last(world))}
    assert len(world.music.history()) == messages


async def test_another_goes_on_that_way_and_steered_songs_stay_near(world: World) -> None:
    seed = await bohemian(world)
    recommender = world.services.models.recommender
    await opened(world, "Bohemian Rhapsody")
    await press(world, world.friend, last(world), "less famous")
    songs = [await picked(world, last(world))]
    for _ in range(7):
        await press(world, world.friend, last(world), "Another")
        songs.append(await picked(world, last(world)))
        assert "Steered: less famous" in text_of(last(world))
    assert len({song.id for song in songs}) == 8
    assert seed.popularity
    assert all(song.popularity and song.popularity < seed.popularity for song in songs)
    [here] = recommender.points_of([seed.row or 0])
    points = recommender.points_of([song.row or 0 for song in songs])
    assert float(np.linalg.norm(points - here, axis=1).max()) < 0.6 * recommender.usual_distance


async def test_why_and_a_radio_from_here(world: World) -> None:
    await opened(world, "Bohemian Rhapsody")
    answer = last(world)
    why = await press(world, world.friend, answer, "Why this?")
    embed = embed_of(why)
    names = [(field.name or "").partition(":")[0] for field in embed.fields]
    assert names == ["Alike", "Alike", "Apart"]
    bars = [field.value or "" for field in embed.fields]
    assert all(bar.count("▰") + bar.count("▱") == 20 for bar in bars)
    pick = await picked(world, answer)
    await press(world, world.friend, answer, "📻 Radio from here")
    assert pick.title in text_of(last(world))
    assert button(last(world), "Next song")


async def test_a_radio_from_a_steered_answer_stays_steered_until_it_is_taken_back(world: World) -> None:
    seed = await bohemian(world)
    assert seed.features
    await opened(world, "Bohemian Rhapsody")
    await press(world, world.friend, last(world), "calmer")
    assert all(len(part.custom_id or "") <= 100 for part in components_of(last(world)))
    await press(world, world.friend, last(world), "📻 Radio from here")
    for _ in range(8):
        assert "Steered: calmer" in text_of(last(world))
        song = await picked(world, last(world))
        assert song.features
        assert song.features.energy < seed.features.energy
        await press(world, world.listener, last(world), "Next song")
    await world.restart()
    await press(world, world.listener, last(world), "✕ calmer")
    assert "Steered" not in text_of(last(world))
    assert "song 10" in text_of(last(world))
    await press(world, world.listener, last(world), "Next song")
    assert "Steered" not in text_of(last(world))


async def test_without_a_further_song_a_sentence_says_so(world: World) -> None:
    """The song that is further out than any other cannot be steered there."""
    serving = world.services.scope.nowhere.serving
    rows = await serving.audio_features.popular(10_000)
    loudest = max(rows, key=lambda row: (row[2 + 2], row[0]))
    [track] = await serving.tracks.by_rows([loudest[0]])
    await opened(world, f"{track.artists[0]} - {track.title}")
    shown = text_of(last(world))
    said = await press(world, world.friend, last(world), "more energy")
    assert is_sentence(said), text_of(said)
    assert "take one of them back" in text_of(said)
    assert text_of(last(world)) == shown
