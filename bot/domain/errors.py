"""All errors that are shown to people, with their messages.

`str(error)` is one friendly sentence that says what to do next; `detail` is for the log. The English
`sentence` is the key of the translation; `values` are filled in afterwards.
"""

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.charts import Attempt, Reason
from bot.domain.recommendations import SeedSong
from bot.domain.song_names import SongNames
from bot.i18n.marking import marked

USUAL_PREFIX = "!"
"""The prefix of text commands unless another one is set."""


class SamewaveError(Exception):
    """An error with a sentence for the user; its subclasses are causes that callers tell apart.

    Attributes:
        sentence: for people, with `{names}` of the values.
        values: values for the sentence, such as a title or a waiting time; `prefix` is filled in with the
            server's prefix.
        detail: further information for the log.
    """

    def __init__(self, sentence: str, *, detail: str = "", **values: object) -> None:
        if "{prefix}" in sentence:
            values = {"prefix": USUAL_PREFIX, **values}
        super().__init__(sentence.format(**values) if values else sentence)
        self.sentence = sentence
        self.values = values
        self.detail = detail


class BadQuery(SamewaveError):
    """The text cannot be a song: empty, too long, or a link to something else."""


class NoPreview(SamewaveError):
    """No source has a preview of a song."""


class SongNotFound(SamewaveError):
    """No song with that name was found in the catalogue or outside.

    Attributes:
        nearest: songs that come near, best first; may be empty.
        only_here: whether no outside service could be asked.
        artist: a seed for any song of the artist named with it, if known.
    """

    def __init__(
        self,
        query: str,
        nearest: Sequence[SeedSong] = (),
        *,
        only_here: bool = False,
        artist: SeedSong | None = None,
    ) -> None:
        self.query = query
        self.nearest = tuple(nearest)
        self.artist = artist
        super().__init__(
            _NOT_FOUND[bool(self.nearest), only_here],
            query=query,
            nearest=SongNames(self.nearest),
        )


_NOT_FOUND = {
    (False, False): marked(
        "I found no song called “{query}”; check the spelling, add the artist, or paste a Spotify link."
    ),
    (True, False): marked("I found no song called “{query}”; the nearest I know: {nearest}."),
    (False, True): marked(
        "I found no song called “{query}” here, and could not look further at the moment; check the "
        "spelling, add the artist, or paste a Spotify link."
    ),
    (True, True): marked(
        "I found no song called “{query}” here, and could not look further at the moment; the nearest I "
        "know: {nearest}."
    ),
}


TO_KNOW_MORE = marked(
    "More songs are known with a larger catalogue (`samewave catalogue get spotify-114k`), with access to "
    "the internet, and with Spotify credentials (SPOTIPY_CLIENT_ID, SPOTIPY_CLIENT_SECRET)."
)
"""For the bot's host: in the terminal and the demo, never in a server."""


class SongGone(SamewaveError):
    """The song of a button left the hot list or has expired."""


class ClusterUnknown(SamewaveError):
    """No cluster has this number."""


class FeaturesUnknown(SamewaveError):
    """The song was found, but no source knows its audio features."""


class NothingToPick(SamewaveError):
    """Every song that could be drawn is excluded."""


class NothingIsClean(NothingToPick):
    """Explicit songs are not allowed here, and no song is known to be clean."""

    def __init__(self) -> None:
        super().__init__(
            "Explicit songs are not allowed here, and no song in my catalogue is known to be clean. "
            "My host can import a table that says so, or set SAMEWAVE_UNRATED=clean."
        )


class TooFast(SamewaveError):
    """A user or a server exceeds the rate limit.

    Attributes:
        notified: whether the user was notified already.
    """

    def __init__(self, seconds: float, *, notified: bool) -> None:
        super().__init__("One moment, please: try again in {seconds} s.", seconds=max(1, round(seconds)))
        self.notified = notified


class ModelUnavailable(SamewaveError):
    """There is no model, or it cannot be loaded."""


class HotListEmpty(SamewaveError):
    """No chart was ever stored."""


class RefreshRefused(SamewaveError):
    """A refresh of the hot list is running, or just finished."""


class BadSetting(SamewaveError):
    """A setting has an invalid value."""


class NotListed(SamewaveError):
    """The song or artist is not on the server's list, or several entries match."""


class WrongChannel(SamewaveError):
    """The bot does not answer in this channel; text commands are ignored there."""


class BadMix(SamewaveError):
    """The request cannot be a playlist, a path or a blend: out of range, or only one song."""


class NoRadio(SamewaveError):
    """There is no radio in this channel, or it did not play the song."""


class NoSession(SamewaveError):
    """No listening session is open in this channel, or the button's has ended."""


class SessionRefused(SamewaveError):
    """The session does not allow the action, now or for this user."""


class SourceUnavailable(SamewaveError):
    """An outside service failed, refused, or is blocked at present.

    Attributes:
        source: the name of the service.
        retry_after: how long not to send requests, if known.
    """

    def __init__(self, source: str, detail: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(
            "I cannot reach {source} at the moment; try again in a little while.",
            detail=detail,
            source=source,
        )
        self.source = source
        self.retry_after = retry_after


class ChartNotWhole(SourceUnavailable):
    """An implausible chart: a gap, a missing title, no week, too many entries.

    Attributes:
        reason: the reason, for people.
    """

    def __init__(self, source: str, reason: Reason) -> None:
        super().__init__(source, str(reason))
        self.reason = reason


class ChartsUnavailable(SourceUnavailable):
    """No chart source returned a plausible chart.

    Attributes:
        attempts: the outcome of each request, in order.
    """

    def __init__(self, attempts: Sequence[Attempt]) -> None:
        self.attempts = tuple(attempts)
        self.source = " and ".join(attempt.source for attempt in attempts)
        self.retry_after = None
        SamewaveError.__init__(
            self,
            marked(
                "No source had a chart that I can use ({attempts}), so the hot list stays as it is; "
                "try again later."
            ),
            attempts="; ".join(f"{one.source}: {one.reason or one.detail}" for one in attempts),
        )


class UnreadableTable(SamewaveError):
    """The file is no table, or lacks columns that a song needs."""


class DownloadFailed(SamewaveError):
    """A public catalogue cannot be fetched."""


class StorageFailed(SamewaveError):
    """The database cannot be opened, read or written."""


class ClockMoved(SamewaveError):
    """The system clock jumped by days; the operator must confirm it."""


class DatabaseTooNew(StorageFailed):
    """The database was written by a newer version of Samewave."""
