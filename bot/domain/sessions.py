"""The state of a listening session, and queries on it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Literal

from bot.domain.recommendations import SeedSong
from bot.domain.steering import NOT_STEERED, Steering
from bot.domain.taste import KnownSong
from bot.domain.titles import artist_keys, same_song
from bot.domain.tracks import Track

Mode = Literal["fair", "blend", "hot", "journey"]
Why = Literal["asked", "taste", "blend", "hot", "way", "poll", "start"]
"""Asked for; near somebody's taste; near the group's mix; a hot song; on the way to a requested song; the
winner of a poll; any popular song, because nobody's taste is known yet."""

ARTIST_PAUSE = 4
"""No artist twice in five songs: none of the last four songs is by an artist of the next one."""
USUAL_SECONDS = 210.0
"""The assumed duration of a song of unknown duration."""
AWAY_SECONDS = 300.0
"""After so long away from the voice channel, a person is asked whether they are still there…"""
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
    """Identifies a session by channel; buttons also carry the session number, to detect ended sessions."""

    channel: int
    number: int | None = None


@dataclass(frozen=True, slots=True)
class SessionSong(KnownSong):
    """A song of a session; `seconds` is None if its duration is unknown."""

    seconds: float | None = None

    @classmethod
    def of_track(cls, track: Track) -> "SessionSong":
        seconds = track.duration_ms / 1000 if track.duration_ms else None
        return cls(track.id, track.title, track.artists, seconds)

    @classmethod
    def of_seed(cls, seed: SeedSong) -> "SessionSong":
        if seed.track is None or seed.artist_ref is not None:
            return cls(seed.id, seed.title, seed.artists)
        return cls.of_track(seed.track)

    def is_version_of(self, other: KnownSong) -> bool:
        """Whether both are versions of one song."""
        return self.song_ref == other.song_ref or same_song(
            self.title, self.artists, other.title, other.artists
        )

    def shares_artist(self, other: KnownSong) -> bool:
        """Whether both have an artist in common."""
        return bool(artist_keys(self.artists) & artist_keys(other.artists))


@dataclass(frozen=True, slots=True)
class Person:
    """A participant.

    Attributes:
        place: position in the order of joining.
        served: number of songs played when they last had a turn, or when they joined.
        away_since: time of leaving the voice channel; None if they have not left it.
        asked_at: time of the question whether they are still listening.
    """

    user: int
    place: int
    served: int
    away_since: float | None = None
    asked_at: float | None = None


@dataclass(frozen=True, slots=True)
class QueuedSong:
    """A requested song in the queue; `entry` is its number in order."""

    entry: int
    user: int
    song: SessionSong


@dataclass(frozen=True, slots=True)
class Pick:
    """A song chosen to be played, with the reason.

    Attributes:
        user: the person it is for; None is everyone.
        about: detail of the reason: a cluster, or the song a path leads to.
    """

    user: int | None
    why: Why
    about: str
    song: SessionSong


@dataclass(frozen=True, slots=True)
class Played:
    """A song that was or is playing."""

    number: int
    pick: Pick
    began_at: float
    skipped: bool = False

    @property
    def song(self) -> SessionSong:
        return self.pick.song

    @property
    def ends_at(self) -> float:
        return self.began_at + (self.song.seconds or USUAL_SECONDS)


@dataclass(frozen=True, slots=True)
class SessionPoll:
    """A poll on the next song.

    Attributes:
        message: the id of the poll's message; None until it is posted.
    """

    message: int | None
    ends_at: float
    songs: tuple[SessionSong, ...]


@dataclass(frozen=True, slots=True)
class PollResult:
    """How a poll ended.

    Attributes:
        winner: None if none of its songs may be played any more.
        votes: for the winner; None if they could not be read.
        tied: the number of songs with as many votes, among which the winner was drawn.
    """

    winner: SessionSong | None
    votes: int | None
    tied: int


@dataclass(frozen=True, slots=True)
class Opinion:
    """A person's opinion of the song with a number."""

    number: int
    user: int
    liked: bool


@dataclass(frozen=True, slots=True)
class Session:
    """The whole state of one session. Times are Unix seconds.

    Attributes:
        voice: the voice channel whose members take part, or None.
        auto: whether the next song starts by itself.
        steering: the directions of the songs that the bot chooses, from the liked song that each is near.
        age_restricted: whether the channel is.
        touched_at: time of the last action.
        panel: the id of the panel's message.
        people: in order of joining.
        songs: in order; the last one is playing.
        upcoming: the planned songs.
        skips: people who voted to skip the current song.
        version: goes up with every stored change.
    """

    session: int
    channel: int
    guild: int
    mode: Mode
    began_at: float
    touched_at: float
    voice: int | None = None
    auto: bool = False
    steering: Steering = NOT_STEERED
    age_restricted: bool = False
    ended_at: float | None = None
    panel: int | None = None
    people: tuple[Person, ...] = ()
    queue: tuple[QueuedSong, ...] = ()
    songs: tuple[Played, ...] = ()
    upcoming: tuple[Pick, ...] = ()
    skips: frozenset[int] = frozenset()
    opinions: frozenset[Opinion] = frozenset()
    poll: SessionPoll | None = None
    version: int = field(default=0, compare=False)

    @property
    def now(self) -> Played | None:
        """The current song."""
        return self.songs[-1] if self.songs else None

    @property
    def host(self) -> int | None:
        """The host: the first to join of those present."""
        return min(self.people, key=attrgetter("place")).user if self.people else None

    def person(self, user: int) -> Person | None:
        """The participant with an id, or None."""
        return next((person for person in self.people if person.user == user), None)

    @property
    def listening(self) -> tuple[Person, ...]:
        """The participants present; those away from the voice channel do not count."""
        return tuple(person for person in self.people if person.away_since is None)

    @property
    def skips_needed(self) -> int:
        """The number of votes to skip: more than half of those present."""
        return len(self.listening) // 2 + 1

    def turns(self) -> list[Person]:
        """The order of turns: the least recently served first, then the first to join."""
        return sorted(self.people, key=attrgetter("served", "place"))

    def waits(self, person: Person) -> int:
        """The number of songs since their last turn, or since they joined."""
        return len(self.songs) - person.served

    def has_room_out_of_turn(self) -> bool:
        """Whether a song out of turn fits: no one may wait longer than the number of people plus one."""
        most = len(self.people) + 1
        return all(self.waits(person) + 2 + at <= most for at, person in enumerate(self.turns()))

    def heard(self, song: SessionSong) -> bool:
        """Whether a version of the song was played."""
        return any(song.is_version_of(played.song) for played in self.songs)

    def may_follow(self, song: SessionSong) -> bool:
        """Whether it may be the next song: not played, and none of its artists in the last four songs."""
        lately = self.songs[-ARTIST_PAUSE:]
        return not self.heard(song) and not any(song.shares_artist(played.song) for played in lately)

    def likes(self, number: int) -> tuple[int, int]:
        """The numbers of likes and dislikes of a song."""
        opinions = [opinion.liked for opinion in self.opinions if opinion.number == number]
        return sum(opinions), len(opinions) - sum(opinions)

    def due_at(self) -> float | None:
        """The time of the next timed event; None if the session has ended."""
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
    """The time at which an absent person is asked, or removed without an answer."""
    if person.asked_at is not None:
        return person.asked_at + ANSWER_SECONDS
    assert person.away_since is not None  # noqa: S101  # for the type checker
    return person.away_since + AWAY_SECONDS


def any_version(song: SessionSong, among: Iterable[SessionSong]) -> bool:
    """Whether a version of the song is among others."""
    return any(song.is_version_of(other) for other in among)
