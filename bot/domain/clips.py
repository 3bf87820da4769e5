"""An audio clip as a song: how it sounds is all there is of it, and it fits into a button."""

from bot.domain.tracks import Track
from bot.i18n.marking import marked
from ml.features import FEATURE_RANGES, AudioFeatures

CLIP = "clip:"
CLIP_TITLE = marked("your clip")

_STEPS = 0xFFFF


def clip_ref(features: AudioFeatures) -> str:
    """`clip:` and four hexadecimal digits a feature: 1/65,535 of its range is far below what one hears."""
    steps = (
        round(_STEPS * (value - low) / (high - low))
        for value, (low, high) in zip(features.vector(), FEATURE_RANGES.values(), strict=True)
    )
    return CLIP + "".join(f"{step:04x}" for step in steps)


def clip_track(song_ref: str) -> Track | None:
    """The clip of a song_ref, or None when it is no clip's."""
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
