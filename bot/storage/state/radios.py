"""The radios of channels: where each is, what it played, what people think of that."""

import json
from dataclasses import dataclass
from time import time

from bot.storage.database import Database


@dataclass(frozen=True, slots=True)
class Station:
    """A channel's radio.

    Attributes:
        token: of the song it began with. title, artists: its name.
        played: songs since it began.
        heard: the last catalogue rows played in the channel, newest first, also by radios before.
        liked, disliked: rows played since it began that more people there like, or dislike, than not.
    """

    token: str
    title: str
    artists: tuple[str, ...]
    played: int
    heard: tuple[int, ...]
    liked: tuple[int, ...]
    disliked: tuple[int, ...]


class Radios:
    """Reads and writes the radios."""

    def __init__(self, database: Database, *, remembered: int) -> None:
        self._database = database
        self._remembered = remembered

    async def begin(self, channel: int, token: str, title: str, artists: tuple[str, ...]) -> None:
        """Begin a radio in place of the channel's last one; what was heard there stays known."""
        async with self._database.transaction() as connection:
            await connection.execute(
                """
                INSERT INTO stations (channel, token, title, artists, played, used_at)
                VALUES (?, ?, ?, ?, 0, ?)
                ON CONFLICT (channel) DO UPDATE SET
                  token = excluded.token, title = excluded.title, artists = excluded.artists,
                  played = 0, used_at = excluded.used_at
                """,
                [channel, token, title, json.dumps(artists, ensure_ascii=False), time()],
            )

    async def of(self, channel: int, *, guild: int | None, user: int | None) -> Station | None:
        """The channel's radio.

        Args:
            guild: the server whose opinions count; None in direct messages, where those of `user` do.
        """
        found = await self._database.look_up(
            "SELECT token, title, artists, played FROM stations WHERE channel = ?", [channel]
        )
        if not found:
            return None
        heard = await self._database.look_up(
            "SELECT row FROM station_songs WHERE channel = ? ORDER BY song DESC LIMIT ?",
            [channel, self._remembered],
        )
        [(token, title, artists, played)] = found
        opinions = await self._database.fetch(
            """
            SELECT row, sum(2 * liked - 1)
            FROM (SELECT row FROM station_songs WHERE channel = ? ORDER BY song DESC LIMIT ?)
            JOIN tracks USING (row) JOIN feedback ON feedback.token = tracks.id
            WHERE ifnull(guild, 0) = ? AND (guild IS NOT NULL OR user = ?)
            GROUP BY row
            """,
            [channel, min(played, self._remembered), guild or 0, user],
        )
        return Station(
            token,
            title,
            tuple(json.loads(artists)),
            played,
            tuple(row for (row,) in heard),
            tuple(row for row, net in opinions if net > 0),
            tuple(row for row, net in opinions if net < 0),
        )

    async def play(self, channel: int, row: int) -> None:
        """Note the next song; of the oldest ones nothing is kept."""
        async with self._database.transaction() as connection:
            await connection.execute("INSERT INTO station_songs (channel, row) VALUES (?, ?)", [channel, row])
            await connection.execute(
                """
                DELETE FROM station_songs WHERE channel = :channel AND song <= (
                  SELECT song FROM station_songs WHERE channel = :channel
                  ORDER BY song DESC LIMIT 1 OFFSET :remembered
                )
                """,
                {"channel": channel, "remembered": self._remembered},
            )
            await connection.execute(
                "UPDATE stations SET played = played + 1, used_at = ? WHERE channel = ?", [time(), channel]
            )

    async def forget(self, before: float) -> None:
        """Remove radios that nobody heard since then (Unix seconds), with all that they played."""
        await self._database.execute("DELETE FROM stations WHERE used_at < ?", [before])
