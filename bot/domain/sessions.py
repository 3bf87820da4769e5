"""A listening session as a value, and what is true of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bot.domain.recommendations import SeedSong
from bot.domain.taste import KnownSong
from bot.domain.titles import artist_keys, same_song
from bot.domain.tracks import Track

Mode = Literal["fair", "blend", "hot", "journey"]
Why = Literal["asked", "taste", "blend", "hot", "way", "poll", "start"]
"""Asked for; near somebody's taste; near the group's mix; a hot song; on the way to a song asked for; the
winner of a poll; anything, because nobody's taste is known yet."""

ARTIST_PAUSE = 4
"""No artist twice in five songs: none of the last four songs is by an artist of the next one."""
USUAL_SECONDS = 210.0
"""How long a song lasts when nobody knows."""
AWAY_SECONDS = 300.0
"""Who left the voice channel for so long is asked whether they are still there…"""
ANSWER_SECONDS = 120.0
"""… and has so long to answer."""
IDLE_SECONDS = 3600.0
POLL_SECONDS = 60.0
CANDIDATES = 4
PLANNED = 3
MOST_QUEUED = 25
"""Songs of one person that wait."""
MOST_PEOPLE = 99


@dataclass(frozen=True, slots=True)
class At:
    """A session by its channel; a button also knows its number, and an older one's is over."""

    channel: int
    number: int | None = None


@dataclass(frozen=True, slots=True)
class SessionSong(KnownSong):
    """A song of a session; `seconds` is None where nobody knows how long it lasts."""

    seconds: float | None = None

    @classmethod
    def of_track(cls, track: Track) -> "SessionSong":
        """A track as a song of a session."""
        seconds = track.duration_ms / 1000 if track.duration_ms else None
        return cls(track.id, track.title, track.artists, seconds)

    @classmethod
    def of_seed(cls, seed: SeedSong) -> "SessionSong":
        """The song that somebody named."""
        return cls.of_track(seed.track) if seed.track else cls(seed.id, seed.title, seed.artists)

    def is_version_of(self, other: KnownSong) -> bool:
        """The same song, in this or another version."""
        return self.song_ref == other.song_ref or same_song(
            self.title, self.artists, other.title, other.artists
        )

    def shares_artist(self, other: KnownSong) -> bool:
        """Whether an artist has a part in both."""
        return bool(artist_keys(self.artists) & artist_keys(other.artists))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who takes part.

    Attributes:
        place: in the order of joining.
        served: how many songs had been played when a song was last theirs, or when they joined.
        away_since: when they left the voice channel; None while they are there, or never were.
        asked_at: when they were asked whether they still listen.
    """

    user: int
    place: int
    served: int
    away_since: float | None = None
    asked_at: float | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A song that somebody asked for and that waits; `entry` numbers them in order."""

    entry: int
    user: int
    song: SessionSong


@dataclass(frozen=True, slots=True)
class Pick:
    """A song chosen to be played.

    Attributes:
        user: for whom it is; None is for everybody.
        about: what the reason speaks of: a cluster, or the song that the way leads to.
    """

    user: int | None
    why: Why
    about: str
    song: SessionSong


@dataclass(frozen=True, slots=True)
class Played:
    """A song that was, or is, on."""

    number: int
    pick: Pick
    began_at: float
    skipped: bool = False

    @property
    def song(self) -> SessionSong:
        """Which song."""
        return self.pick.song

    @property
    def ends_at(self) -> float:
        """When it is over, as far as one can tell."""
        return self.began_at + (self.song.seconds or USUAL_SECONDS)


