"""`!playlist`: moods, songs and clusters; its pages, files and links."""

import csv
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import SamewaveError
from bot.domain.kinds import kinds_of
from bot.domain.playlists import PER_ARTIST, Playlist
from bot.domain.taste import Unwanted
from bot.domain.titles import artist_keys
from bot.domain.tracks import Track
from ml.serving.genre_table import family_of, family_rank
from tests.discord.test_checks_and_errors import HOSTILE, check_limits, messages_sent, world_of
from tests.support.model import popularity_of
from tests.support.outside import make_old
from tests.support.reading import components_of, embed_of, is_sentence, menu, press, seen, text_of
from tests.support.settings import settings_for
from tests.support.world import World, open_world, run_job


async def files_of(answer: Any) -> dict[str, str]:
    return {file.filename[-4:]: (await file.read()).decode("utf-8-sig") for file in seen(answer).attachments}


async def songs_of(world: World, answer: Any) -> list[Track]:
    """All songs of a playlist, as its spreadsheet has them."""
    rows = list(csv.DictReader(StringIO((await files_of(answer))[".csv"])))
    found = [
        await world.services.scope.nowhere.serving.tracks.by_id(row["link"].rpartition("/")[2])
        for row in rows
    ]
    assert all(found)
    return [track for track in found if track]


def check(songs: list[Track], count: int) -> None:
    assert len(songs) == count
    assert max(Counter(min(artist_keys(track.artists[:1])) for track in songs).values()) <= 2
    assert not any(one.is_version_of(other) for at, one in enumerate(songs) for other in songs[:at])


async def test_a_mood_gives_so_many_songs_that_sound_like_it(world: World) -> None:
    calm, wild = [
        await songs_of(world, await world.say(world.listener, f"!playlist {mood}"))
        for mood in ("chill 15", "workout 15")
    ]
    check(calm, 15)
    check(wild, 15)

    def energy(songs: list[Track]) -> float:
        return sum(track.features.energy for track in songs if track.features) / len(songs)

    assert energy(calm) < 0.55
    assert energy(wild) > 0.85


async def test_a_song_leads_its_playlist(world: World) -> None:
    answer = await world.say(world.listener, "!pl Bohemian Rhapsody")
    songs = await songs_of(world, answer)
    check(songs, 12)
    assert songs[0].title.startswith("Bohemian Rhapsody")
    files = await files_of(answer)
    assert files["m3u8"].startswith("#EXTM3U\n")
    assert files["m3u8"].count("#EXTINF:") == 12


async def test_a_cluster_by_number_and_by_name(world: World) -> None:
    recommender = world.services.models.recommender

    def artists(number: int) -> int:
        return len({recommender.artist_of_row(row) for row in recommender.rows_of(number)})

    profile = max(recommender.bundle.profiles, key=lambda profile: artists(profile.number))
    for asked in (f"cluster {profile.number}", profile.name):
        answer = await world.say(world.listener, f"!playlist {asked}")
        assert profile.name in text_of(answer)
        songs = await songs_of(world, answer)
        check(songs, 12)
        inside = set(recommender.rows_of(profile.number))
        assert sum(track.row in inside for track in songs) > 6
    slashed = await world.listener.slash(world.music, "playlist", cluster=str(profile.number), songs=5)
    check(await songs_of(world, slashed), 5)


async def test_sliders_as_text_and_by_slash(world: World) -> None:
    text = await world.say(world.listener, "!playlist energy: 90 tempo: 170")
    slash = await world.listener.slash(world.music, "playlist", energy=90, tempo=170, mood="angry", songs=8)
    for answer in (text, slash):
        for track in await songs_of(world, answer):
            assert track.features is not None
            assert track.features.energy > 0.75
            assert 140 < track.features.tempo < 200


async def test_pages_and_links_work_after_a_restart(world: World) -> None:
    answer = await world.say(world.listener, "!playlist party 25")
    songs = await songs_of(world, answer)
    first = embed_of(answer).description
    await world.restart()
    await press(world, world.friend, answer, "Next ▶")
    second = world.music.last_message
    assert second.id == answer.id
    assert embed_of(second).description != first
    assert songs[-1].url in (embed_of(second).description or "")
    links = await press(world, world.friend, second, "Links for Spotify")
    assert seen(links).flags.ephemeral
    assert [line for line in text_of(links).split("\n") if line.startswith("http")] == [s.url for s in songs]


async def test_a_playlist_that_is_no_longer_kept_says_so(world: World, state: Path) -> None:
    answer = await world.say(world.listener, "!playlist happy")
    make_old(state, "playlists", "made_at")
    await run_job(world.services, "expire playlists")
    gone = await press(world, world.listener, answer, "Links for Spotify")
    assert is_sentence(gone)
    assert seen(gone).flags.ephemeral


