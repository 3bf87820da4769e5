"""Commands that return several songs."""
