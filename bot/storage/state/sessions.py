"""Stores listening sessions; each change writes the tables that differ in one transaction."""

from collections.abc import Mapping
from dataclasses import replace
from operator import attrgetter
from typing import Any

from bot.domain.privacy import PERSONAL
from bot.domain.sessions import Opinion, Person, Pick, Played, QueuedSong, Session, SessionPoll, SessionSong
from bot.domain.shards import UNSHARDED, Shards
from bot.domain.steering import Steering
from bot.storage.database import Database, Transaction
from bot.storage.state.forget_marks import Forgotten, forgotten_since
from bot.storage.stored_values import as_json, stored_json

_USER = '"user"'  # a word of SQL
_SONG = ("song_ref", "title", "artists", "seconds")
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "session_people": (_USER, "place", "served", "away_since", "asked_at"),
    "session_queue": ("entry", _USER, *_SONG),
    "session_songs": ("number", _USER, "why", "about", "began_at", "skipped", *_SONG),
    "session_upcoming": ("place", _USER, "why", "about", *_SONG),
    "session_skips": (_USER,),
    "session_opinions": ("number", _USER, "liked"),
    "session_polls": ("message", "ends_at"),
    "session_candidates": ("answer", *_SONG),
}
"""The columns of each table after the session; rows are read in the order of the first."""
_ANONYMOUS = {personal.table for personal in PERSONAL if personal.anonymous}
_OWN = (
    "channel",
    "guild",
    "voice",
    "mode",
    "auto",
    "steering",
    "age_restricted",
    "began_at",
    "touched_at",
    "ended_at",
    "panel",
)
_OWN_ROW = f"SELECT {', '.join(_OWN)}, version FROM sessions WHERE session = ?"
_PARTS = [
    f"SELECT {', '.join(columns)} FROM {table} WHERE session = ? ORDER BY {columns[0]}"
    for table, columns in _COLUMNS.items()
]
Rows = list[tuple[Any, ...]]


class Sessions:
    """Reads complete sessions and writes changes.

    What is due, open or has a voice channel is told of the servers of some shards only.
    """

    def __init__(self, database: Database, shards: Shards = UNSHARDED) -> None:
        self._database = database
        self._owned = f"(guild >> 22) % {shards.count} IN ({', '.join(map(str, shards.ids))})"

    async def begin(self, session: Session, *, began: int | None = None) -> Session | None:
        """Store a new session with all its parts; None if one is open in the channel already.

        Args:
            began: as of `save`.

        Returns:
            the session with the number that it got here.

        Raises:
            StorageFailed: it could not be written.
        """
        columns = (*_OWN, "due_at")
        async with self._database.transaction() as connection:
            rows = await connection.fetch(
                f"""
                INSERT INTO sessions ({", ".join(columns)}) VALUES ({", ".join("?" * len(columns))})
                ON CONFLICT DO NOTHING RETURNING session
                """,
                [*_own_values(session), session.due_at()],
            )
            if not rows:
                return None
            begun = replace(session, session=rows[0][0])
            await _write_parts(connection, {}, begun, began)
            return begun

    async def open_in(self, channel: int) -> Session | None:
        return await self._where("channel = ? AND ended_at IS NULL", channel)

    async def last_in(self, channel: int) -> Session | None:
        """The open session of a channel, or its last one."""
        return await self._where("channel = ? ORDER BY session DESC LIMIT 1", channel)

    async def by_number(self, number: int) -> Session | None:
        return await self._where("session = ?", number)

    @property
    def forgettings(self) -> int:
        """The number for `save` of a request that begins now."""
        return self._database.forgettings

    async def save(self, before: Session, after: Session, *, began: int | None = None) -> bool:
        """Write the differences between two states of a session; False if it was changed since it was read.

        Args:
            began: `forgettings` when the request began; nothing is written about people who were forgotten
                meanwhile.

        Raises:
            StorageFailed: nothing was changed.
        """
        if before == after:
            return True
        async with self._database.transaction() as connection:
            written = await connection.execute(
                f"""
                UPDATE sessions SET {", ".join(f"{name} = ?" for name in _OWN)}, due_at = ?,
                  version = version + 1
                WHERE session = ? AND version = ?
                """,
                [*_own_values(after), after.due_at(), after.session, before.version],
            )
            if not written:
                return False
            await _write_parts(connection, _tables(before), after, began)
            return True

    async def due(self, now: float) -> list[tuple[int, int]]:
        """Channels and numbers of sessions with due events, longest overdue first."""
        return [
            (channel, number)
            for channel, number in await self._database.look_up(
                f"""
                SELECT channel, session FROM sessions WHERE due_at <= ? AND {self._owned}
                ORDER BY due_at LIMIT 100
                """,
                [now],
            )
        ]

    async def all_open(self) -> list[tuple[int, int, int | None]]:
        """Channel, server and voice channel of all open sessions."""
        return [
            (channel, guild, voice)
            for channel, guild, voice in await self._database.fetch(
                f"SELECT channel, guild, voice FROM sessions WHERE ended_at IS NULL AND {self._owned}"
            )
        ]

    async def with_voice(self, voice: int) -> list[int]:
        """Channels of the open sessions with a voice channel."""
        rows = await self._database.look_up(
            f"SELECT channel FROM sessions WHERE voice = ? AND ended_at IS NULL AND {self._owned}", [voice]
        )
        return [channel for (channel,) in rows]

    async def forget_guild(self, guild: int) -> None:
        await self._database.execute("DELETE FROM sessions WHERE guild = ?", [guild])

    async def _where(self, condition: str, value: int) -> Session | None:
        found = await self._database.look_up(f"SELECT session FROM sessions WHERE {condition}", [value])
        if not found:
            return None
        number = found[0][0]
        [own_rows, *parts] = await self._database.look_up_together(
            [(sql, [number]) for sql in (_OWN_ROW, *_PARTS)]
        )
        if not own_rows:  # deleted meanwhile
            return None
        own = dict(zip((*_OWN, "version"), own_rows[0], strict=True))
        rows = dict(zip(_COLUMNS, parts, strict=True))
        poll = rows["session_polls"]
        candidates = tuple(_song(song) for _, *song in rows["session_candidates"])
        return Session(
            session=number,
            **{
                **own,
                "auto": bool(own["auto"]),
                "age_restricted": bool(own["age_restricted"]),
                "steering": Steering.from_code(own["steering"]),
            },
            people=tuple(sorted((Person(*row) for row in rows["session_people"]), key=attrgetter("place"))),
            queue=tuple(QueuedSong(entry, user, _song(song)) for entry, user, *song in rows["session_queue"]),
            songs=tuple(
                Played(number, Pick(user, why, about, _song(song)), began_at, bool(skipped))
                for number, user, why, about, began_at, skipped, *song in rows["session_songs"]
            ),
            upcoming=tuple(
                Pick(user, why, about, _song(song)) for _, user, why, about, *song in rows["session_upcoming"]
            ),
            skips=frozenset(user for (user,) in rows["session_skips"]),
            opinions=frozenset(
                Opinion(number, user, bool(liked)) for number, user, liked in rows["session_opinions"]
            ),
            poll=SessionPoll(poll[0][0], poll[0][1], candidates) if poll else None,
        )


