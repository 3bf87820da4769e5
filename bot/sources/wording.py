"""Text that came from outside, made fit to store and show."""

import html

LONGEST_NAME = 500
"""Characters; no title or credit needs more, and a page that says otherwise is broken."""


def one_line(value: object) -> str:
    """The text of a title or name: entities resolved, white space folded, unpaired surrogates dropped.

    Empty for anything that is no text.
    """
    if not isinstance(value, str):
        return ""
    storable = html.unescape(value).encode("utf-8", "ignore").decode()
    return " ".join(storable.replace("\x00", " ").split())
