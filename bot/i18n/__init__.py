"""Translations of texts for people."""
