"""Kills at random moments, and what must be true after each: `python -m tests.crash`."""
