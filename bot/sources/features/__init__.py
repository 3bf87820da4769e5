"""Who knows tracks and how they sound: Spotify, ReccoBeats."""
