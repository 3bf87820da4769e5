"""Several songs at once: playlists, paths, blends, radios."""
