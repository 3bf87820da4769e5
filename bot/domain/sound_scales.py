"""Ranges, units and words of the audio features for people."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.i18n.marking import marked
from ml.features import FEATURE_RANGES, FEATURE_WORDS


@dataclass(frozen=True, slots=True)
class SoundScale:
    """The scale of a feature.

    Attributes:
        low, high: the closed range. step: the step of a slider.
        unit: printed after the number; empty for a share from 0 to 1.
        low_word, high_word: words for both ends.
        meaning: one line. Name, words and meaning are English messages to translate.
    """

    name: str
    low: float
    high: float
    step: float
    unit: str
    low_word: str
    high_word: str
    meaning: str


_MEANINGS: Mapping[str, str] = {
    marked("acousticness"): marked("Played on acoustic instruments."),
    marked("danceability"): marked("A steady beat that one can dance to."),
    marked("energy"): marked("Fast, loud and busy."),
    marked("instrumentalness"): marked("Without anybody singing."),
    marked("liveness"): marked("An audience can be heard."),
    marked("loudness"): marked("How loud the whole recording is."),
    marked("speechiness"): marked("Spoken words, as in rap and talk."),
    marked("tempo"): marked("Beats a minute."),
    marked("valence"): marked("How cheerful it sounds."),
}
_STEPS = {"loudness": (0.5, "dB"), "tempo": (1.0, "BPM")}

SOUND_SCALES: tuple[SoundScale, ...] = tuple(
    SoundScale(name, low, high, *_STEPS.get(name, (0.01, "")), *FEATURE_WORDS[name], _MEANINGS[name])
    for name, (low, high) in FEATURE_RANGES.items()
)
"""The nine features, in the order of `FEATURE_NAMES`."""

DURATION = SoundScale(
    marked("duration"),
    30.0,
    900.0,
    5.0,
    "s",
    marked("short"),
    marked("long"),
    marked("How long it is; the model takes it as a hint."),
)
