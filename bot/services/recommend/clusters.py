"""All clusters, to look through."""

from bot.domain.errors import ClusterUnknown
from bot.domain.explorations import ClusterView
from bot.domain.pages import Page, page_count
from bot.domain.titles import normalise
from bot.services.recommend.similar import Explore
from bot.services.scope import Scope
from ml.features import FEATURE_NAMES, AudioFeatures


class BrowseClusters:
    """Finds clusters by words of their names and genres."""

    def __init__(self, explore: Explore) -> None:
        self._explore = explore

    async def __call__(
        self, words: str, scope: Scope, *, page: int, size: int, examples: int
    ) -> Page[ClusterView]:
        """The clusters whose names and genres hold all the words, largest first.

        Args:
            page: counted from 0; beyond the last is empty.

        Raises:
            ModelUnavailable: there is no model.
        """
        recommender = scope.serving.recommender
        asked = normalise(words).split()
        found = [
            profile
            for profile in recommender.bundle.profiles
            if (text := normalise(" ".join([profile.name, *(name for name, _ in profile.genres)])))
            and all(word in text for word in asked)
        ]
        found.sort(key=lambda profile: (-profile.size, profile.number))
        views = [
            await self._explore.view(profile.number, scope, examples=examples)
            for profile in found[page * size : (page + 1) * size]
        ]
        return Page(views, page, page_count(len(found), size), len(found), page * size)

    async def one(self, number: int, scope: Scope, *, examples: int) -> ClusterView:
        """One cluster.

        Raises:
            ClusterUnknown: no cluster has this number.
            ModelUnavailable: there is no model.
        """
        recommender = scope.serving.recommender
        if not 0 <= number < len(recommender.bundle.profiles):
            raise ClusterUnknown(
                "There is no cluster {number}; they are numbered from 0 to {last}.",
                number=number,
                last=len(recommender.bundle.profiles) - 1,
            )
        return await self._explore.view(number, scope, examples=examples)

    async def duration_of(self, number: int, scope: Scope) -> int | None:
        """The mean duration of a cluster's songs in milliseconds; None where none is known.

        Raises:
            ModelUnavailable: there is no model.
        """
        return await scope.serving.sounds.mean_duration(scope.serving.recommender.rows_of(number))

    def name_of(self, number: int, scope: Scope) -> str:
        """The name of a cluster that there is.

        Raises:
            ModelUnavailable: there is no model.
        """
        return scope.serving.recommender.profile(number).name

    def names(self, scope: Scope) -> list[tuple[int, str]]:
        """Number and name of every cluster, by name.

        Raises:
            ModelUnavailable: there is no model.
        """
        profiles = scope.serving.recommender.bundle.profiles
        return sorted(((profile.number, profile.name) for profile in profiles), key=lambda one: one[1])

    def usual_sound(self, scope: Scope) -> AudioFeatures:
        """The catalogue's mean, feature by feature.

        Raises:
            ModelUnavailable: there is no model.
        """
        return scope.serving.recommender.sound_of([0.0] * len(FEATURE_NAMES))
