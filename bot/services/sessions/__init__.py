"""Listening sessions."""
