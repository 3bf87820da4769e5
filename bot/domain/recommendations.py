"""Recommendations: the seed, the pick and the reason."""

from dataclasses import dataclass
from hashlib import blake2s

from bot.domain.charts import Chart, ChartEntry
from bot.domain.links import is_spotify_id
from bot.domain.tracks import Track

HOT, ARTIST, LOCAL = "hot:", "artist:", "local:"
_LOCAL_SIGN = "L"


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
    def others(self) -> int:
        """How many other songs may have been meant."""
        return len(self.alternatives)

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


def artist_ref(track: Track, name: str) -> str:
    """Names one of a track's artists in a button: `artist:`, its place among them, the track's id."""
    place = track.artists.index(name) if name in track.artists[:10] else 0
    local = track.id.startswith(LOCAL)
    return f"{ARTIST}{place}{_LOCAL_SIGN * local}{track.id.removeprefix(LOCAL)}"


def artist_of_ref(song_ref: str) -> tuple[int, str]:
    """The place among a track's artists, and the track's id."""
    place, found = int(song_ref[len(ARTIST)]), song_ref[len(ARTIST) + 1 :]
    return place, found if is_spotify_id(found) else LOCAL + found.removeprefix(_LOCAL_SIGN)


def hot_ref(entry: ChartEntry) -> str:
    """The reference of a chart entry: `hot:` and 16 hexadecimal digits, stable while the song is listed."""
    return HOT + blake2s("|".join(entry.song_key).encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Choice:
    """Which song is meant is open; the likeliest first.

    Attributes:
        unsure: whether they are guesses: nothing goes by what was typed.
        only_here: whether nobody outside could be asked.
        artist: the artist of them all, where an artist alone was asked for; as a seed it means any of them.
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
        stale: whether the chart is more than eight days old.
    """

    chart: Chart
    seed: ChartEntry
    pick: ChartEntry
    stale: bool = False


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
        seed_cluster: the seed's cluster; None for a pick from the hot list.
        pick_cluster: the pick's cluster; None if it is in none.
    """

    seed: SeedSong
    pick: Track
    reason: HotReason | ClusterReason
    seed_cluster: int | None
    pick_cluster: int | None

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
