"""Which of a service's search results are the song that was asked for."""

from collections.abc import Iterable

from bot.domain.candidates import SongCandidate
from bot.domain.spelling import name_key, normalise
from bot.domain.titles import artist_keys, title_key, title_names
from bot.domain.tracks import Track


def track_candidate(track: Track) -> SongCandidate:
    """Return a track of a service as a candidate."""
    return SongCandidate(
        source=track.source,
        source_id=track.id,
        title=track.title,
        artists=track.artists,
        album=track.album,
        popularity=track.popularity,
        explicit=track.explicit,
        duration_ms=track.duration_ms,
        release_year=track.release_year,
        isrc=track.isrc,
        track_id=track.id,
        page_url=track.url,
    )


def matches(found: Iterable[Track], title: str, artist: str | None) -> list[Track]:
    """Return the tracks that are that song, the exact title before other versions of it.

    Without an artist, the title may contain one, in either order: "bohemian rhapsody queen". Within one
    grade, the service's own order stays.
    """
    graded = [(grade, track) for track in found if (grade := _grade(track, title, artist)) is not None]
    return [track for _, track in sorted(graded, key=_by_grade)]


def _by_grade(graded: tuple[int, Track]) -> int:
    return graded[0]


def _grade(track: Track, title: str, artist: str | None) -> int | None:
    credited = artist_keys(track.artists)
    if artist and not artist_keys(artist) & credited:
        return None
    typed = normalise(title)
    if normalise(track.title) == typed:
        return 0
    if title_key(track.title) == title_key(title):
        return 1
    both = {key for who in credited for name in title_names(track.title) for key in (name + who, who + name)}
    return 2 if not artist and name_key(title) in both else None
