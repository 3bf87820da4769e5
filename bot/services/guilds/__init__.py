"""Servers and people: settings, pins and blocks, feedback, privacy."""
