"""Every failure that a person may be told of, with the words to tell it.

    SamewaveError
    ├── BadQuery                 what was typed cannot be a song
    ├── SongNotFound             nobody knows that song
    ├── FeaturesUnknown          the song is known, how it sounds is not
    ├── NothingToPick            the draw has no song left
    ├── ModelUnavailable         no model, or one that must not be loaded
    ├── HotListEmpty             no chart was ever stored
    ├── RefreshRefused           a refresh is running or was just done
    ├── SourceUnavailable        an outside service did not answer as it should
    │   └── ChartNotWhole        it answered with half a chart
    ├── UnreadableTable          a file that cannot be imported
    └── StorageFailed            the database cannot be opened or written
        └── DatabaseTooNew       it was made by a newer Samewave

`str(error)` is one friendly sentence that says what to do next; `detail` is for the log.
"""

from collections.abc import Sequence
from datetime import timedelta


class SamewaveError(Exception):
    """A failure with a sentence for the person who asked.

    Attributes:
        detail: what the log should know and a person need not.
    """

    def __init__(self, sentence: str, *, detail: str = "") -> None:
        super().__init__(sentence)
        self.detail = detail


class BadQuery(SamewaveError):
    """What was typed cannot be a song: empty, too long, a link to something else."""


class SongNotFound(SamewaveError):
    """No song of that name, here or outside.

    Attributes:
        nearest: titles that come near, best first; may be empty.
        only_here: whether nobody outside could be asked.
    """

    def __init__(self, query: str, nearest: Sequence[str] = (), *, only_here: bool = False) -> None:
        self.query = query
        self.nearest = tuple(nearest)
        where = " here, and could not look further at the moment" if only_here else ""
        hint = (
            f"the nearest I know: {'; '.join(self.nearest)}."
            if self.nearest
            else "check the spelling, add the artist, or paste a Spotify link."
        )
        super().__init__(f"I found no song called “{query}”{where}; {hint}")


class FeaturesUnknown(SamewaveError):
    """The song was found, but no source knows its audio features."""


class NothingToPick(SamewaveError):
    """Every song that could be drawn is excluded."""


class ModelUnavailable(SamewaveError):
    """There is no model, or the one there must not be loaded."""


class HotListEmpty(SamewaveError):
    """No chart was ever stored."""


class RefreshRefused(SamewaveError):
    """The hot list is being refreshed, or was refreshed a moment ago."""


class SourceUnavailable(SamewaveError):
    """An outside service failed, refused, or is switched off for now.

    Attributes:
        source: the name of the service.
        retry_after: how long to leave it alone, where it said so or where we know.
    """

    def __init__(self, source: str, detail: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(
            f"I cannot reach {source} at the moment; try again in a little while.", detail=detail
        )
        self.source = source
        self.retry_after = retry_after


class ChartNotWhole(SourceUnavailable):
    """A chart page with a gap, a missing title or no week: not believed."""


class UnreadableTable(SamewaveError):
    """A file that is no table, or a table without the columns a song needs."""


class StorageFailed(SamewaveError):
    """The database cannot be opened, read or written."""


class DatabaseTooNew(StorageFailed):
    """The database was made by a newer version of Samewave."""
