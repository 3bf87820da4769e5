"""Rounds of the odd one out, their votes, and what people found."""

import json
import secrets
from collections.abc import Sequence
from time import time

from bot.storage.database import Repository
from bot.storage.state.forget_marks import is_forgotten
from bot.storage.state.upserts import upsert
from bot.storage.stored_values import stored_json


class OddRounds(Repository):
    """Reads and writes rounds."""

    async def begin(self, channel: int, track_ids: Sequence[str]) -> str:
        """Store a round; returns its token."""
        token = secrets.token_urlsafe(9)
        await self._database.execute(
            "INSERT INTO odd_rounds (token, channel, track_ids, made_at) VALUES (?, ?, ?, ?)",
            [token, channel, json.dumps(list(track_ids)), time()],
        )
        return token

    async def recent(self, channel: int, since: float) -> list[str]:
        """The ids of all songs asked about in a channel since a time (Unix seconds)."""
        rows = await self._database.fetch(
            "SELECT track_ids FROM odd_rounds WHERE channel = ? AND made_at >= ?", [channel, since]
        )
        return [track_id for (ids,) in rows for track_id in stored_json(ids)]

    async def songs(self, token: str) -> list[str] | None:
        """The ids of a round's songs while it is open; None if it is shown or gone."""
        rows = await self._database.fetch(
            "SELECT track_ids FROM odd_rounds WHERE token = ? AND shown = 0", [token]
        )
        return stored_json(rows[0][0]) if rows else None

    async def vote(self, token: str, user: int, choice: int, *, began: int | None = None) -> int:
        """Store or change a vote; returns how many people have voted.

        Args:
            began: `Database.forgettings` when the request began; nothing is stored if the user was forgotten
                meanwhile.
        """
        async with self._database.transaction() as connection:
            if not await is_forgotten(connection, user, began):
                await connection.execute(
                    upsert("odd_votes", key='token, "user"', values="choice"), [token, user, choice]
                )
            [(votes,)] = await connection.fetch("SELECT count(*) FROM odd_votes WHERE token = ?", [token])
        return int(votes)

    async def close(self, token: str) -> dict[int, int] | None:
        """End a round: its votes by person, which are then deleted; None if it is shown already."""
        async with self._database.transaction() as connection:
            ended = await connection.fetch(
                "UPDATE odd_rounds SET shown = 1 WHERE token = ? AND shown = 0 RETURNING track_ids", [token]
            )
            if not ended:
                return None
            votes = await connection.fetch(
                'DELETE FROM odd_votes WHERE token = ? RETURNING "user", choice', [token]
            )
            choices = {int(user): int(choice) for user, choice in votes}
            if choices:
                counts = [sum(choice == place for choice in choices.values()) for place in range(3)]
                await connection.execute(
                    "INSERT INTO odd_triplets (token, track_ids, votes, made_at) VALUES (?, ?, ?, ?)",
                    [token, ended[0][0], json.dumps(counts), time()],
                )
        return choices

    async def triplets(self) -> list[tuple[list[str], list[int]]]:
        """All triplets that people judged: ids of three tracks, and votes for each as the odd one."""
        rows = await self._database.fetch("SELECT track_ids, votes FROM odd_triplets ORDER BY made_at")
        return [(stored_json(ids), stored_json(votes)) for ids, votes in rows]