async def test_a_shared_title_asks_and_keeps_the_count(world: World) -> None:
    asked = await world.listener.slash(world.music, "playlist", song="Painkiller", songs=7)
    await world.restart()
    chosen = menu(asked).options[0]
    answer = await world.listener.select(seen(asked), values=[chosen.value])
    check(await songs_of(world, answer), 7)


async def test_an_impossible_playlist_gets_one_sentence(world: World) -> None:
    wrong = ("", "mood: nonsense", "songs: 99 mood: chill", "songs: 4 mood: chill", "energy: 300")
    for asked in (*wrong, "cluster: 9999", "energy: loud", "songs:"):
        assert is_sentence(await world.say(world.listener, f"!playlist {asked}")), asked


async def test_explicit_songs_and_unwanted_ones_stay_out(state: Path) -> None:
    async with open_world(settings_for(state, explicit="never")) as world:
        songs: list[Track] = []
        for asked in ("mood: party songs: 25", "Bohemian Rhapsody"):
            songs += await songs_of(world, await world.say(world.listener, f"!playlist {asked}"))
        assert not any(song.explicit for song in songs)
        everywhere = await world.services.scope(1, guild=1, user=1, age_restricted=False)
        ids = frozenset(song.id for song in songs)
        scope = replace(everywhere, unwanted=Unwanted(tracks=ids))
        again = await world.services.playlists.from_words.from_text("party 25", None, scope)
        assert isinstance(again, Playlist)
        assert not any(song.is_version_of(unwanted) for song in again.songs for unwanted in songs[:25])


async def test_suggestions_while_typing(world: World) -> None:
    choices = await world.listener.autocomplete(world.music, "playlist", "song", "bohem")
    assert any("Bohemian" in choice["name"] for choice in choices)


async def test_hostile_titles_are_listed_harmlessly(tmp_path: Path) -> None:
    calm = [f"Calm Song {number}" for number in range(10)]
    async with world_of(tmp_path, [*HOSTILE, *calm], artist="=cmd @everyone **/**") as world:
        answer = await world.say(world.listener, "!playlist mood: chill songs: 25")
        pages = [embed_of(answer)]
        await press(world, world.listener, answer, "Next ▶")
        pages.append(embed_of(world.music.last_message))
        for embed in pages:
            check_limits(embed)
            assert "@everyone" not in (embed.description or "")
        rows = list(csv.reader(StringIO((await files_of(answer))[".csv"])))
        assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
        for body in messages_sent(world):
            assert (body.get("allowed_mentions") or {}).get("parse", []) == []
        assert len(components_of(answer)) == 3


async def test_only_track_ids_are_stored(world: World) -> None:
    await world.say(world.listener, "!playlist sad")
    with closing(sqlite3.connect(world.settings.database)) as connection:
        [(kind, name, ids)] = connection.execute("SELECT kind, name, track_ids FROM playlists").fetchall()
    assert (kind, name) == ("mood", "sad")
    assert ids.count(",") == 11


async def test_a_number_of_thousands_of_digits_is_answered_in_a_sentence(world: World) -> None:
    make, scope = world.services.playlists.from_words, world.services.scope.nowhere
    for typed in ("chill {}", "{} chill", "cluster {}", "{}", "chill {} songs"):
        with pytest.raises(SamewaveError):
            await make.from_text(typed.format("9" * 4_500), None, scope)


async def test_a_mood_draws_across_genres_and_opens_with_a_song_people_know(world: World) -> None:
    recommender = world.services.models.recommender
    for mood in ("party", "chill", "sad"):
        answer = await world.say(world.listener, f"!playlist {mood} 15")
        songs = await songs_of(world, answer)
        rows = [song.row for song in songs if song.row is not None]
        families = Counter(min(own, key=family_rank) for own in await families_of(world, rows))
        assert max(families.values()) <= 5, families
        artists = Counter(artist for song in songs for artist in artist_keys(song.artists))
        assert max(artists.values()) <= PER_ARTIST
        known = popularity_of(recommender, rows)
        assert known[0] == max(known)
        assert not any(kinds_of(song.title, song.album, song.artists) for song in songs)


async def test_with_a_genre_a_mood_stays_there(world: World) -> None:
    for asked in ("chill rock 10", "10 rock party songs", "90s rock party 10"):
        songs = await songs_of(world, await world.say(world.listener, f"!playlist {asked}"))
        check(songs, 10)
        families = await families_of(world, [song.row for song in songs if song.row is not None])
        assert all("rock" in own for own in families)


async def families_of(world: World, rows: list[int]) -> list[set[str]]:
    """The families of each song's genres, of all its versions."""
    labelled = await world.services.scope.nowhere.serving.labels.rows_by_label()
    recommender = world.services.models.recommender
    found: dict[int | None, list[str]] = {}
    for name, members in labelled:
        for row in members:
            if (seed := recommender.seed_of_row(row)) is not None:
                found.setdefault(seed.song, []).append(name)
    songs = [recommender.seed_of_row(row) for row in rows]
    return [set(map(family_of, found[seed.song])) for seed in songs if seed is not None]
