"""Reads moods: a preset, sliders."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.errors import BadMix
from bot.domain.spelling import normalise
from bot.i18n.marking import marked
from bot.services.scope import Scope
from ml.features import FEATURE_RANGES, InvalidFeatures
from ml.serving.moods import PRESETS, MoodSongs, checked

POPULAR = 100_000
"""Moods choose among so many of the best known tracks: people know them, and they fit into 10 MB."""
TELL_ME = marked("Tell me a song, a cluster, a mood or how it is to sound, for example: chill.")


@dataclass(frozen=True, slots=True)
class MoodTarget:
    """The target features of a mood playlist.

    Attributes:
        preset: a name in `PRESETS`, or None.
        sliders: target values by feature; they override the preset's.
    """

    preset: str | None = None
    sliders: Mapping[str, float] | None = None

    @property
    def name(self) -> str:
        """A name such as `chill` or `energy 0.8`."""
        sliders = [f"{name} {value:g}" for name, value in (self.sliders or {}).items()]
        return " · ".join([*([self.preset] if self.preset else []), *sliders])


async def read_mood_songs(scope: Scope) -> MoodSongs:
    """The songs among which moods choose."""
    rows = await scope.serving.audio_features.popular(POPULAR)
    labelled = await scope.serving.labels.rows_by_label()
    return await asyncio.to_thread(MoodSongs.of, scope.serving.recommender, rows, labelled)


def preset_called(text: str) -> str | None:
    """The preset of this name."""
    key = normalise(text)
    return key if key in PRESETS else None


def features_of(target: MoodTarget) -> Mapping[str, float]:
    """The values wanted, by feature; at least one.

    Raises:
        BadMix: with what to say instead.
    """
    if target.preset is not None and preset_called(target.preset) is None:
        raise BadMix(
            "I know no mood “{mood}”; try one of these: {moods}.",
            mood=target.preset,
            moods=", ".join(PRESETS),
        )
    wanted = {**PRESETS.get(preset_called(target.preset or "") or "", {}), **(target.sliders or {})}
    if not wanted:
        raise BadMix(TELL_ME)
    for name, value in wanted.items():
        try:
            checked({name: value})
        except InvalidFeatures as error:
            low, high = FEATURE_RANGES.get(name, (0.0, 1.0))
            raise BadMix(
                "{feature} goes from {low} to {high}.", feature=name, low=f"{low:g}", high=f"{high:g}"
            ) from error
    return wanted
