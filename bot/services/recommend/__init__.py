"""Recommendations, similar songs, clusters."""
