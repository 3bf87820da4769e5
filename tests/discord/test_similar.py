"""`!similar`, `!cluster`, `!clusters` and the button *Similar*."""

import re
from io import BytesIO

import numpy as np
from PIL import Image

from bot.domain.titles import artist_keys
from bot.domain.tracks import Track
from bot.domain.views import SimilarSongs
from ml.serving.catalogue_arrays import BEST
from tests.support.world import World


async def test_similar_shows_five_songs_by_others_nearest_first(world: World) -> None:
    answer = await world.say(world.listener, "!similar Hotel California")
    [embed] = answer.embeds
    assert embed.description is not None
    percents = [int(found) for found in re.findall(r"` *(\d+) %`", embed.description)]
    assert len(percents) == 5
    assert percents == sorted(percents, reverse=True)
    assert all(0 <= percent <= 100 for percent in percents)
    assert embed.description.count("https://open.spotify.com/track/") == 5
    assert "Eagles" not in embed.description


async def test_more_songs_of_an_artist_whose_best_versions_are_of_another(world: World) -> None:
    for song in ("17bGtGqqaXOgVnhnfx5NlE", "3QzBzeXfDNR15U6X98zz1q"):
        answer = await world.say(world.listener, f"!similar spotify:track:{song}")
        assert answer.embeds


async def test_similar_songs_are_the_exact_nearest_one_an_artist(world: World) -> None:
    services = world.services
    place = services.scope.nowhere
    found = await services.recommend.similar("Hotel California", place)
    assert isinstance(found, SimilarSongs)
    seed = found.seed.track
    assert seed is not None
    arrays = services.models.recommender.bundle.arrays
    rows = arrays.rows.tolist()
    away = np.linalg.norm(arrays.scaled - arrays.scaled[rows.index(seed.row)], axis=1)
    expected: list[Track] = []
    by_row = {track.row: track for track in await services.scope.nowhere.serving.tracks.by_rows(rows)}
    for at in np.argsort(away, kind="stable").tolist():
        track = by_row[rows[at]]
        heard = [artist for other in (seed, *expected) for artist in other.artists]
        best = arrays.standing[at] & BEST and not arrays.kinds[at]
        if best and artist_keys(track.artists).isdisjoint(artist_keys(tuple(heard))):
            expected.append(track)
        if len(expected) == 5:
            break
    assert [near.track.id for near in found.songs] == [track.id for track in expected]


async def test_more_like_this_is_about_the_pick(world: World) -> None:
    answer = await world.say(world.listener, "!recommend Bohemian Rhapsody")
    pick = answer.embeds[0].title
    result = await world.friend.click(answer, label="Similar")
    near = result.response
    assert near is not None
    assert pick is not None
    assert near.embeds[0].title == f"Near {pick}"


async def test_cluster_shows_name_size_songs_and_a_picture(world: World) -> None:
    answer = await world.say(world.listener, "!cluster Bohemian Rhapsody")
    [embed] = answer.embeds
    services = world.services
    row = (await services.scope.nowhere.serving.tracks.by_id("4u7EnebtmKWzUH433cf5Qv")).row
    cluster = services.models.recommender.seed_of_row(row).cluster
    profile = services.models.recommender.profile(cluster)
    assert f"no. {cluster}" in embed.description
    assert f"{profile.size:,} tracks" in embed.description
    assert any(field.name == "Songs" and "open.spotify.com" in field.value for field in embed.fields)
    [attachment] = answer.attachments
    assert embed.image.url.startswith("attachment://") or attachment.filename in embed.image.url


async def test_the_radar_is_a_picture(world: World) -> None:
    _, radars = await world.services.recommend.clusters.page(0, world.services.scope.nowhere)
    picture = Image.open(BytesIO(radars))
    assert picture.format == "PNG"
    assert len(picture.convert("RGB").getcolors(1 << 24)) > 10


async def test_clusters_come_largest_first_and_pages_work_after_a_restart(world: World) -> None:
    answer = await world.say(world.listener, "!clusters")
    first = answer.embeds[0]
    sizes = [int(field.value.split(" tracks")[0].replace(",", "")) for field in first.fields]
    assert sizes == sorted(sizes, reverse=True)
    await world.restart()
    await world.friend.click(answer, label="Next ▶")
    message = world.music.last_message
    assert message.id == answer.id
    assert message.embeds[0].footer.text.startswith("Page 2 of")
    assert {field.name for field in message.embeds[0].fields}.isdisjoint(field.name for field in first.fields)


async def test_cluster_names_are_unique_and_sizes_add_up(world: World) -> None:
    bundle = world.services.models.recommender.bundle
    names = [profile.name for profile in bundle.profiles]
    assert len(set(names)) == len(names)
    assert sum(profile.size for profile in bundle.profiles) == len(bundle.arrays.rows)


async def test_a_shared_title_asks_before_showing_its_neighbours(world: World) -> None:
    asked = await world.say(world.listener, "!similar Rockstar")
    [menu] = asked.components[0].children
    chosen = menu.options[1]
    result = await world.listener.select(asked, values=[chosen.value])
    assert chosen.label.split(" - ")[0][:20] in result.response.embeds[0].title
