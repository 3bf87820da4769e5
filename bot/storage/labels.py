"""The genres that the imported tables name."""

import asyncio
import json

from bot.storage.database import Database


class Labels:
    """Reads the labels of tracks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rows_by_genre(self) -> list[tuple[str, list[int]]]:
        """Every genre with its rows, the largest first; a row of several genres stands under one of them."""
        rows = await self._database.fetch(
            """
            SELECT name, json_group_array(row)
            FROM (
              SELECT row, min(label) AS label FROM track_labels
              WHERE label IN (SELECT label FROM labels WHERE kind = 'genre') GROUP BY row
            ) JOIN labels USING (label)
            GROUP BY label ORDER BY count(*) DESC, name
            """
        )
        # A million rows would hold up the event loop for a tenth of a second.
        return await asyncio.to_thread(lambda: [(name, json.loads(listed)) for name, listed in rows])
