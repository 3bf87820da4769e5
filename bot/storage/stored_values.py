"""Reads stored values; an impossible one is damage that SQLite does not detect."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic_core import from_json

from bot.domain.errors import StorageFailed


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