async def _write_parts(
    connection: Transaction, old: Mapping[str, Rows], after: Session, began: int | None
) -> None:
    """Write the tables that differ from the old ones, without people who were forgotten meanwhile."""
    number = connection.began if began is None else began
    forgotten = await forgotten_since(connection, number)
    for table, all_rows in _tables(after).items():
        rows = _without(table, all_rows, forgotten, number)
        if rows != old.get(table, []):
            columns = ("session", *_COLUMNS[table])
            await connection.execute(f"DELETE FROM {table} WHERE session = ?", [after.session])
            await connection.execute_many(
                f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
                [(after.session, *row) for row in rows],
            )


def _own_values(session: Session) -> list[Any]:
    values = (getattr(session, name) for name in _OWN)
    return [value.code if isinstance(value, Steering) else value for value in values]


def _tables(session: Session) -> dict[str, Rows]:
    poll = session.poll
    return {
        "session_people": [
            (person.user, person.place, person.served, person.away_since, person.asked_at)
            for person in session.people
        ],
        "session_queue": [(queued.entry, queued.user, *_fields(queued.song)) for queued in session.queue],
        "session_songs": [
            (played.number, *_reason(played.pick), played.began_at, played.skipped, *_fields(played.song))
            for played in session.songs
        ],
        "session_upcoming": [
            (place, *_reason(pick), *_fields(pick.song)) for place, pick in enumerate(session.upcoming)
        ],
        "session_skips": [(user,) for user in session.skips],
        "session_opinions": [(one.number, one.user, one.liked) for one in session.opinions],
        "session_polls": [(poll.message, poll.ends_at)] if poll else [],
        "session_candidates": [
            (answer, *_fields(song)) for answer, song in enumerate(poll.songs if poll else ())
        ],
    }


def _without(table: str, rows: Rows, forgotten: Forgotten, began: int) -> Rows:
    """The rows of a table without people who were forgotten."""
    if _USER not in _COLUMNS[table]:
        return rows
    at = _COLUMNS[table].index(_USER)
    if table not in _ANONYMOUS:
        return [row for row in rows if not forgotten.after(row[at], began)]
    return [(*row[:at], None if forgotten.after(row[at], began) else row[at], *row[at + 1 :]) for row in rows]


def _reason(pick: Pick) -> tuple[Any, ...]:
    return pick.user, pick.why, pick.about


def _fields(song: SessionSong) -> tuple[Any, ...]:
    return song.song_ref, song.title, as_json(song.artists), song.seconds


def _song(fields: list[Any]) -> SessionSong:
    song_ref, title, artists, seconds = fields
    return SessionSong(song_ref, title, tuple(stored_json(artists)), seconds)
