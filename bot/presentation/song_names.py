"""Names of songs in the reader's language, unescaped."""

from bot.domain.song_names import Named, SongNames, stored_parts
from bot.i18n.translator import Translator


def title_of(song: Named, translate: Translator) -> str:
    """The title; generated for a clip and for "any song of an artist"."""
    return (song.title or song.artists[0]) if song.artists else translate(song.title)


def song_name(song: Named, translate: Translator) -> str:
    """Title and artists in one line."""
    if not (song.artists and song.title):
        return title_of(song, translate)
    return translate("{title} by {artists}", title=song.title, artists=", ".join(song.artists))


def song_names(songs: SongNames, translate: Translator) -> str:
    """The names of some songs in one line."""
    return "; ".join(song_name(song, translate) for song in songs.songs)


def stored_name(name: str, translate: Translator) -> str:
    """The name of the song that a stored playlist was made of."""
    title, artists = stored_parts(name)
    return translate("{title} by {artists}", title=title, artists=artists) if artists else title
