"""The JSON API: its responses, and that they equal those of the bot's services."""

import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.domain.sound_scales import SOUND_SCALES
from bot.domain.views import SimilarSongs
from bot.services.maps.points import MapSongs
from bot.web.parameters import PredictQuery
from ml.features import FEATURE_NAMES, FEATURE_RANGES
from tests.web.conftest import BOHEMIAN, Web

pytestmark = pytest.mark.asyncio(loop_scope="module")

API = "/api/v1"


async def sound_of(web: Web, song: str = BOHEMIAN) -> dict[str, float]:
    return (await web.get(f"{API}/songs/{song}")).json()["features"]


async def test_search_finds_misspelt_and_half_typed_songs_page_by_page(web: Web) -> None:
    for typed in ("Bohemian Rhapsody", "bohem", "bohemian rapsody"):
        assert (await web.get(f"{API}/songs?q={typed}")).json()["items"][0]["id"] == BOHEMIAN
    whole = (await web.get(f"{API}/songs?q=love&size=25")).json()
    pages = [(await web.get(f"{API}/songs?q=love&size=10&page={page}")).json() for page in (1, 2, 3, 4)]
    assert [song["id"] for page in pages for song in page["items"]] == [song["id"] for song in whole["items"]]
    assert [len(page["items"]) for page in pages] == [10, 10, 5, 0]
    assert pages[0]["pages"] == 3
    assert pages[0]["total"] == 25


async def test_a_song_has_its_sound_cluster_and_place(web: Web) -> None:
    song = (await web.get(f"{API}/songs/{BOHEMIAN}")).json()
    track = await web.services.recommend.view.track(BOHEMIAN, web.services.scope.nowhere)
    assert track.features is not None
    assert list(song["features"].values()) == pytest.approx(track.features.vector(), abs=1e-4)
    assert song["genres"] == ["rock"]
    cluster = (await web.get(f"{API}/clusters/{song['cluster']['number']}")).json()
    assert cluster["name"] == song["cluster"]["name"]
    assert set(song["map"]) == {"x", "y", "z"}
    assert song["spotify_url"] == f"https://open.spotify.com/track/{BOHEMIAN}"


async def test_recommendations_are_drawn_each_time_and_not_stored(web: Web) -> None:
    picks = [(await web.get(f"{API}/songs/{BOHEMIAN}/recommendation")).json() for _ in range(12)]
    assert len({pick["pick"]["id"] for pick in picks}) > 3
    assert all(pick["reason"].startswith("Both are") for pick in picks)
    clean = [
        (await web.get(f"{API}/songs/{BOHEMIAN}/recommendation?explicit=false")).json() for _ in range(30)
    ]
    assert not any(pick["pick"]["explicit"] for pick in clean)
    assert (await web.get(f"{API}/songs/{BOHEMIAN}/recommendation")).headers["cache-control"] == "no-store"


async def test_the_nearest_songs_are_those_of_the_bot(web: Web) -> None:
    similar = (await web.get(f"{API}/songs/{BOHEMIAN}/similar")).json()["items"]
    scope = replace(web.services.scope.nowhere, show_waiting=_nobody)
    found = await web.services.recommend.similar(BOHEMIAN, scope)
    assert isinstance(found, SimilarSongs)
    assert [one["song"]["id"] for one in similar] == [one.track.id for one in found.songs]
    percents = [one["percent"] for one in similar]
    assert percents == sorted(percents, reverse=True)


async def test_the_features_of_a_song_come_back_near_where_such_a_song_is(web: Web) -> None:
    song = (await web.get(f"{API}/songs/7lQ8MOhq6IN2w8EYcFNSUk")).json()  # Without Me
    query = "&".join(f"{name}={value}" for name, value in song["features"].items())
    found = (await web.get(f"{API}/predict?{query}&duration=290")).json()
    assert found["z_scores"] == pytest.approx(song["z_scores"], abs=0.01)
    assert len(found["items"]) == 5
    assert any("hip-hop" in one["song"]["genres"] for one in found["items"])
    cluster = (await web.get(f"{API}/clusters/{found['cluster']['number']}")).json()
    assert cluster["name"] == found["cluster"]["name"]


