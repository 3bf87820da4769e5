"""From a piece of music that somebody attached to a song one can recommend for."""

from collections.abc import Awaitable, Callable

from bot.domain.clips import clip_ref
from bot.domain.errors import BadQuery, FeaturesUnknown
from bot.sources.protocols import ClipAnalysis

LARGEST = 5_000_000
"""Bytes that the analysis takes."""
ENDINGS = (".mp3", ".ogg", ".wav", ".aiff", ".aif")


class HearClip:
    """Has a clip analysed; nothing of it is kept."""

    def __init__(self, analysis: ClipAnalysis | None) -> None:
        self._analysis = analysis

    async def __call__(self, name: str, size: int, read: Callable[[], Awaitable[bytes]]) -> str:
        """The reference of a song that sounds like the clip.

        Args:
            name: of the file. size: in bytes.
            read: fetches the file; called only when name and size are good.

        Raises:
            BadQuery: it is no audio file, or too large.
            FeaturesUnknown: nobody could make out how it sounds.
            SourceUnavailable: nobody could be asked.
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
