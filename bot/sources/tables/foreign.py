"""Recognises other music files without audio features, for the error message."""

import re
from collections.abc import Callable, Iterable

from bot.sources.tables.roles import fold

_XML = {
    "<dj_playlists": "a Rekordbox collection",
    "<traktor": "a Traktor collection",
    "<plist": "an Apple Music or iTunes library",
    "<playlist": "an XSPF playlist",
    "<rss": "a news feed",
    "<feed": "a news feed",
    "<svg": "a picture",
    "<smil": "a WPL playlist",
    "<?wpl": "a WPL playlist",
    "<asx": "an ASX playlist",
    "<urlset": "a sitemap",
    "<error": "an error message of a server in place of the table (fetch it again)",
}
_KEYS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"endtime", "artistname", "trackname", "msplayed"}), "a Spotify listening history"),
    (frozenset({"msplayed", "mastermetadatatrackname"}), "a Spotify listening history"),
    (frozenset({"tracks", "albums", "shows"}), "a Spotify library export"),
    (frozenset({"tracks", "albums", "artists", "bannedtracks"}), "a Spotify library export"),
    (frozenset({"playlists"}), "a Spotify playlist export"),
    (frozenset({"listenedat", "trackmetadata"}), "a ListenBrainz listening history"),
    (frozenset({"titleurl", "header", "products"}), "a YouTube listening history"),
    (frozenset({"insertedat", "trackmetadata"}), "a ListenBrainz listening history"),
    (frozenset({"searchquery", "searchtime"}), "a Spotify search history"),
    (frozenset({"cells", "nbformat"}), "a notebook (save the table in it as CSV)"),
)
_HISTORY = frozenset(
    {"playedat", "listenedat", "timestamp", "uts", "utctime", "endtime", "msplayed", "ts", "scrobbletime"}
)
_LIBRARY = frozenset(
    {"playcount", "plays", "skipcount", "rating", "kind", "location", "bitrate", "samplerate"}
)
NEEDS = (
    "A table to learn from also needs the nine audio features of each song (danceability, energy, tempo, …)."
)


def foreign_text(start: str) -> str | None:
    """A description of a text that is no table; None if it may be one.

    Args:
        start: its beginning, without a byte order mark.
    """
    text = start.lstrip()
    low = text[:4_000].casefold()
    if low.startswith("#extm3u") or re.match(r"#extinf:", low):
        return f"an M3U playlist. {NEEDS}"
    if low.startswith("[playlist]"):
        return f"a PLS playlist. {NEEDS}"
    if low.startswith(("#curtrackname", "rem ", 'file "', "performer ")) and "track 01" in low:
        return f"a cue sheet. {NEEDS}"
    if low.startswith("version https://git-lfs"):
        return "a Git LFS pointer in place of the table: run `git lfs pull`"
    if low.startswith(("<!doctype html", "<html", "<head", "<body")) or (
        "<html" in low[:1_000] and low[0] == "<"
    ):
        return "a web page in place of a table (one that asks to sign in?): fetch the file itself"
    if low.startswith("<"):
        for tag, kind in _XML.items():
            if tag in low:
                return (
                    f"{kind}. {NEEDS}"
                    if "playlist" in kind or "collection" in kind or "library" in kind
                    else kind
                )
        return (
            "XML, and no table"
            if low.startswith(("<?xml", "<!")) or re.match(r"<[a-z][\w:-]*[\s/>]", low)
            else None
        )
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    links = re.compile(
        r"(?:https?://\S+|spotify:track:\w+|[A-Za-z]:\\\S.*|\S.*\.(?:mp3|flac|m4a|wav|ogg|opus|wma))\s*"
    )
    if lines and all(links.fullmatch(line) for line in lines):
        return f"a list of songs, one a line. {NEEDS}"
    return None


def foreign_keys(keys: Iterable[str]) -> str | None:
    """A description of JSON with these keys without audio features."""
    folded = frozenset(map(fold, keys))
    return next((f"{kind}. {NEEDS}" for some, kind in _KEYS if some <= folded), None)


def foreign_columns(names: Iterable[str], has: Callable[[str], bool]) -> str | None:
    """A description of a table of songs without audio features.

    Args:
        has: whether a role has a column.
    """
    folded = frozenset(map(fold, names))
    if kind := foreign_keys(folded):
        return kind
    if not has("title"):
        return None
    if folded & _HISTORY:
        return f"a listening history. {NEEDS}"
    if folded & _LIBRARY:
        return f"a library export. {NEEDS}"
    if has("artists") or has("id"):
        return f"a playlist export. {NEEDS}"
    return None