async def test_every_feature_may_be_set_within_its_range() -> None:
    properties = PredictQuery.model_json_schema()["properties"]
    for name, (low, high) in FEATURE_RANGES.items():
        assert (properties[name]["minimum"], properties[name]["maximum"]) == (low, high)
    assert tuple(scale.name for scale in SOUND_SCALES) == FEATURE_NAMES


async def test_clusters_are_found_by_sound_and_genre(web: Web) -> None:
    everything = (await web.get(f"{API}/clusters?size=100")).json()
    sizes = [cluster["size"] for cluster in everything["items"]]
    assert sizes == sorted(sizes, reverse=True)
    rock = (await web.get(f"{API}/clusters?q=acoustic+rock&size=100")).json()
    assert 0 < rock["total"] < everything["total"]
    for cluster in rock["items"]:
        words = cluster["name"].lower() + " ".join(genre["name"] for genre in cluster["genres"])
        assert "acoustic" in words
        assert "rock" in words


async def test_playlists_respect_their_parameters(web: Web) -> None:
    mood = (await web.get(f"{API}/playlist?energy=0.95&valence=0.2&count=15&order=tempo")).json()
    energies = [(await sound_of(web, song["id"]))["energy"] for song in mood["items"]]
    tempi = [(await sound_of(web, song["id"]))["tempo"] for song in mood["items"]]
    assert len(mood["items"]) == 15
    assert np.mean(energies) > 0.85
    assert tempi == sorted(tempi)
    song = (await web.get(f"{API}/songs/{BOHEMIAN}/playlist?count=8&explicit=false")).json()
    assert song["items"][0]["id"] == BOHEMIAN
    assert len({one["id"] for one in song["items"]}) == 8
    assert not any(one["explicit"] for one in song["items"])
    cluster = (await web.get(f"{API}/clusters/12/playlist?count=5")).json()
    assert (cluster["kind"], len(cluster["items"])) == ("cluster", 5)


async def test_a_path_leads_from_one_song_to_the_other(web: Web) -> None:
    path = (await web.get(f"{API}/path?start={BOHEMIAN}&end=7lQ8MOhq6IN2w8EYcFNSUk&count=7")).json()["items"]
    assert [step["song"]["id"] for step in (path[0], path[-1])] == [BOHEMIAN, "7lQ8MOhq6IN2w8EYcFNSUk"]
    assert len(path) == 7
    assert path[0]["percent"] is None
    assert all(step["map"] for step in path)


async def test_the_maps_points_are_small_and_name_their_songs(web: Web) -> None:
    about = (await web.get(f"{API}/map")).json()
    answer = await web.get(about["points_url"])
    raw = answer.content
    count = about["points"]
    assert len(raw) == 9 * count
    x, y, z, clusters = (np.frombuffer(raw, "<u2", count, 2 * count * plane) for plane in range(4))
    families = np.frombuffer(raw, np.uint8, count, 8 * count)
    called = (await web.get(about["clusters_url"])).json()["names"]
    german = (await web.get(about["clusters_url"], accept_language="de")).json()["names"]
    assert len(called) == len(german) > clusters.max()
    assert called != german
    for point in (0, 1_234, count - 1):
        song = (await web.get(f"{API}/map/{about['model']}/songs/{point}")).json()
        detail = (await web.get(f"{API}/songs/{song['id']}")).json()
        here = [plane[point] / 0xFFFF for plane in (x, y, z)]
        assert here == pytest.approx(list(detail["map"].values()), abs=1e-3)
        assert detail["cluster"] == {"number": clusters[point], "name": called[clusters[point]]}
        assert about["families"][families[point]] in [genre.replace("-", " ") for genre in detail["genres"]]
    assert sorted(about["families"]) == sorted([*(genre["name"] for genre in about["genres"]), "other"])
    assert all(0 < genre["x"] < 1 and 0 < genre["y"] < 1 for genre in about["genres"])
    cloud = await web.services.maps.points.cloud(web.services.scope.nowhere)
    assert len(cloud.packed) < 8 * count
    plain = await web.get(about["points_url"], accept_encoding="identity")
    assert "content-encoding" not in plain.headers
    assert plain.content == gzip.decompress(
        (await web.services.maps.points.cloud(web.services.scope.nowhere)).packed
    )
    await web.get(f"{API}/map/{about['model']}/songs/{count}", 404)
    await web.get(f"{API}/map/20200101T000000000000Z/points", 404)


