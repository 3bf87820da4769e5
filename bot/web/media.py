"""Covers and previews for visitors: URLs on the owners' servers."""

from bot.domain.candidates import MediaHosts
from bot.domain.errors import NoPreview
from bot.domain.song_names import SongNames
from bot.services.use_cases import Services
from bot.web import schemas


class SongMedia:
    """Looks up the cover and the preview of a catalogue song."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._covers = services.recommend.covers

    @property
    def hosts(self) -> MediaHosts | None:
        """The hosts of pictures and sounds; None without covers."""
        return self._covers.hosts if self._covers.on else None

    async def of(self, song_id: str) -> schemas.Media:
        """The cover, and whether there is a preview.

        Raises:
            SongGone: the song is not in the catalogue.
            SourceUnavailable: visitors have asked too much.
        """
        track = await self._services.recommend.view.track(song_id, self._services.scope.nowhere)
        if not self._covers.on:
            return schemas.Media(cover=None, has_preview=False)
        if (known := self._covers.known(track)) is None:
            await self._covers.visitors_turn()
            known = await self._covers.of(track)
        return schemas.Media.model_validate(known)

    async def preview(self, song_id: str) -> schemas.Preview:
        """A fresh link to 30 s of the song.

        Raises:
            SongGone: the song is not in the catalogue.
            NoPreview: nobody has one.
            SourceUnavailable: nobody answered, or visitors have asked too much.
        """
        track = await self._services.recommend.view.track(song_id, self._services.scope.nowhere)
        await self._covers.visitors_turn()
        found = await self._covers.preview_of(track)
        if found is None:
            raise NoPreview("Nobody I can ask has 30 s of “{song}”.", song=SongNames([track]))
        return schemas.Preview.model_validate(found)
