"""Sources of tracks and their audio features: Spotify, ReccoBeats."""
