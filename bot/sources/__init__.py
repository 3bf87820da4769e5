"""Outside services behind protocols, and readers of song tables."""
