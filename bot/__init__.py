"""Samewave: a Discord bot that answers a song with another on the same wave."""
