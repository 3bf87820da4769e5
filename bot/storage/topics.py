"""What processes tell each other of: `Transaction.notify` sends it, `Database.listen` hears it."""

from enum import StrEnum


class Topic(StrEnum):
    """What changed, and what the key is; without a key everything of it."""

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
