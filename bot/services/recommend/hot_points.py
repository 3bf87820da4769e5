"""The points of hot songs, as far as the catalogue knows the songs or their artists."""

import asyncio
from collections.abc import Sequence

import numpy as np

from bot.domain.charts import ChartEntry
from bot.domain.recommendations import SeedSong, hot_ref
from bot.services.scope import Scope
from bot.services.search.locate import Located, LocateSong

NEAREST = 10
"""Hot songs of which one is drawn."""
_MOST = 1_000


class HotPoints:
    """Locates hot songs, each once per model."""

    def __init__(self, locate: LocateSong) -> None:
        self._locate = locate
        self._model = ""
        self._known: dict[str, Located | None] = {}

    async def nearest(
        self, to: Located, entries: Sequence[ChartEntry], scope: Scope
    ) -> list[tuple[ChartEntry, Located]]:
        """The nearest of the entries that can be located, nearest first."""
        places = [(entry, place) for entry in entries if (place := await self._place(entry, scope))]
        away = [float(np.linalg.norm(place.seed.point - to.seed.point)) for _, place in places]
        return [places[at] for at in np.argsort(away, kind="stable")[:NEAREST]]

    async def _place(self, entry: ChartEntry, scope: Scope) -> Located | None:
        model = scope.serving.recommender.name
        if model != self._model or len(self._known) > _MOST:
            self._model, self._known = model, {}
        key = f"{entry.track_id}|{hot_ref(entry)}"
        if key not in self._known:
            track = await scope.serving.tracks.by_id(entry.track_id) if entry.track_id else None
            song = SeedSong(entry.title, (entry.artist,), track, entry)
            self._known[key] = self._locate.at_hand(song, scope)
            await asyncio.sleep(0)  # a hundred look-ups in a row would block the event loop
        return self._known[key]
