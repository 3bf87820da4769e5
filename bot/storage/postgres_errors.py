"""Errors of PostgreSQL, and their sentences."""

from urllib.parse import urlsplit

import asyncpg

from bot.domain.errors import StorageFailed

FAILURES = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a statement while the connection is cut
    OSError,
    TimeoutError,
)


def place(url: str) -> str:
    """Host and database, without the password."""
    parts = urlsplit(url)
    return f"{parts.hostname or 'localhost'}{parts.path}"


def reason(error: BaseException) -> str:
    """The error's message, or else its type."""
    return str(error).strip() or type(error).__name__


def _is_gone(error: BaseException) -> bool:
    return not isinstance(error, asyncpg.PostgresError) or isinstance(
        error, asyncpg.PostgresConnectionError | asyncpg.OperatorInterventionError
    )


def not_written(error: BaseException) -> StorageFailed:
    """The sentence for a change that did not take effect."""
    if isinstance(error, asyncpg.InsufficientResourcesError):
        sentence = "I could not save that: the disk may be full. Nothing that was there before is lost."
    elif _is_gone(error):
        sentence = "I could not save that: my database does not answer. Try again in a moment."
    else:
        sentence = "I could not save that; try again in a moment."
    return StorageFailed(sentence, detail=repr(error))


def not_read(error: BaseException) -> StorageFailed:
    """The sentence for a question without an answer."""
    return StorageFailed("I could not read my database just now; try again in a moment.", detail=repr(error))
