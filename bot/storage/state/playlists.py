"""Stored playlists, for the buttons under them."""

import json
import secrets
from collections.abc import Sequence
from time import time
from typing import NamedTuple

from bot.domain.playlists import PlaylistKind
from bot.storage.database import Repository
from bot.storage.stored_values import stored_json


class StoredPlaylist(NamedTuple):
    """A stored playlist: track ids in order."""

    kind: PlaylistKind
    name: str
    track_ids: list[str]


class Playlists(Repository):
    """Stores playlists under short random ids."""

    async def keep(self, kind: PlaylistKind, name: str, track_ids: Sequence[str]) -> str:
        """Store a playlist; returns its id."""
        playlist_id = secrets.token_urlsafe(9)
        await self._database.execute(
            "INSERT INTO playlists (token, kind, name, track_ids, made_at) VALUES (?, ?, ?, ?, ?)",
            [playlist_id, kind, name, json.dumps(list(track_ids)), time()],
        )
        return playlist_id

    async def find(self, playlist_id: str) -> StoredPlaylist | None:
        found = await self._database.look_up(
            "SELECT kind, name, track_ids FROM playlists WHERE token = ?", [playlist_id]
        )
        return StoredPlaylist(found[0][0], found[0][1], stored_json(found[0][2])) if found else None