@dataclass(frozen=True, slots=True)
class SessionPoll:
    """A poll on the next song.

    Attributes:
        message: where people vote; None until it is posted.
    """

    message: int | None
    ends_at: float
    songs: tuple[SessionSong, ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody thinks of the song of that number."""

    number: int
    user: int
    liked: bool


@dataclass(frozen=True, slots=True)
class Session:
    """The whole state of one session. Times are Unix seconds.

    Attributes:
        voice: the voice channel whose people take part, or None.
        auto: whether it moves on by itself at the end of a song.
        age_restricted: whether the channel is.
        touched_at: when somebody last did something.
        panel: the message that shows it.
        people: in order of joining.
        songs: in order; the last one is on.
        upcoming: what is planned next.
        skips: who voted against the song that is on.
    """

    session: int
    channel: int
    guild: int
    mode: Mode
    began_at: float
    touched_at: float
    voice: int | None = None
    auto: bool = False
    age_restricted: bool = False
    ended_at: float | None = None
    panel: int | None = None
    people: tuple[Person, ...] = ()
    queue: tuple[Wanted, ...] = ()
    songs: tuple[Played, ...] = ()
    upcoming: tuple[Pick, ...] = ()
    skips: frozenset[int] = frozenset()
    opinions: frozenset[Opinion] = frozenset()
    poll: SessionPoll | None = None

    @property
    def now(self) -> Played | None:
        """The song that is on."""
        return self.songs[-1] if self.songs else None

    @property
    def host(self) -> int | None:
        """Who leads: whoever joined first of those who are there."""
        return min(self.people, key=_by_place).user if self.people else None

    def person(self, user: int) -> Person | None:
        """Somebody who takes part, or None."""
        return next((person for person in self.people if person.user == user), None)

    @property
    def listening(self) -> tuple[Person, ...]:
        """Who is there now: those who left the voice channel have no say meanwhile."""
        return tuple(person for person in self.people if person.away_since is None)

    @property
    def skips_needed(self) -> int:
        """More than half of those who are there."""
        return len(self.listening) // 2 + 1

    def turns(self) -> list[Person]:
        """Whose turn comes when: who was served least lately comes first, then who joined first."""
        return sorted(self.people, key=_by_turn)

    def waits(self, person: Person) -> int:
        """How many songs were played since one was theirs, or since they joined."""
        return len(self.songs) - person.served

    def has_room_out_of_turn(self) -> bool:
        """Whether a song out of turn may come: even then nobody waits longer than all people plus one."""
        most = len(self.people) + 1
        return all(self.waits(person) + 2 + at <= most for at, person in enumerate(self.turns()))

    def heard(self, song: SessionSong) -> bool:
        """Whether it, or a version of it, was played here."""
        return any(song.is_version_of(played.song) for played in self.songs)

    def may_follow(self, song: SessionSong) -> bool:
        """Whether it may be the next one: not heard here, and none of its artists in the last four songs."""
        lately = self.songs[-ARTIST_PAUSE:]
        return not self.heard(song) and not any(song.shares_artist(played.song) for played in lately)

    def likes(self, number: int) -> tuple[int, int]:
        """How many like a song, and how many do not."""
        opinions = [opinion.liked for opinion in self.opinions if opinion.number == number]
        return sum(opinions), len(opinions) - sum(opinions)

    def due_at(self) -> float | None:
        """When something is to happen by itself next; None when it has ended."""
        if self.ended_at is not None:
            return None
        times = [self.touched_at + IDLE_SECONDS]
        if self.auto and self.now is not None:
            times.append(self.now.ends_at)
        if self.poll is not None:
            times.append(self.poll.ends_at)
        times += (leaving_at(person) for person in self.people if person.away_since is not None)
        return min(times)


def leaving_at(person: Person) -> float:
    """When somebody who left the voice channel is asked, or goes without an answer."""
    if person.asked_at is not None:
        return person.asked_at + ANSWER_SECONDS
    assert person.away_since is not None  # noqa: S101  # for the type checker
    return person.away_since + AWAY_SECONDS


def any_version(song: SessionSong, among: Iterable[SessionSong]) -> bool:
    """Whether the song, in any version, is among others."""
    return any(song.is_version_of(other) for other in among)


def _by_place(person: Person) -> int:
    return person.place


def _by_turn(person: Person) -> tuple[int, int]:
    return person.served, person.place
