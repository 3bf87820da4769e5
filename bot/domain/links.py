"""Spotify links and ids, as people paste them."""

import re
from urllib.parse import quote, urlsplit

_ID = re.compile(r"[0-9A-Za-z]{22}")
_URI = re.compile(r"spotify:(?P<kind>[a-z]+):(?P<id>[0-9A-Za-z]+)", re.IGNORECASE)
_PATH = re.compile(r"^/(?:intl-[A-Za-z-]+/)?(?:embed/)?(?P<kind>[a-z]+)/(?P<id>[^/]+)/?$")
_LINK = re.compile(
    r"(?<![\w.-])(?P<link>(?:https?://)?(?:[a-z]+\.)*spotify\.(?:com|link)/[^\s<>\")\]]*)", re.IGNORECASE
)
_SENTENCE_END = ".,;:!?'»”*_"


def is_spotify_id(text: str) -> bool:
    """22 characters of base 62: what Spotify calls a track by."""
    return _ID.fullmatch(text) is not None


def spotify_reference(text: str) -> tuple[str, str] | None:
    """The kind and id of the first Spotify link or URI in a text: `("track", "4u7E…")`, or None.

    Takes `/intl-xx/` and `/embed/` paths, query strings, `<…>` around the link and words beside it.
    The id is what stands there, not yet checked.
    """
    if uri := _URI.search(text):
        return uri["kind"].lower(), uri["id"]
    if found := _LINK.search(text):
        link = found["link"].rstrip(_SENTENCE_END)
        parts = urlsplit(link if "://" in link else f"https://{link}")
        if parts.hostname == "spotify.link":
            return "short link", parts.path.strip("/")
        if parts.hostname in ("open.spotify.com", "play.spotify.com") and (path := _PATH.match(parts.path)):
            return path["kind"], path["id"]
        return "page", parts.path
    return None


def track_url(track_id: str, title: str, artists: tuple[str, ...]) -> str:
    """Where to listen: the track's page, or, for a song without a Spotify id, Spotify's search."""
    if is_spotify_id(track_id):
        return f"https://open.spotify.com/track/{track_id}"
    words = " ".join((title, *artists[:1]))
    return f"https://open.spotify.com/search/{quote(words, safe='')}"


def search_video_url(title: str, artists: tuple[str, ...]) -> str:
    """A search for the song on YouTube."""
    return f"https://www.youtube.com/results?search_query={quote(' '.join((title, *artists[:1])), safe='')}"
