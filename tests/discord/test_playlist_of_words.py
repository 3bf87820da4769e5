"""`!playlist` with a wish in words."""

from bot.domain.tracks import Track
from bot.domain.wishes import SOUNDS
from ml.features import FEATURE_NAMES
from tests.discord.test_playlist import check, songs_of
from tests.support.reading import buttons, embed_of, is_sentence, press, text_of
from tests.support.world import World


async def test_a_wish_is_understood_and_its_parts_can_be_left_out(world: World) -> None:
    answer = await world.say(world.listener, "!playlist etwas Ruhiges für einen Regentag, ohne Gesang 8")
    songs = await songs_of(world, answer)
    check(songs, 8)
    assert all(song.features and song.features.instrumentalness >= 0.5 for song in songs)
    assert embed_of(answer).title == "You asked for: calm, for a rainy day, no vocals"
    labels = [button.label for button in buttons(answer)]
    assert labels == ["Links for Spotify", "✕ calm", "✕ for a rainy day", "✕ no vocals"]

    await world.restart()
    again = await press(world, world.friend, answer, "✕ no vocals")
    assert embed_of(again).title == "You asked for: calm, for a rainy day"
    sung = await songs_of(world, again)
    check(sung, 8)
    assert min(song.features.instrumentalness for song in sung if song.features) < 0.5
    assert sum(song.features.energy for song in sung if song.features) / 8 < 0.5


async def test_where_few_have_no_vocals_well_known_songs_do_not_make_it_loud(
    world: World,
) -> None:
    answer = await world.say(world.listener, "!playlist something calm for studying, no vocals")
    songs = await songs_of(world, answer)
    everything = await world.services.scope.nowhere.serving.audio_features.popular(10_000)
    energy = [row[2 + FEATURE_NAMES.index("energy")] for row in everything]
    for song in songs:
        assert song.features
        assert song.features.instrumentalness >= 0.5, song.title
        assert song.features.energy < sum(energy) / len(energy), song.title


async def test_the_few_without_vocals_come_before_those_that_fit_otherwise(world: World) -> None:
    answer = await world.say(world.listener, "!playlist calm rock without vocals")
    titles = {song.title for song in await songs_of(world, answer)}
    assert {"Tusk - 2018 Remaster", "Behind My Camel - Remastered 2003", "SKR", "Azul"} <= titles


async def test_a_genre_is_kept_to_and_a_mood_taken_within_it(world: World) -> None:
    answer = await world.say(world.listener, "!playlist the calmest metal songs you have")
    songs = await songs_of(world, answer)
    genres = await world.services.scope.nowhere.serving.labels.genres_of([s.row for s in songs if s.row])
    assert all("metal" in named for named in genres.values())
    metal = await world.services.scope.nowhere.serving.audio_features.popular(10_000, genres=["metal"])
    energy = [row[2 + FEATURE_NAMES.index("energy")] for row in metal]
    assert max(song.features.energy for song in songs if song.features) < sum(energy) / len(energy)


async def test_a_song_of_that_title_comes_before_the_wish(world: World) -> None:
    answer = await world.say(world.listener, "!playlist Dream On")
    assert "Aerosmith" in embed_of(answer).title


async def test_a_name_that_nobody_knows_is_told_and_the_rest_is_answered(world: World) -> None:
    answer = await world.say(world.listener, "!playlist like Qzxvwrt but calm")
    check(await songs_of(world, answer), 12)
    assert embed_of(answer).title == "You asked for: calm"
    assert "I did not understand: qzxvwrt" in text_of(answer)


async def test_like_a_song_but_happier(world: World) -> None:
    answer = await world.say(world.listener, "!playlist like Creep by Radiohead but happier")
    songs = await songs_of(world, answer)
    [creep] = [s for s in await _tracks(world, "creep") if s.artists == ("Radiohead",)][:1]
    assert creep.features
    happier = [song for song in songs if song.features and song.features.valence > creep.features.valence]
    assert len(happier) > 0.8 * len(songs)


async def test_what_was_not_understood_is_named(world: World) -> None:
    answer = await world.say(world.listener, "!playlist calm rock for my xylophone 90s")
    description = embed_of(answer).description
    assert "xylophone" in description
    assert "1990s" in description  # the embedded catalogue knows no years
    refused = await world.say(world.listener, "!playlist 1990s")
    assert is_sentence(refused), text_of(refused)


async def test_a_genre_that_is_missing_is_said(world: World) -> None:
    answer = await world.say(world.listener, "!playlist klezmer polka")
    assert is_sentence(answer) or "klezmer" in text_of(answer)


def test_sounds_name_features() -> None:
    assert {name for targets in SOUNDS.values() for name in targets} <= set(FEATURE_NAMES)


async def _tracks(world: World, title: str) -> list[Track]:
    names = world.services.scope.nowhere.serving.tracks.names
    return list(names.tracks(names.titles([title]).get(title, [])).values())
