"""Recommendations: the seed, the pick and the reason."""

from dataclasses import dataclass
from hashlib import blake2s
from typing import Literal

from bot.domain.charts import Chart, ChartEntry
from bot.domain.links import is_spotify_id
from bot.domain.steering import NOT_STEERED, Steering
from bot.domain.tracks import Track

HOT, ARTIST, LOCAL = "hot:", "artist:", "local:"
_LOCAL_SIGN = "L"
_DEEZER = f"{LOCAL}dz"
Basis = Literal["features", "chart", "listeners", "artist", "clip"]
"""What an answer is based on: the song's sound, its place on the hot list, what people play with it, its
artist's sound, a clip's sound."""
Nearness = Literal["features", "artist"]


@dataclass(frozen=True, slots=True)
class SeedSong:
    """The song asked about: a track, a place on the hot list, or both. Or any song of an artist.

    Attributes:
        title: empty where any song of the artist is meant.
        alternatives: other songs that may have been meant, the likeliest first.
        artist_ref: the reference of the artist, where any song of theirs is meant.
    """

    title: str
    artists: tuple[str, ...]
    track: Track | None = None
    entry: ChartEntry | None = None
    alternatives: tuple["SeedSong", ...] = ()
    artist_ref: str | None = None

    @property
    def song_ref(self) -> str:
        """The reference that finds this song again: the track's id, or a digest of the chart entry."""
        if self.artist_ref is not None:
            return self.artist_ref
        if self.track is not None:
            return self.track.id
        return hot_ref(self.entry) if self.entry is not None else ""

    @property
    def id(self) -> str:
        """The Spotify id if known, else the reference."""
        if self.track is None and self.entry is not None and self.entry.track_id is not None:
            return self.entry.track_id
        return self.song_ref

    @property
    def name(self) -> str:
        """Title and artists in one line, unescaped."""
        artists = ", ".join(self.artists)
        return f"{self.title} by {artists}" if self.title else artists


@dataclass(frozen=True, slots=True)
class ArtistSound:
    """A song is located by its artist's other songs.

    Attributes:
        artist, songs: the artist, and the number of songs in the mean.
    """

    song: SeedSong
    artist: str
    songs: int


def artist_ref(track: Track, name: str) -> str:
    """The reference of one of a track's artists: `artist:`, the artist's position, the track's id."""
    place = track.artists.index(name) if name in track.artists[:10] else 0
    local = track.id.startswith(LOCAL)
    return f"{ARTIST}{place}{_LOCAL_SIGN * local}{track.id.removeprefix(LOCAL)}"


def artist_of_ref(song_ref: str) -> tuple[int, str]:
    """The position among a track's artists, and the track's id."""
    place, found = int(song_ref[len(ARTIST)]), song_ref[len(ARTIST) + 1 :]
    return place, found if is_spotify_id(found) else LOCAL + found.removeprefix(_LOCAL_SIGN)


def deezer_ref(source_id: str) -> str:
    """The reference of a song without a Spotify id: `local:dz` and its Deezer id."""
    return f"{_DEEZER}{source_id}"


def deezer_id_of(song_ref: str) -> str | None:
    """The Deezer id, or None for another reference."""
    number = song_ref.removeprefix(_DEEZER)
    return number if song_ref.startswith(_DEEZER) and number.isdecimal() else None


def hot_ref(entry: ChartEntry) -> str:
    """The reference of a chart entry: `hot:` and 16 hexadecimal digits, stable while the song is listed."""
    return HOT + blake2s("|".join(entry.song_key).encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Choice:
    """Several songs that may be meant, the likeliest first.

    Attributes:
        unsure: whether they are guesses: none has the typed name.
        artist: the artist of them all, or the one named beside an unknown title; as a seed it means any song.
        only_here: whether a service that may know the song could not be asked.
    """

    query: str
    songs: tuple[SeedSong, ...]
    unsure: bool = False
    only_here: bool = False
    artist: SeedSong | None = None


@dataclass(frozen=True, slots=True)
class HotReason:
    """Both songs are on this chart or pinned.

    Attributes:
        stale: whether the chart is over eight days old.
        near: whether the songs' own sound or their artists' made the pick near; None if neither is known.
    """

    chart: Chart
    seed: ChartEntry
    pick: ChartEntry
    stale: bool = False
    near: Nearness | None = None


@dataclass(frozen=True, slots=True)
class ClusterReason:
    """Both songs are in one cluster, or in neighbouring clusters if the seed's has no song left.

    Attributes:
        cluster, cluster_name: the pick's.
        shared: words for common features, most distinctive first; may be empty.
        fell_over: whether the pick is from another cluster.
    """

    cluster: int
    cluster_name: str
    shared: tuple[str, ...]
    fell_over: bool = False


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The result of a recommendation request.

    Attributes:
        seed_cluster: the seed's cluster; None when the hot list answered.
        pick_cluster: the pick's cluster; None when it is in none.
        basis: what it is based on.
        artist_sound: if it is based on an artist's sound.
        steering: the directions asked for.
    """

    seed: SeedSong
    pick: Track
    reason: HotReason | ClusterReason
    seed_cluster: int | None
    pick_cluster: int | None
    basis: Basis = "features"
    artist_sound: ArtistSound | None = None
    steering: Steering = NOT_STEERED

    @property
    def pick_ref(self) -> str:
        """The pick's song reference: its id, or a digest of its chart entry."""
        if isinstance(self.reason, HotReason) and self.pick.row is None:
            return self.reason.pick.track_id or hot_ref(self.reason.pick)
        return self.pick.id

    @property
    def hot(self) -> bool:
        """Whether the pick is from the hot list."""
        return isinstance(self.reason, HotReason)
