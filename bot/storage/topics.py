"""Topics of notifications between processes: `Transaction.notify` sends, `Database.listen` receives."""

from enum import StrEnum


class Topic(StrEnum):
    """What changed; the key says which one, or all without a key."""

    SETTINGS = "settings"
    """Of a server."""

    LISTS = "lists"
    """Pins and blocks of a server."""

    FORGOTTEN = "forgotten"
    """A person, and the number of the forgetting: `"user number"`."""

    BLOCKS = "blocks"
    """Of an outside service."""

    OPINIONS = "opinions"
    """Of a person in a server (0 in direct messages): `"user guild"`."""
