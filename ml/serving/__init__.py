"""Serves picks, neighbours and playlists from a loaded model."""
