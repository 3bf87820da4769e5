"""The audio features as people set and read them."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.i18n.marking import marked
from ml.features import FEATURE_RANGES, AudioFeatures


@dataclass(frozen=True, slots=True)
class SoundScale:
    """One feature.

    Attributes:
        low, high: the closed range. step: what a slider moves by.
        unit: after the number; empty for a share from 0 to 1.
        low_word, high_word: what the ends sound like.
        meaning: one line. Name, words and meaning are in English, to be translated.
    """

    name: str
    low: float
    high: float
    step: float
    unit: str
    low_word: str
    high_word: str
    meaning: str


_WORDS: Mapping[str, tuple[str, str, str]] = {
    marked("acousticness"): (
        marked("electric"),
        marked("acoustic"),
        marked("Played on acoustic instruments."),
    ),
    marked("danceability"): (
        marked("free-flowing"),
        marked("danceable"),
        marked("A steady beat that one can dance to."),
    ),
    marked("energy"): (
        marked("mellow"),
        marked("high-energy"),
        marked("Fast, loud and busy."),
    ),
    marked("instrumentalness"): (
        marked("vocal"),
        marked("instrumental"),
        marked("Without anybody singing."),
    ),
    marked("liveness"): (
        marked("studio"),
        marked("live"),
        marked("An audience can be heard."),
    ),
    marked("loudness"): (
        marked("quiet"),
        marked("loud"),
        marked("How loud the whole recording is."),
    ),
    marked("speechiness"): (
        marked("sung"),
        marked("spoken"),
        marked("Spoken words, as in rap and talk."),
    ),
    marked("tempo"): (
        marked("slow"),
        marked("fast"),
        marked("Beats a minute."),
    ),
    marked("valence"): (
        marked("dark"),
        marked("bright"),
        marked("How cheerful it sounds."),
    ),
}
_STEPS = {"loudness": (0.5, "dB"), "tempo": (1.0, "BPM")}

SOUND_SCALES: tuple[SoundScale, ...] = tuple(
    SoundScale(name, low, high, *_STEPS.get(name, (0.01, "")), *_WORDS[name])
    for name, (low, high) in FEATURE_RANGES.items()
)
"""The nine features, in the order of `FEATURE_NAMES`."""

LONGEST_SECONDS = 3_600
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


def features_of(values: Mapping[str, float]) -> AudioFeatures:
    """The features of numbers by name.

    Raises:
        InvalidFeatures: one is missing or out of range.
    """
    return AudioFeatures.from_mapping(values)
