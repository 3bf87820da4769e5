"""A recommendation: the seed, the pick, and why."""

from dataclasses import dataclass
from hashlib import blake2s

from bot.domain.charts import Chart, ChartEntry
from bot.domain.tracks import Track

HOT = "hot:"


@dataclass(frozen=True, slots=True)
class SeedSong:
    """The song asked about: a track, a place on the hot list, or both.

    Attributes:
        others: how many other songs of that name there are, when one was chosen for the asker.
    """

    title: str
    artists: tuple[str, ...]
    track: Track | None = None
    entry: ChartEntry | None = None
    others: int = 0

    @property
    def song_ref(self) -> str:
        """The reference that finds this song again: the track's id, or a digest of the chart entry."""
        if self.track is not None:
            return self.track.id
        return hot_ref(self.entry) if self.entry is not None else ""

    @property
    def id(self) -> str:
        """The Spotify id where it is known, else the reference."""
        if self.track is None and self.entry is not None and self.entry.track_id is not None:
            return self.entry.track_id
        return self.song_ref

    @property
    def name(self) -> str:
        """Title and artists in one line, unescaped."""
        return f"{self.title} by {', '.join(self.artists)}"


def hot_ref(entry: ChartEntry) -> str:
    """Names a chart entry in a button: `hot:` and 16 hexadecimal digits, the same as long as it is listed."""
    return HOT + blake2s("|".join(entry.song_key).encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Choice:
    """Several different songs go by the name that was asked for, most popular first."""

    query: str
    songs: tuple[SeedSong, ...]


@dataclass(frozen=True, slots=True)
class HotReason:
    """Both songs are on this chart, or pinned beside it.

    Attributes:
        stale: whether the chart is over eight days old.
    """

    chart: Chart
    seed: ChartEntry
    pick: ChartEntry
    stale: bool = False


@dataclass(frozen=True, slots=True)
class ClusterReason:
    """Both songs are of one cluster, or of neighbouring ones when the seed's had none left.

    Attributes:
        cluster, cluster_name: the pick's.
        shared: words for what the two have in common, most telling first; may be empty.
        fell_over: whether the pick is from the nearest other cluster.
    """

    cluster: int
    cluster_name: str
    shared: tuple[str, ...]
    fell_over: bool = False


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The answer to one request.

    Attributes:
        seed_cluster: the seed's cluster; None when the hot list answered.
        pick_cluster: the pick's cluster; None when it is in none.
    """

    seed: SeedSong
    pick: Track
    reason: HotReason | ClusterReason
    seed_cluster: int | None
    pick_cluster: int | None

    @property
    def pick_ref(self) -> str:
        """The reference that finds the pick again: its id, or a digest of its chart entry."""
        if isinstance(self.reason, HotReason) and self.pick.row is None:
            return self.reason.pick.track_id or hot_ref(self.reason.pick)
        return self.pick.id

    @property
    def hot(self) -> bool:
        """Whether the hot list answered."""
        return isinstance(self.reason, HotReason)