async def test_a_large_catalogue_shows_its_best_known_songs(web: Web) -> None:
    scope = web.services.scope.nowhere
    cloud = await MapSongs(most=300).cloud(scope)
    everything = await web.services.maps.points.cloud(scope)
    tracks = await web.services.scope.nowhere.serving.tracks.by_rows(cloud.rows.tolist())
    all_tracks = await web.services.scope.nowhere.serving.tracks.by_rows(everything.rows.tolist())
    popularities = sorted((track.popularity or 0 for track in all_tracks), reverse=True)
    assert len(cloud.rows) == len(set(cloud.rows.tolist())) == 300
    assert sorted((track.popularity or 0 for track in tracks), reverse=True) == popularities[:300]
    packed = gzip.decompress(cloud.packed)
    assert len(packed) == 9 * 300
    place = everything.rows.tolist().index(int(cloud.rows[7]))
    whole = gzip.decompress(everything.packed)
    assert packed[14:16] == whole[2 * place : 2 * place + 2], "a song stands where it stands on the whole map"


@pytest.mark.parametrize(
    "path",
    ["/", f"/song/{BOHEMIAN}", "/model", "/static/site.css", f"{API}/songs/{BOHEMIAN}", f"{API}/map"],
)
async def test_head_is_get_without_the_body(web: Web, path: str) -> None:
    got, head = await web.get(path), await web.client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    lengths = [answer.headers.pop("content-length") for answer in (got, head)]
    assert dict(got.headers) == dict(head.headers)
    assert (await web.client.head("/nothing")).status_code == 404
    assert path in ("/", f"/song/{BOHEMIAN}") or lengths[0] == lengths[1]  # these draw another song each time


async def test_unchanged_responses_are_not_sent_again(web: Web) -> None:
    for path in (f"{API}/songs/{BOHEMIAN}", f"{API}/clusters/3", f"{API}/map", "/static/site.css"):
        tag = (await web.get(path)).headers["etag"]
        again = await web.get(path, 304, if_none_match=tag)
        assert again.content == b""
        await web.get(path, if_none_match='"something-else"')


@pytest.mark.parametrize("path", ["/", "/map", f"{API}/clusters", f"{API}/openapi.json", "/static/site.css"])
async def test_large_responses_are_compressed_on_request(web: Web, path: str) -> None:
    packed, plain = await web.get(path), await web.get(path, accept_encoding="identity")
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert "accept-encoding" in packed.headers["vary"].lower()
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    if tag := packed.headers.get("etag"):
        again = await web.get(path, 304, if_none_match=tag)
        assert "content-encoding" not in again.headers
        assert again.headers["etag"] == tag
    head = await web.client.head(path)
    assert head.headers["content-length"] == packed.headers["content-length"]


async def test_the_description_names_problem_details_for_every_fault(web: Web) -> None:
    described = (await web.get(f"{API}/openapi.json")).json()
    assert "HTTPValidationError" not in described["components"]["schemas"]
    assert set(described["components"]["schemas"]["Problem"]["required"]) == {
        "title",
        "status",
        "detail",
        "instance",
    }
    for path, methods in described["paths"].items():
        for status in ("404", "422", "429", "503"):
            assert list(methods["get"]["responses"][status]["content"]) == ["application/problem+json"], path


async def test_the_hot_list_is_empty_until_there_is_one(web: Web) -> None:
    answer = await web.get(f"{API}/hotlist", 404)
    assert answer.headers["content-type"] == "application/problem+json"
    assert "hot list" in answer.json()["detail"]


async def test_health_names_model_and_catalogue(web: Web, visited_state: Path) -> None:
    health = (await web.get(f"{API}/health")).json()
    assert health["status"] == "ok"
    assert health["tracks"] == await web.services.scope.nowhere.serving.tracks.count()
    assert (visited_state / "models" / health["model"]).is_dir()


async def _nobody() -> None:
    raise AssertionError("nobody outside is asked")
