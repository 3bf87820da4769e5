"""Turns an attached audio clip into a song reference."""

from collections.abc import Awaitable, Callable

from bot.domain.clips import clip_ref
from bot.domain.errors import BadQuery, FeaturesUnknown
from bot.sources.protocols import ClipAnalysis

LARGEST = 5_000_000
"""The largest file that the analysis accepts, in bytes."""
ENDINGS = (".mp3", ".ogg", ".wav", ".aiff", ".aif")


class HearClip:
    """Has a clip analysed by an outside service; nothing is stored."""

    def __init__(self, analysis: ClipAnalysis | None) -> None:
        self._analysis = analysis

    async def __call__(self, name: str, size: int, read: Callable[[], Awaitable[bytes]]) -> str:
        """Return a reference that carries the clip's features.

        Args:
            name: the file name. size: in bytes.
            read: fetches the file; called only if name and size are accepted.

        Raises:
            BadQuery: it is no audio file, or too large.
            FeaturesUnknown: the features could not be determined.
            SourceUnavailable: the service is not available.
        """
        if not name.lower().endswith(ENDINGS):
            raise BadQuery("I can listen to mp3, ogg and wav files only; attach one of those.")
        if size > LARGEST:
            raise BadQuery("That file is larger than 5 MB; attach half a minute of it.")
        if self._analysis is None:
            raise BadQuery("I cannot listen to files here; tell me the song's name.")
        features = await self._analysis.analyse(name, await read())
        if features is None:
            raise FeaturesUnknown("I could not make out any music in that file; try another one.")
        return clip_ref(features)
