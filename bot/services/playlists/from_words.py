"""Playlists from a wish in words."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from bot.domain.counts import bare_count, count_with_unit
from bot.domain.errors import BadMix, NothingToPick, SamewaveError, SongNotFound
from bot.domain.kinds import NO_KIND, Kind
from bot.domain.playlists import FEWEST, MOST, PER_ARTIST, Playlist
from bot.domain.recommendations import Choice
from bot.domain.spelling import normalise
from bot.domain.wishes import Part, Wish
from bot.i18n.marking import marked
from bot.services.cache import ModelCache
from bot.services.playlists.moods import TELL_ME
from bot.services.playlists.playlist import MakePlaylist, wanted_count
from bot.services.scope import Scope
from bot.services.search.locate import LocateSong
from bot.services.search.query import read_query
from bot.services.search.resolve import ResolveSong
from bot.services.wishes.meaning import Meaning, installed
from bot.services.wishes.understand import Words
from ml.serving.moods import MoodSongs
from ml.serving.wishes import Wanted, songs_for

MOST_SONGS = 100_000
"""The songs to choose from: so many of the most popular that have the genre and the year."""
_USUAL, _ANY_GENRE, _KNOWN, _HIDDEN = 0.6, 1.0, 1.5, -1.2
"""The weights of popularity: across all genres, most songs are unknown to the person who asks."""
_NEW_YEARS, _OLD_UNTIL = 5, 1985
_OF_GENRES = Kind.CHILDREN | Kind.LULLABY | Kind.NOISE
"""Kinds that a genre may be made of."""
_NOT_UNDERSTOOD = marked(
    "I did not understand that. Try a genre, a mood or years, for example: calm jazz from the 60s."
)
_NO_YEARS = marked("My catalogue does not know when its songs came out. Try a genre or a mood instead.")


@dataclass(frozen=True, slots=True)
class WordsPlaylist:
    """A playlist with its wish.

    Attributes:
        wish: what the songs are, with the words that were not understood.
        left_out: parts that the catalogue knows nothing of.
    """

    playlist: Playlist
    wish: Wish
    left_out: tuple[Part, ...] = ()


class PlaylistFromWords:
    """Understands a wish and makes its playlist."""

    def __init__(
        self, make: MakePlaylist, resolve: ResolveSong, locate: LocateSong, *, rng: np.random.Generator
    ) -> None:
        self._make = make
        self._resolve = resolve
        self._locate = locate
        self._rng = rng
        self._meaning = Meaning() if installed() else None
        self._words = ModelCache(self._for_catalogue)

    async def understand(self, text: str, scope: Scope) -> Wish:
        """What was asked for."""
        words = await self._words.of(scope)
        return await asyncio.to_thread(words, text)

    async def from_text(
        self, text: str, count: int | None, scope: Scope
    ) -> Playlist | Choice | WordsPlaylist:
        """The playlist of a mood, a cluster, a song or a wish, with an optional `15 songs`.

        A song whose title is exactly the text comes before a wish; a wish of which every word was understood
        comes before a song that is merely like the text.

        Raises:
            SamewaveError: with a sentence for the user.
        """
        if not text.strip():
            raise BadMix(TELL_ME)
        for words, number in _readings(text):
            if (made := await self._make.of_known_name(words, count or number, scope)) is not None:
                return made
        if counted := count_with_unit(text):
            text, count = counted[0], count or counted[1]
        bare = bare_count(text)
        words, number = bare if bare and bare[1] in range(FEWEST, MOST + 1) else (text, None)
        wish = await self.understand(words, scope)
        if [part.kind for part in wish.parts] == ["like"] and not wish.unknown:
            return await self._make.from_song(wish.parts[0].value, count or number, scope)
        # "Queen - Rainy Day" names a song of Queen, whether or not anybody knows it.
        in_part = bool(wish.unknown) or any(part.guess for part in wish.parts)
        is_credited = in_part and bool(read_query(text).before_dash)
        whole = wish.parts and not wish.unknown
        if whole and not is_credited and not await self._is_title(text, wish, scope):
            return await self.of_wish(wish, count or number, scope)
        try:
            found = await self._of_song(text, count, scope, by_artist=is_credited or not wish.parts)
        except SongNotFound:
            if not wish.parts:
                raise
            return await self.of_wish(wish, count or number, scope)
        if isinstance(found, Choice) and found.unsure and wish.parts:
            return await self.of_wish(wish, count or number, scope)
        return found

    async def of_wish(self, wish: Wish, count: int | None, scope: Scope) -> WordsPlaylist:
        """The playlist of a wish.

        Raises:
            BadMix: the wish has no part that the catalogue knows of.
            SamewaveError: any other, with a sentence for the user.
        """
        words, serving = await self._words.of(scope), scope.serving
        newest = await serving.audio_features.newest_year()
        left_out = tuple(part for part in wish.parts if newest is None and _tells_years(part))
        used = replace(wish, parts=tuple(part for part in wish.parts if part not in left_out))
        if not used.parts:
            raise BadMix(_NO_YEARS if left_out else _NOT_UNDERSTOOD)
        genres = [name for genre in used.of("genre") for name in words.genres_of(genre)]
        others = [name for genre in used.of("genre", negated=True) for name in words.genres_of(genre)]
        rows = await serving.audio_features.popular(
            MOST_SONGS, genres=genres, not_genres=others, years=_years(used, newest)
        )
        if not rows:
            raise NothingToPick("My catalogue has no song that is all of this; leave a part out.")
        labelled = () if genres else await serving.labels.rows_by_label()
        kinds = _OF_GENRES if genres else NO_KIND
        try:
            found = await self._wanted(used, scope)
        except SongNotFound:
            rest = tuple(part for part in wish.parts if part.kind != "like")
            if not rest:
                raise
            unknown = (*wish.unknown, *wish.of("like"))
            return await self.of_wish(replace(wish, parts=rest, unknown=unknown), count, scope)
        wanted = replace(found, genre=bool(genres), kinds=int(kinds))
        chosen = await asyncio.to_thread(
            lambda: songs_for(
                serving.recommender,
                MoodSongs.of(serving.recommender, rows, labelled),
                wanted,
                wanted_count(count),
                PER_ARTIST,
                scope.excluded(),
                self._rng,
            )
        )
        return WordsPlaylist(
            await self._make.finished("words", used.code, chosen, scope, leads=True),
            replace(used, unknown=wish.unknown),
            left_out,
        )

    async def without(self, playlist_id: str, number: int, scope: Scope) -> WordsPlaylist:
        """A new playlist of a stored one's wish without one of its parts.

        Raises:
            SamewaveError: with a sentence for the user.
        """
        stored = await self._make.find(playlist_id, scope)
        return await self.of_wish(Wish.from_code(stored.name).without(number), len(stored.songs), scope)

    async def _of_song(
        self, text: str, count: int | None, scope: Scope, *, by_artist: bool
    ) -> Playlist | Choice:
        counted = bare_count(text)
        is_number = counted is not None and FEWEST <= counted[1] <= MOST
        try:
            return await self._make.from_song(text, count, scope, by_artist=by_artist and not is_number)
        except SongNotFound:
            if counted is None or not is_number:
                raise
        return await self._make.from_song(counted[0], count or counted[1], scope, by_artist=by_artist)

    async def _is_title(self, text: str, wish: Wish, scope: Scope) -> bool:
        """Whether the text is exactly the title of a song, and not the name of a genre."""
        if len(wish.parts) == 1 and wish.of("genre"):
            return False
        try:
            found = await self._resolve(text, scope)
        except SamewaveError:
            return False
        return not isinstance(found, Choice) and normalise(found.title) == normalise(text)

    async def _for_catalogue(self, scope: Scope) -> Words:
        return Words(await scope.serving.labels.genre_names(), self._meaning)

    async def _wanted(self, wish: Wish, scope: Scope) -> Wanted:
        instrumental = True if wish.no_vocals else False if wish.has("mark", "vocals") else None
        live = True if wish.has("mark", "live") else False if wish.has("mark", "live", negated=True) else None
        required = {"instrumentalness": instrumental, "liveness": live}
        targets = {name: amount for name, amount in wish.targets().items() if required.get(name) is None}
        wanted = Wanted(targets, instrumental, live, _USUAL if wish.of("genre") else _ANY_GENRE)
        unsaid = not {"known", "hidden"} & set(wish.of("mark"))
        if wish.has("mark", "hidden") or wish.has("mark", "known", negated=True):
            wanted = replace(wanted, known=_HIDDEN)
        elif wish.has("mark", "known") or (unsaid and scope.familiarity == "known"):
            wanted = replace(wanted, known=_KNOWN)
        elif unsaid and scope.familiarity == "hidden":
            wanted = replace(wanted, known=_HIDDEN)
        if not (names := wish.of("like")):
            return wanted
        placed = await self._locate.placed(await self._resolve.likeliest(names[0], scope), scope)
        features = placed.track.features
        return replace(
            wanted,
            near=placed.seed.point,
            near_features=None if features is None else np.array(features.vector()),
        )


def _readings(text: str) -> Iterator[tuple[str, int | None]]:
    """What may be a name, with or without a count: "chill 15 songs", "chill 15", "cluster 12"."""
    if counted := count_with_unit(text):
        yield counted
    yield text, None
    if counted is None and (bare := bare_count(text)):
        yield bare


def _tells_years(part: Part) -> bool:
    return part.kind == "years" or (part.kind == "mark" and part.value in {"new", "old"})


def _years(wish: Wish, newest: int | None) -> tuple[int, int] | None:
    if wish.years is None and wish.has("mark", "new") and newest is not None:
        return newest - _NEW_YEARS, newest
    if wish.years is None and wish.has("mark", "old"):
        return 0, _OLD_UNTIL
    return wish.years
