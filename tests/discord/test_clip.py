"""An attached clip instead of a name."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.clips import clip_ref, clip_track
from ml.features import FEATURE_NAMES, FEATURE_RANGES, AudioFeatures
from tests.support.outside import TUNE, open_outside
from tests.support.reading import embed_of, is_sentence, picked_id, press, text_of
from tests.support.world import World, open_world

MUSIC = b"ID3" + TUNE.id.encode()
"""What the stand-in takes for the tune."""


async def test_a_clip_is_answered_like_a_song_and_again_after_a_restart(state: Path) -> None:
    async with open_outside(state) as outside, open_world(outside.settings(spotify=False)) as world:
        answer = await world.listener.slash(world.music, "recommend", clip=("tune.mp3", MUSIC))
        assert "your clip" in (embed_of(answer).footer.text or "")
        first = await world.services.scope.nowhere.serving.tracks.by_id(picked_id(answer))
        await world.restart()
        again = await press(world, world.friend, answer, "Another")
        second = await world.services.scope.nowhere.serving.tracks.by_id(picked_id(again))
        assert first
        assert second
        assert first.id != second.id
        seeds = [world.services.models.recommender.seed_of_row(track.row or 0) for track in (first, second)]
        assert seeds[0]
        assert seeds[1]
        assert seeds[0].cluster == seeds[1].cluster


async def test_a_clip_attached_to_a_text_command_works_too(state: Path) -> None:
    async with open_outside(state) as outside, open_world(outside.settings(spotify=False)) as world:
        await world.listener.send(world.music, "!recommend", attachments=[("tune.ogg", MUSIC)])
        assert "your clip" in text_of(world.music.last_message)


@pytest.mark.parametrize(
    ("name", "content"),
    [("tune.mp3", b"no music at all"), ("tune.exe", MUSIC), ("tune.mp3", b"\0" * 5_000_001)],
)
async def test_what_is_no_clip_gets_one_sentence(state: Path, name: str, content: bytes) -> None:
    async with open_outside(state) as outside, open_world(outside.settings(spotify=False)) as world:
        assert is_sentence(await world.listener.slash(world.music, "recommend", clip=(name, content)))


async def test_without_an_analysis_service_it_says_so(world: World) -> None:
    assert is_sentence(await world.listener.slash(world.music, "recommend", clip=("tune.mp3", MUSIC)))


FEATURES = st.builds(AudioFeatures, **{name: st.floats(*FEATURE_RANGES[name]) for name in FEATURE_NAMES})


@given(FEATURES)
def test_a_clip_survives_in_its_button(features: AudioFeatures) -> None:
    song_ref = clip_ref(features)
    assert len(f"another:{song_ref}") <= 100
    track = clip_track(song_ref)
    assert track
    assert track.features
    for name, (low, high) in FEATURE_RANGES.items():
        assert abs(getattr(track.features, name) - getattr(features, name)) <= (high - low) / 65_535
    assert clip_ref(track.features) == song_ref


@given(st.text(max_size=60))
def test_other_references_are_no_clips(text: str) -> None:
    assert clip_track(text) is None
    assert clip_track(f"clip:{text}") is None or len(text) == 36
