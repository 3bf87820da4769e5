"""Every failure that a person may be told of, with the words to tell it.

    SamewaveError
    ├── BadQuery                 what was typed cannot be a song
    ├── UnknownCommand           a command or subcommand that there is not
    ├── NotListening             no song was named, and none is being heard
    ├── SongNotFound             nobody knows that song
    ├── SongGone                 a button's song is no longer there
    ├── ClusterUnknown           no cluster has this number
    ├── FeaturesUnknown          the song is known, how it sounds is not
    ├── NothingToPick            the draw has no song left
    │   └── NothingIsClean       explicit songs are not allowed, and none is known to be clean
    ├── TooFast                  somebody asks more than they may
    ├── ModelUnavailable         no model, or one that must not be loaded
    ├── HotListEmpty             no chart was ever stored
    ├── RefreshRefused           a refresh is running or was just done
    ├── BadSetting               a value that a server's settings cannot have
    ├── NotMarked                a song or artist that is not pinned or blocked
    ├── NotYours                 somebody else's button
    ├── WrongChannel             the server's moderators want answers elsewhere
    ├── BadMix                   what was asked for cannot be a playlist, a path or a blend
    ├── PlaylistGone             a playlist that is no longer kept
    ├── NoRadio                  no radio was begun in this channel
    ├── NoSession                no listening session is open in this channel, or a button's is over
    ├── SessionRefused           the session cannot do that, or not now
    ├── SourceUnavailable        an outside service did not answer as it should
    │   ├── ChartNotWhole        it answered with a chart that must not be believed
    │   └── ChartsUnavailable    no chart source had one that can be believed
    ├── UnreadableTable          a file that cannot be imported
    ├── DownloadFailed           a public catalogue that cannot be fetched
    └── StorageFailed            the database cannot be opened or written
        └── DatabaseTooNew       it was made by a newer Samewave

`str(error)` is one friendly sentence that says what to do next; `detail` is for the log. What a chatter may
read is translated by its English `sentence`, before the `values` are filled in.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.charts import Attempt, Reason
from bot.i18n.marking import marked

if TYPE_CHECKING:
    from bot.domain.recommendations import SeedSong

USUAL_PREFIX = "!"
"""What text commands begin with where nobody settled anything else."""


class SamewaveError(Exception):
    """A failure with a sentence for the person who asked.

    Attributes:
        sentence: for people, with `{names}` of the values.
        values: what was asked for, how long to wait and the like; `prefix` is that of the server where it is
            told.
        detail: what the log should know and a person need not.
    """

    def __init__(self, sentence: str, *, detail: str = "", **values: object) -> None:
        if "{prefix}" in sentence:
            values = {"prefix": USUAL_PREFIX, **values}
        super().__init__(sentence.format(**values) if values else sentence)
        self.sentence = sentence
        self.values = values
        self.detail = detail


class BadQuery(SamewaveError):
    """What was typed cannot be a song: empty, too long, a link to something else."""


class UnknownCommand(SamewaveError):
    """There is no such command; the sentence names what may be meant."""


class NotListening(SamewaveError):
    """No song was named, and the asker is not seen listening to one."""


class SongNotFound(SamewaveError):
    """No song of that name, here or outside.

    Attributes:
        nearest: songs that come near, best first; may be empty.
        only_here: whether nobody outside could be asked.
        artist: any song of the artist that was named with it, where we know some.
    """

    def __init__(
        self,
        query: str,
        nearest: Sequence["SeedSong"] = (),
        *,
        only_here: bool = False,
        artist: "SeedSong | None" = None,
    ) -> None:
        self.query = query
        self.nearest = tuple(nearest)
        self.artist = artist
        super().__init__(
            _NOT_FOUND[bool(self.nearest), only_here],
            query=query,
            nearest="; ".join(song.name for song in self.nearest),
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


class SongGone(SamewaveError):
    """The song of a button left the hot list, or was forgotten."""


class ClusterUnknown(SamewaveError):
    """No cluster has this number."""


class FeaturesUnknown(SamewaveError):
    """The song was found, but no source knows its audio features."""


class NothingToPick(SamewaveError):
    """Every song that could be drawn is excluded."""


class NothingIsClean(NothingToPick):
    """Explicit songs are not allowed here, and of no song is it known that it is not explicit."""

    def __init__(self) -> None:
        super().__init__(
            "Explicit songs are not allowed here, and I know of no song in my catalogue that is certainly "
            "none. Who hosts me can import a table that tells, or set SAMEWAVE_UNRATED=clean."
        )


class TooFast(SamewaveError):
    """A person or a server asks more than they may.

    Attributes:
        told: whether they were told a moment ago.
    """

    def __init__(self, seconds: float, *, told: bool) -> None:
        super().__init__("One moment, please: try again in {seconds} s.", seconds=max(1, round(seconds)))
        self.told = told


class ModelUnavailable(SamewaveError):
    """There is no model, or the one there must not be loaded."""


class HotListEmpty(SamewaveError):
    """No chart was ever stored."""


class RefreshRefused(SamewaveError):
    """The hot list is being refreshed, or was refreshed a moment ago."""


class BadSetting(SamewaveError):
    """A value that a server's settings cannot have."""


class NotMarked(SamewaveError):
    """The song or artist is not on the server's list of pins or blocks, or several of that name are."""


class NotYours(SamewaveError):
    """A button that is for another person."""


class WrongChannel(SamewaveError):
    """The server's moderators chose other channels for answers; a text command is left without any."""


class ChannelClosed(SamewaveError):
    """The asker may not join the voice channel that a command names."""


class BadMix(SamewaveError):
    """What was asked for cannot be a playlist, a path or a blend: out of range, or one song alone."""


class PlaylistGone(SamewaveError):
    """The playlist of a button is no longer kept."""


class NoRadio(SamewaveError):
    """No radio was begun in this channel, or the song is not one that it played."""


class NoSession(SamewaveError):
    """No listening session is open in this channel, or the one of a button is over."""


class SessionRefused(SamewaveError):
    """The session cannot do that, or not now, or not for this person."""


class SourceUnavailable(SamewaveError):
    """An outside service failed, refused, or is switched off for now.

    Attributes:
        source: the name of the service.
        retry_after: how long to leave it alone, where it said so or where we know.
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
    """A chart that must not be believed: a gap, a missing title, no week, too many entries.

    Attributes:
        reason: why, in words for people.
    """

    def __init__(self, source: str, reason: Reason) -> None:
        super().__init__(source, str(reason))
        self.reason = reason


class ChartsUnavailable(SourceUnavailable):
    """No chart source had a chart that can be believed.

    Attributes:
        attempts: what came of asking each, in order.
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
    """A file that is no table, or a table without the columns a song needs."""


class DownloadFailed(SamewaveError):
    """A public catalogue cannot be fetched, now or at all."""


class StorageFailed(SamewaveError):
    """The database cannot be opened, read or written."""


class DatabaseTooNew(StorageFailed):
    """The database was made by a newer version of Samewave."""
