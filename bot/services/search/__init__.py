"""Resolves queries to songs."""
