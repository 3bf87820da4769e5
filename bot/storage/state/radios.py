"""The radios of channels: first song, played songs, opinions."""

from dataclasses import dataclass
from time import time

from bot.storage.database import Database
from bot.storage.state.upserts import upsert
from bot.storage.stored_values import as_json, stored_json


@dataclass(frozen=True, slots=True)
class StoredRadio:
    """A channel's radio.

    Attributes:
        song_ref: the first song. title, artists: its name.
        played: number of songs played.
        heard: ids of the last tracks played in the channel, newest first, including earlier radios.
        steering: the code of its `Steering`. steered_from: the song that steered songs are compared with.
        liked, disliked: songs of this radio that a majority of its raters like, or dislike.
    """

    song_ref: str
    title: str
    artists: tuple[str, ...]
    played: int
    heard: tuple[str, ...]
    liked: tuple[str, ...]
    disliked: tuple[str, ...]
    steering: str = ""
    steered_from: str | None = None


class Radios:
    """Reads and writes the radios."""

    def __init__(self, database: Database, *, remembered: int) -> None:
        self._database = database
        self._remembered = remembered

    async def begin(
        self,
        channel: int,
        song_ref: str,
        title: str,
        artists: tuple[str, ...],
        steering: str = "",
        steered_from: str | None = None,
    ) -> None:
        """Start a radio, replacing the channel's previous one; the history is kept."""
        columns = "song_ref, title, artists, played, used_at, steering, steered_from"
        await self._database.execute(
            upsert("radios", key="channel", values=columns),
            [channel, song_ref, title, as_json(artists), 0, time(), steering, steered_from],
        )

    async def straighten(self, channel: int) -> None:
        """Take back what a radio was steered by."""
        await self._database.execute(
            "UPDATE radios SET steering = '', steered_from = NULL WHERE channel = ?", [channel]
        )

    async def of(self, channel: int, *, guild: int | None, user: int | None) -> StoredRadio | None:
        """The channel's radio.

        Args:
            guild: the server whose opinions count; None in direct messages, where those of `user` count.
        """
        found = await self._database.look_up(
            "SELECT song_ref, title, artists, played, steering, steered_from FROM radios WHERE channel = ?",
            [channel],
        )
        if not found:
            return None
        heard = await self._database.look_up(
            "SELECT track_id FROM radio_songs WHERE channel = ? ORDER BY song DESC LIMIT ?",
            [channel, self._remembered],
        )
        [(song_ref, title, artists, played, steering, steered_from)] = found
        opinions = await self._database.fetch(
            """
            SELECT track_id, sum(2 * liked - 1)
            FROM (
              SELECT DISTINCT track_id FROM (
                SELECT track_id FROM radio_songs WHERE channel = ? ORDER BY song DESC LIMIT ?
              ) AS lately
            ) AS played JOIN feedback ON feedback.song_ref = played.track_id
            WHERE coalesce(guild, 0) = ? AND (guild IS NOT NULL OR "user" = ?)
            GROUP BY track_id
            """,
            [channel, min(played, self._remembered), guild or 0, user],
        )
        return StoredRadio(
            song_ref,
            title,
            tuple(stored_json(artists)),
            played,
            tuple(id for (id,) in heard),
            tuple(id for id, net in opinions if net > 0),
            tuple(id for id, net in opinions if net < 0),
            steering,
            steered_from,
        )

    async def play(self, channel: int, track_id: str) -> None:
        """Add a played song and delete the oldest ones."""
        async with self._database.transaction() as connection:
            await connection.execute(
                "INSERT INTO radio_songs (channel, track_id) VALUES (?, ?)", [channel, track_id]
            )
            await connection.execute(
                """
                DELETE FROM radio_songs WHERE channel = ? AND song <= (
                  SELECT song FROM radio_songs WHERE channel = ? ORDER BY song DESC LIMIT 1 OFFSET ?
                )
                """,
                [channel, channel, self._remembered],
            )
            await connection.execute(
                "UPDATE radios SET played = played + 1, used_at = ? WHERE channel = ?", [time(), channel]
            )

    async def stop(self, channel: int) -> bool:
        """Delete the channel's radio and history; returns whether there was one."""
        async with self._database.transaction() as connection:
            return await connection.execute("DELETE FROM radios WHERE channel = ?", [channel]) > 0
