"""What services find, as candidates."""

from bot.domain.candidates import SongCandidate
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
