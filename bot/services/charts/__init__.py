"""The hot list."""
