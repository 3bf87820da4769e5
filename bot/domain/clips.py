"""An audio clip as a song: only its features are known, and they fit into a button's id."""

from bot.domain.tracks import Track
from bot.i18n.marking import marked
from ml.features import FEATURE_RANGES, AudioFeatures

CLIP = "clip:"
CLIP_TITLE = marked("your clip")

_STEPS = 0xFFFF


def clip_ref(features: AudioFeatures) -> str:
    """Encode features as `clip:` and four hexadecimal digits each: 1/65,535 of a range is inaudible."""
    steps = (
        round(_STEPS * (value - low) / (high - low))
        for value, (low, high) in zip(features.vector(), FEATURE_RANGES.values(), strict=True)
    )
    return CLIP + "".join(f"{step:04x}" for step in steps)


def clip_track(song_ref: str) -> Track | None:
    """Decode the clip of a song reference, or return None."""
    digits = song_ref.removeprefix(CLIP)
    if not song_ref.startswith(CLIP) or len(digits) != 4 * len(FEATURE_RANGES):
        return None
    try:
        steps = [int(digits[at : at + 4], 16) for at in range(0, len(digits), 4)]
    except ValueError:
        return None
    values = [
        low + (high - low) * step / _STEPS
        for step, (low, high) in zip(steps, FEATURE_RANGES.values(), strict=True)
    ]
    return Track(song_ref, CLIP_TITLE, (), AudioFeatures(*values))
