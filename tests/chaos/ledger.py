"""What the bot confirmed to people, held against what the database has."""

from dataclasses import dataclass, field

import asyncpg

from bot.domain.privacy import PERSONAL

Explicit = str | None


@dataclass
class Opened:
    """A listening session, as its people saw it.

    Attributes:
        people: who was told that they are in.
        songs: how often the bot said that it went on; tried: how often it was asked to.
        end_tried: whether somebody asked to end it, whatever came of that.
    """

    people: set[int] = field(default_factory=set)
    songs: int = 0
    tried: int = 0
    end_tried: bool = False


@dataclass
class Ledger:
    """What was confirmed.

    Attributes:
        opinions: of people who pressed once: the server, and whether they like the song.
        explicit: what a server's rule may be: the one confirmed last, and those asked for since.
        playlists: their ids. sessions: the newest of each channel.
        ended: channels whose last session was confirmed to be over.
        forgotten: people who were told that nothing is left of them.
    """

    opinions: dict[int, tuple[int, bool]] = field(default_factory=dict)
    explicit: dict[int, set[Explicit]] = field(default_factory=dict)
    playlists: set[str] = field(default_factory=set)
    sessions: dict[int, Opened] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)
    forgotten: set[int] = field(default_factory=set)

    def __str__(self) -> str:
        people = sum(len(one.people) for one in self.sessions.values())
        songs = sum(one.songs for one in self.sessions.values())
        return (
            f"{len(self.opinions)} opinions, {len(self.explicit)} servers' rules, {len(self.playlists)} "
            f"playlists, {len(self.sessions)} open sessions with {people} people and {songs} songs, "
            f"{len(self.ended)} ended ones, {len(self.forgotten)} people forgotten"
        )


@dataclass
class Found:
    """What the database says otherwise.

    Attributes:
        lost: confirmed, and not there. ended: sessions that nobody ended, and are over.
        kept: rows of people who were forgotten.
    """

    lost: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


async def compare(ledger: Ledger, url: str) -> Found:
    """Look everything up."""
    connection = await asyncpg.connect(url)
    try:
        found = Found()
        await _opinions(ledger, connection, found)
        await _servers(ledger, connection, found)
        await _sessions(ledger, connection, found)
        await _people(ledger, connection, found)
        return found
    finally:
        await connection.close()


async def _opinions(ledger: Ledger, connection: asyncpg.Connection, found: Found) -> None:
    rows = await connection.fetch('SELECT "user", guild, liked FROM feedback')
    stored = {row["user"]: (row["guild"], bool(row["liked"])) for row in rows}
    for user, opinion in ledger.opinions.items():
        if stored.get(user) != opinion:
            found.lost.append(f"the opinion of {user}: {opinion}, stored {stored.get(user)}")


async def _servers(ledger: Ledger, connection: asyncpg.Connection, found: Found) -> None:
    rules = {row["guild"]: row["explicit"] for row in await connection.fetch("SELECT * FROM guilds")}
    for guild, possible in ledger.explicit.items():
        if rules.get(guild) not in possible:
            found.lost.append(f"the rule of server {guild}: {possible}, stored {rules.get(guild)}")
    tokens = {row["token"] for row in await connection.fetch("SELECT token FROM playlists")}
    found.lost += [f"playlist {token}" for token in ledger.playlists - tokens]


async def _sessions(ledger: Ledger, connection: asyncpg.Connection, found: Found) -> None:
    newest = {
        row["channel"]: row for row in await connection.fetch("SELECT * FROM sessions ORDER BY session")
    }
    for channel in ledger.ended:
        if channel in newest and newest[channel]["ended_at"] is None and channel not in ledger.sessions:
            found.lost.append(f"the end of the session in {channel}")
    for channel, opened in ledger.sessions.items():
        row = newest.get(channel)
        if row is None:
            found.lost.append(f"the session in {channel}")
            continue
        if row["ended_at"] is not None and not opened.end_tried:
            found.ended.append(f"session {row['session']} in {channel}")
        number = row["session"]
        people = await connection.fetch('SELECT "user" FROM session_people WHERE session = $1', number)
        if missing := opened.people - {one["user"] for one in people}:
            found.lost.append(f"people of session {number}: {sorted(missing)}")
        songs = await connection.fetchval("SELECT count(*) FROM session_songs WHERE session = $1", number)
        if not opened.songs <= songs <= opened.tried:
            found.lost.append(
                f"songs of session {number}: {songs}, confirmed {opened.songs} of {opened.tried}"
            )


async def _people(ledger: Ledger, connection: asyncpg.Connection, found: Found) -> None:
    for personal in PERSONAL:
        rows = await connection.fetch(
            f'SELECT "{personal.column}" AS person FROM {personal.table} WHERE "{personal.column}" = ANY($1)',
            list(ledger.forgotten),
        )
        found.kept += [f"{personal.table}: {row['person']}" for row in rows]
