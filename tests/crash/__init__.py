"""Kills at random moments, with checks after each one: `python -m tests.crash`."""
