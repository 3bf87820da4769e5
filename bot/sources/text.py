"""Text that came from outside, made fit to store and show."""

import html


def one_line(value: object) -> str:
    """The text of a title or name: entities resolved, white space folded, unpaired surrogates dropped.

    Empty for anything that is no text.
    """
    if not isinstance(value, str):
        return ""
    storable = html.unescape(value).encode("utf-8", "ignore").decode()
    return " ".join(storable.replace("\x00", " ").split())
