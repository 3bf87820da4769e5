"""Reads audio features in bulk."""

import json
from collections.abc import Sequence

from bot.storage.catalogue.catalogue import Catalogue
from bot.storage.database import Row
from ml.features import FEATURE_NAMES


class AudioFeatureRows:
    """Reads features in bulk."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    async def popular(self, limit: int) -> list[Row]:
        """Row number, popularity (or None) and the nine features of the most popular tracks."""
        return await self._catalogue.fetch(
            f"""
            SELECT tracks.row, popularity, {", ".join(FEATURE_NAMES)}
            FROM ranked JOIN tracks USING (row) ORDER BY rank LIMIT ?
            """,
            [limit],
        )

    async def mean_duration(self, rows: Sequence[int]) -> int | None:
        """The mean duration of some rows in milliseconds; None if unknown."""
        [(mean,)] = await self._catalogue.fetch(
            "SELECT avg(duration_ms) FROM tracks WHERE row IN (SELECT value FROM json_each(?))",
            [json.dumps(list(rows))],
        )
        return None if mean is None else round(mean)

    async def popular_rows(self, limit: int) -> list[int]:
        """The rows of the most popular tracks, those of unknown popularity last."""
        [(rows,)] = await self._catalogue.fetch(
            """
            SELECT json_group_array(row) FROM (
              SELECT row FROM ranked ORDER BY rank LIMIT ?
            )
            """,
            [limit],
        )
        found: list[int] = json.loads(rows)
        return found
