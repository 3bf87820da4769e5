"""Writes and reads stored values; an impossible one is damage that SQLite does not detect."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic_core import from_json

from bot.domain.errors import StorageFailed
from bot.domain.taste import KnownSong

SONG = "song_ref, title, artists"
"""The columns of a song that is stored with its name."""


def as_json(value: Any) -> str:
    """The text of a JSON column."""
    return json.dumps(value, ensure_ascii=False)


def song_values(song: KnownSong) -> tuple[str, str, str]:
    """The values of the columns `SONG`."""
    return song.song_ref, song.title, as_json(song.artists)


def known_song(song_ref: str, title: str, artists: str) -> KnownSong:
    """The song of the columns `SONG`.

    Raises:
        StorageFailed: a value is damaged.
    """
    return KnownSong(song_ref, title, tuple(stored_json(artists)))


def stored_json(text: Any) -> Any:
    """The value of a JSON column.

    Raises:
        StorageFailed: it is no JSON.
    """
    with sound_values():
        return from_json(text)


@contextmanager
def sound_values() -> Iterator[None]:
    """Read values of a row inside this block.

    Raises:
        StorageFailed: one of them is impossible.
    """
    try:
        yield
    except (ValueError, TypeError) as error:
        raise StorageFailed(
            "My data are damaged; my host can put a backup in their place with `samewave restore`.",
            detail=repr(error),
        ) from error
