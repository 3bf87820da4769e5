"""Frozen values and pure rules; nothing here reads, waits or draws at random."""
