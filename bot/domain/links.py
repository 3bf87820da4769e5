"""Links and ids, as people paste them."""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote_plus, urlsplit

_ID = re.compile(r"[0-9A-Za-z]{22}")
_BARE_ID = re.compile(r"(?=[0-9A-Za-z]*[0-9])(?=[0-9A-Za-z]*[a-z])(?=[0-9A-Za-z]*[A-Z])[0-9A-Za-z]{22}")
_URI = re.compile(r"spotify:(?:user:[^\s:]+:)?(?P<kind>[a-z]+):(?P<id>[0-9A-Za-z]+)", re.IGNORECASE)
_PATH = re.compile(
    r"^/(?:intl-[A-Za-z-]+/)?(?:embed/|embed-podcast/)?(?P<kind>[a-z]+)/(?P<id>[^/]+)/?$", re.IGNORECASE
)
_LAST_FM = re.compile(
    r"^/(?:[a-z]{2}/)?music/(?P<artist>[^/]+)/(?:_|[^/]+)/(?P<title>[^/]+)/?$", re.IGNORECASE
)
_SONG_LINK = re.compile(r"^/s/(?P<id>[0-9A-Za-z]{22})/?$", re.IGNORECASE)
_HOSTS = (
    ("Spotify", ("spotify.com", "spotify.link", "spoti.fi", "spotify.app.link")),
    ("YouTube", ("youtube.com", "youtu.be", "youtube-nocookie.com")),
    ("Apple Music", ("music.apple.com", "itunes.apple.com", "geo.music.apple.com")),
    ("Deezer", ("deezer.com", "deezer.page.link", "dzr.page.link")),
    ("SoundCloud", ("soundcloud.com", "snd.sc")),
    ("Tidal", ("tidal.com", "tidal.link")),
    ("song.link", ("song.link", "album.link", "odesli.co", "songwhip.com", "lnk.to", "ffm.to")),
    ("last.fm", ("last.fm", "lastfm.com")),
    ("Amazon Music", ("music.amazon.com", "music.amazon.de", "music.amazon.co.uk")),
    ("Bandcamp", ("bandcamp.com",)),
    ("Qobuz", ("qobuz.com",)),
    ("Genius", ("genius.com",)),
    ("Shazam", ("shazam.com",)),
)
_SHORT = frozenset({"spotify.link", "spoti.fi", "spotify.app.link"})
_KNOWN = "|".join(re.escape(host) for _, hosts in _HOSTS for host in hosts)
_LINK = re.compile(
    rf"(?:https?://[^\s<>\"]+|(?<![\w.@-])(?:[a-z0-9-]+\.)*(?:{_KNOWN})/[^\s<>\"]*)", re.IGNORECASE
)
_SENTENCE_END = ".,;:!?'»”*_)]>"


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a text.

    Attributes:
        service: such as "Spotify" or "YouTube"; "" for an unknown site.
        kind: of Spotify: "track", "album", …, "short link" or "page"; else "page".
        id: not validated; "" for a page.
        name: artist and title, if the link contains them.
    """

    service: str
    kind: str
    id: str = ""
    name: str | None = None


def is_spotify_id(text: str) -> bool:
    """Whether the text has the form of a Spotify id: 22 characters of base 62."""
    return _ID.fullmatch(text) is not None


def find_links(text: str) -> list[Link]:
    """All links and Spotify URIs in a text, in order; a bare id counts as one."""
    if _BARE_ID.fullmatch(text.strip()):
        return [Link("Spotify", "track", text.strip())]
    found = [(uri.start(), Link("Spotify", uri["kind"].lower(), uri["id"])) for uri in _URI.finditer(text)]
    found += [(link.start(), _link(link[0])) for link in _LINK.finditer(text)]
    return [link for _, link in sorted(found, key=lambda placed: placed[0])]


def first_link(text: str) -> Link | None:
    """The most relevant link: the first Spotify track, else the first Spotify link, else the first link."""
    links = find_links(text)
    spotify = [link for link in links if link.service == "Spotify"]
    tracks = [link for link in spotify if link.kind == "track"]
    return next(iter([*tracks, *spotify, *links]), None)


def spotify_reference(text: str) -> tuple[str, str] | None:
    """The kind and id of the most relevant Spotify link or URI: `("track", "4u7E…")`, or None."""
    link = first_link(text)
    return (link.kind, link.id) if link is not None and link.service == "Spotify" else None


def _link(text: str) -> Link:
    link = text.rstrip(_SENTENCE_END)
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:  # no URL, such as one with an unclosed "["
        return Link("", "page")
    service = next(
        (name for name, hosts in _HOSTS if any(host == one or host.endswith(f".{one}") for one in hosts)), ""
    )
    if service == "Spotify":
        if host in _SHORT:
            return Link(service, "short link", parts.path.strip("/"))
        if host in ("open.spotify.com", "play.spotify.com") and (path := _PATH.match(parts.path)):
            return Link(service, path["kind"].lower(), path["id"])
        return Link(service, "page", parts.path)
    if service == "song.link" and (path := _SONG_LINK.match(parts.path)):
        return Link("Spotify", "track", path["id"])
    if service == "last.fm" and (path := _LAST_FM.match(parts.path)):
        return Link(service, "track", name=f"{unquote_plus(path['artist'])} - {unquote_plus(path['title'])}")
    return Link(service, "page")


def track_url(track_id: str, title: str, artists: tuple[str, ...]) -> str:
    """The track's page on Spotify, or, without a Spotify id, a search on Spotify."""
    if is_spotify_id(track_id):
        return f"https://open.spotify.com/track/{track_id}"
    words = " ".join((title, *artists[:1]))
    return f"https://open.spotify.com/search/{quote(words, safe='')}"


def search_video_url(title: str, artists: tuple[str, ...]) -> str:
    """The URL of a YouTube search for the song."""
    return f"https://www.youtube.com/results?search_query={quote(' '.join((title, *artists[:1])), safe='')}"
