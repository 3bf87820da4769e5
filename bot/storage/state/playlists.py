"""Playlists that were made, for the buttons under them."""

import json
import secrets
from collections.abc import Sequence
from time import time
from typing import NamedTuple

from bot.domain.playlists import PlaylistKind
from bot.storage.database import Database


class KeptPlaylist(NamedTuple):
    """A stored playlist: catalogue rows in order."""

    kind: PlaylistKind
    name: str
    rows: list[int]


class Playlists:
    """Keeps playlists under a short token."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, kind: PlaylistKind, name: str, rows: Sequence[int]) -> str:
        """Store a playlist; returns its token."""
        token = secrets.token_urlsafe(9)
        await self._database.execute(
            "INSERT INTO playlists (token, kind, name, rows, made_at) VALUES (?, ?, ?, ?, ?)",
            [token, kind, name, json.dumps(list(rows)), time()],
        )
        return token

    async def find(self, token: str) -> KeptPlaylist | None:
        """The playlist of a token."""
        found = await self._database.look_up(
            "SELECT kind, name, rows FROM playlists WHERE token = ?", [token]
        )
        return KeptPlaylist(found[0][0], found[0][1], json.loads(found[0][2])) if found else None

    async def forget(self, before: float) -> None:
        """Remove playlists made before then (Unix seconds)."""
        await self._database.execute("DELETE FROM playlists WHERE made_at < ?", [before])
