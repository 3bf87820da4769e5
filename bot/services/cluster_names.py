"""Finds clusters by number or name."""

import asyncio
from dataclasses import dataclass

from bot.domain.spelling import normalise
from bot.i18n.cluster_names import cluster_name
from bot.i18n.translator import languages, translator_for
from bot.services.cache import ModelCache
from bot.services.scope import Scope
from ml.serving.profiles import ClusterProfile

LONGEST_NUMBER = 5


@dataclass(frozen=True)
class _Keys:
    """Numbers by name, and the searchable text of each cluster, in all languages."""

    numbers: dict[str, int]
    texts: list[str]


class ClusterNames:
    """Names are understood in every language they are shown in."""

    def __init__(self) -> None:
        self._keys = ModelCache(
            lambda scope: asyncio.to_thread(_keys_of, scope.serving.recommender.bundle.profiles)
        )

    async def called(self, text: str, scope: Scope) -> int | None:
        """The cluster with a number (`cluster 12`) or an exact name; None if there is none.

        Raises:
            ModelUnavailable: there is no model.
        """
        key = normalise(text)
        number = key.removeprefix("cluster ")
        if number.isdecimal() and len(number) <= LONGEST_NUMBER and number != key:
            return int(number) if int(number) < len(scope.serving.recommender.bundle.profiles) else None
        return (await self._keys.of(scope)).numbers.get(key)

    async def containing(self, words: str, scope: Scope) -> list[ClusterProfile]:
        """The clusters whose names and genres contain all words.

        Raises:
            ModelUnavailable: there is no model.
        """
        wanted = normalise(words).split()
        texts = (await self._keys.of(scope)).texts
        profiles = scope.serving.recommender.bundle.profiles
        return [
            profile
            for profile, text in zip(profiles, texts, strict=True)
            if text and all(word in text for word in wanted)
        ]


def _keys_of(profiles: tuple[ClusterProfile, ...]) -> _Keys:
    translators = [translator_for(language) for language in languages()]
    numbers: dict[str, int] = {}
    texts = []
    for profile in profiles:
        names = {normalise(cluster_name(profile.name, translate)) for translate in translators}
        for name in names:
            numbers.setdefault(name, profile.number)
        texts.append(" ".join(sorted({*names, *(normalise(genre) for genre, _ in profile.genres)})))
    return _Keys(numbers, texts)
