"""Use cases that return several songs: playlists, paths, blends, radios."""
