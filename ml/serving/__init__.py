"""Answering: picks, neighbours, playlists from a loaded model."""
