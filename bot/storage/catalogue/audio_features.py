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

    async def popular(
        self,
        limit: int,
        *,
        genres: Sequence[str] = (),
        not_genres: Sequence[str] = (),
        years: tuple[int, int] | None = None,
    ) -> list[Row]:
        """Row number, popularity (or None) and the nine features of the most popular tracks.

        Args:
            genres: names of genres or subgenres, one of which a track has; empty for any.
            not_genres: names that no track has.
            years: the first and the last year of release; tracks of unknown year are left out.
        """
        of_labels = """
            SELECT track_labels.row FROM track_labels JOIN labels USING (label)
            WHERE kind IN ('genre', 'subgenre') AND name IN (SELECT value FROM json_each(?))
        """
        conditions: list[str] = ["TRUE"]
        values: list[str | int] = []
        for names, condition in ((genres, "IN"), (not_genres, "NOT IN")):
            if names:
                conditions.append(f"tracks.row {condition} ({of_labels})")
                values.append(json.dumps(list(names)))
        if years is not None:
            conditions.append("release_year BETWEEN ? AND ?")
            values += years
        return await self._catalogue.fetch(
            f"""
            SELECT tracks.row, popularity, {", ".join(FEATURE_NAMES)}
            FROM ranked JOIN tracks USING (row) WHERE {" AND ".join(conditions)} ORDER BY rank LIMIT ?
            """,
            [*values, limit],
        )

    async def newest_year(self) -> int | None:
        """The last year in which a track came out; None if no track's year is known."""
        [(year,)] = await self._catalogue.fetch("SELECT max(release_year) FROM tracks")
        return year or None

    async def mean_duration(self, rows: Sequence[int]) -> int | None:
        """The mean duration of some rows in milliseconds; None if unknown."""
        [(mean,)] = await self._catalogue.fetch(
            "SELECT avg(duration_ms) FROM tracks WHERE row IN (SELECT value FROM json_each(?))",
            [json.dumps(list(rows))],
        )
        return None if mean is None else round(mean)

    async def popular_rows(self, limit: int) -> list[int]:
        """The rows of the most popular tracks, those of unknown popularity last."""
        [(rows,)] = await self._catalogue.fetch(  # one row: many are slow beside a busy event loop
            "SELECT json_group_array(row) FROM (SELECT row FROM ranked ORDER BY rank LIMIT ?)", [limit]
        )
        found: list[int] = json.loads(rows)
        return found
